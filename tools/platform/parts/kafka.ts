import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Download } from '../downloads.ts';
import { log4jFile } from '../paths.ts';
import { kafkaAnswers, tcpAnswers } from '../probes.ts';
import { javaCommand } from '../requirements.mjs';
import { fetchPart, type Part, type PartContext } from './part.ts';

const run = promisify(execFile);

const kafkaDownload: Download = {
  name: 'kafka',
  goal: ['dependency:copy-dependencies', '-DincludeScope=runtime'],
};

/** What makes a broker ask who calls; the platform of `npm start` has none. */
export interface BrokerProtection {
  /** Settings on top of the usual ones, which name a listener SASL_SSL. */
  readonly settings: Readonly<Record<string, string>>;
  /** SCRAM-SHA-512 passwords by user, written into the storage before the first start. */
  readonly users: Readonly<Record<string, string>>;
}

/** One Kafka node that is broker and controller, as a plain JVM. */
export function createKafkaPart(
  context: PartContext,
  port: number,
  controllerPort: number,
  protection?: BrokerProtection,
): Part {
  const { paths, env, report } = context;
  return {
    name: 'kafka',
    address: `127.0.0.1:${port}`,
    needs: [],
    async prepare() {
      const jars = await fetchPart(context, kafkaDownload);
      const dataDir = path.join(paths.data, 'kafka');
      const configFile = path.join(paths.data, 'kafka.properties');
      fs.mkdirSync(dataDir, { recursive: true });
      fs.writeFileSync(
        configFile,
        brokerProperties({ port, controllerPort, dataDir }, protection?.settings),
      );
      const java = javaCommand(env);
      const classPath = ['-cp', path.join(jars, '*')];
      if (!fs.existsSync(path.join(dataDir, 'meta.properties'))) {
        report('preparing', 'formatting its storage');
        const users = Object.entries(protection?.users ?? {}).flatMap(([name, password]) => [
          '--add-scram',
          `SCRAM-SHA-512=[name=${name},password=${password}]`,
        ]);
        const format = [
          ...['format', '--ignore-formatted', '-t', clusterId(), '-c', configFile],
          ...users,
        ];
        const quiet = `-Dlog4j2.configurationFile=${log4jFile}`;
        await run(
          java,
          [
            '-Xmx128m',
            '-XX:TieredStopAtLevel=1',
            quiet,
            ...classPath,
            'kafka.tools.StorageTool',
            ...format,
          ],
          { env },
        );
      }
      return {
        command: java,
        args: [
          '-Xms256m',
          '-Xmx512m',
          '-XX:MaxGCPauseMillis=20',
          '-Djava.awt.headless=true',
          `-Dlog4j2.configurationFile=${log4jFile}`,
          // As Kafka's own scripts take it: options of the broker's JVM, for example an agent.
          ...(env['KAFKA_OPTS'] ?? '').split(' ').filter((option) => option !== ''),
          ...classPath,
          'kafka.Kafka',
          configFile,
        ],
        env,
        cwd: paths.data,
        // Whom it does not know it tells nothing: then the open port has to do.
        probe: () =>
          protection === undefined
            ? kafkaAnswers('127.0.0.1', port)
            : tcpAnswers('127.0.0.1', port),
        readyWithinMs: 60_000,
        stopSignal: 'SIGTERM',
        stopWithinMs: 8000,
      };
    },
  };
}

/** The broker's configuration: everything on the loopback interface, every replication factor 1, disk use bounded. */
export function brokerProperties(
  node: { readonly port: number; readonly controllerPort: number; readonly dataDir: string },
  further: Readonly<Record<string, string>> = {},
): string {
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${node.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': node.dataDir,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Per partition; topics may ask for less. A demo left running over the weekend must not fill the disk.
    'log.retention.bytes': 128 * 1024 * 1024,
    'log.segment.bytes': 32 * 1024 * 1024,
    'log.retention.check.interval.ms': 60_000,
    // The default, 128 MiB, is a quarter of this heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
    ...further,
  };
  return `${Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}

/** A random cluster id: 16 bytes in URL-safe base64. Kafka's own tool takes a second to do this. */
function clusterId(): string {
  for (;;) {
    const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
    if (!id.startsWith('-')) return id; // would be read as an option
  }
}
