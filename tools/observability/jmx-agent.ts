import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlatformError } from '../platform/errors.ts';

const run = promisify(execFile);
const VERSION = '1.0.1';
export const JMX_AGENT = `io.prometheus.jmx:jmx_prometheus_javaagent:${VERSION}:jar`;
/** The file that Maven makes of it. */
export const JMX_AGENT_FILE = `jmx_prometheus_javaagent-${VERSION}.jar`;
const CONFIG = join(import.meta.dirname, '../../infra/observability/kafka-jmx.yaml');

/**
 * The agent that shows a broker's figures to Prometheus, fetched by Maven into `dir` the first time.
 *
 * @returns path of its jar
 * @throws PlatformError when Maven cannot fetch it
 */
export async function haveJmxAgent(dir: string): Promise<string> {
  const jar = join(dir, JMX_AGENT_FILE);
  if (!existsSync(jar)) {
    const partial = join(dir, 'partial');
    mkdirSync(partial, { recursive: true });
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy';
    try {
      await run('mvn', [
        '-B',
        '-q',
        goal,
        `-Dartifact=${JMX_AGENT}`,
        `-DoutputDirectory=${partial}`,
      ]);
    } catch (cause) {
      throw new PlatformError('Maven could not fetch the JMX exporter of Prometheus.', cause);
    }
    renameSync(join(partial, JMX_AGENT_FILE), jar);
  }
  return jar;
}

/** @returns the option of the JVM by which the agent serves a broker's figures on this port of the loopback interface */
export async function jmxAgentOption(dir: string, port: number): Promise<string> {
  return `-javaagent:${await haveJmxAgent(dir)}=127.0.0.1:${port}:${CONFIG}`;
}
