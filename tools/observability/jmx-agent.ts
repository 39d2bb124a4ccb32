import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlatformError } from '../platform/errors.ts';

const run = promisify(execFile);
const VERSION = '1.0.1';
const NAME = `jmx_prometheus_javaagent-${VERSION}.jar`;
const CONFIG = join(import.meta.dirname, '../../infra/observability/kafka-jmx.yaml');

/**
 * The agent that shows a broker's figures to Prometheus, fetched by Maven into `dir` the first time.
 *
 * @returns the option of the JVM that serves them on this port of the loopback interface
 * @throws PlatformError when Maven cannot fetch it
 */
export async function jmxAgentOption(dir: string, port: number): Promise<string> {
  const jar = join(dir, NAME);
  if (!existsSync(jar)) {
    const partial = join(dir, 'partial');
    mkdirSync(partial, { recursive: true });
    const artifact = `io.prometheus.jmx:jmx_prometheus_javaagent:${VERSION}:jar`;
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy';
    try {
      await run('mvn', [
        '-B',
        '-q',
        goal,
        `-Dartifact=${artifact}`,
        `-DoutputDirectory=${partial}`,
      ]);
    } catch (cause) {
      throw new PlatformError('Maven could not fetch the JMX exporter of Prometheus.', cause);
    }
    renameSync(join(partial, NAME), jar);
  }
  return `-javaagent:${jar}=127.0.0.1:${port}:${CONFIG}`;
}
