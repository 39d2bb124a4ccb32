import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSource,
  createRegistryClient,
} from '@groundswell/kafka';
import { createDatabase, dropLane, type Database } from '@groundswell/postgres';
import { inLane, type TopicName, type TopicRecords } from '@groundswell/schemas';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** A service as its own process, the way it runs in production. */
export interface RunningService {
  /** `http://127.0.0.1:<port>` of its health routes. */
  readonly url: string;
  /** What it logged so far. */
  output(): string;
  /** Resolves with the exit code (null after a signal). */
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

export interface LaneRecord<T> {
  readonly key: string;
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly record: T;
}

/** A lane of its own on the real parts: tables and topics are created for it, services run in it, everything is removed by `close`. */
export interface ServiceLane {
  readonly lane: string;
  readonly database: Database;
  /** Start a service by its entry file and wait until it is ready. */
  start(entry: string, env: Readonly<Record<string, string>>): Promise<RunningService>;
  /** Every record of a topic up to its end now. */
  read<T extends TopicName>(topic: T): Promise<LaneRecord<TopicRecords[T]>[]>;
  close(): Promise<void>;
}

/** @throws TypeError when the environment names no platform; `npm test` starts one */
export async function openServiceLane(env: NodeJS.ProcessEnv): Promise<ServiceLane> {
  const need = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new TypeError(`${name} is not set: run npm test -- integration`);
    return value;
  };
  const brokers = need('KAFKA_BROKERS').split(',');
  const registry = createRegistryClient({ url: need('SCHEMA_REGISTRY_URL') });
  const url = need('DATABASE_URL');
  const lane = `test-${randomBytes(5).toString('hex')}`;
  const laneEnv = { ...env, GW_LANE: lane };
  const running = new Set<ChildProcess>();
  const node = (entry: string, extra: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(process.execPath, ['--conditions=@groundswell/source', entry], {
      cwd: repository,
      env: { ...laneEnv, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  for (const step of ['tools/migrate.ts', 'tools/deploy-schemas.ts'])
    await runToEnd(node(step), step);
  const database = createDatabase({ url, lane, applicationName: 'test', maxConnections: 3 });
  const client = createKafkaClient({ brokers, clientId: 'test' });

  return {
    lane,
    database,
    async start(entry, extra) {
      const child = node(entry, { HOST: '127.0.0.1', PORT: '0', ...extra });
      running.add(child);
      const service = watch(child, entry);
      child.on('exit', () => running.delete(child));
      await service.ready;
      return service;
    },
    async read(topic) {
      const physical = inLane(lane, topic);
      const codec = createRecordCodec(registry, topic);
      const source = createRecordSource(client, {
        groupId: `${lane}-${randomBytes(4).toString('hex')}`,
        keyedTopics: [physical],
        broadcastTopics: [],
      });
      const ranges = await source.logRanges(physical);
      const left = new Set(
        [...ranges].filter(([, r]) => r.endOffset > r.startOffset).map(([p]) => p),
      );
      const found: LaneRecord<TopicRecords[typeof topic]>[] = [];
      let done: () => void = () => undefined;
      let fail: (error: Error) => void = () => undefined;
      const complete = new Promise<void>((resolve, reject) => {
        done = resolve;
        fail = reject;
      });
      if (left.size === 0) return found;
      await source.start({
        onAssigned(partitions) {
          for (const partition of partitions) {
            source.seek({ topic: physical, partition }, ranges.get(partition)?.startOffset ?? 0n);
          }
        },
        onLost: () => undefined,
        async onBatch(batch) {
          await codec.prepare(batch.records.map((one) => one.value));
          for (const one of batch.records) {
            found.push({
              key: Buffer.from(one.key ?? []).toString('utf8'),
              partition: batch.partition,
              headers: textHeaders(one.headers),
              record: codec.decode(one.value),
            });
          }
          if (batch.endOffset >= (ranges.get(batch.partition)?.endOffset ?? 0n)) {
            left.delete(batch.partition);
          }
          if (left.size === 0) done();
          return batch.endOffset;
        },
        onCrash: (error) => {
          fail(error);
        },
      });
      await complete;
      await source.stop();
      return found;
    },
    async close() {
      for (const child of running) child.kill('SIGKILL');
      await client.close();
      await dropLane(database);
      await database.close();
    },
  };
}

function textHeaders(
  headers: Readonly<Record<string, readonly (Uint8Array | null)[]>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      Buffer.from(values[0] ?? []).toString(),
    ]),
  );
}

function watch(
  child: ChildProcess,
  entry: string,
): RunningService & { readonly ready: Promise<void> } {
  let text = '';
  let url = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    const port = /"port":(\d+)/.exec(text)?.[1];
    if (port !== undefined) url = `http://127.0.0.1:${port}`;
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const poll = async (): Promise<void> => {
    for (;;) {
      if (child.exitCode !== null) throw new TypeError(`${entry} ended:\n${text}`);
      if (url !== '' && (await isReady(url))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    ready: poll(),
    get url() {
      return url;
    },
    output: () => text,
    kill(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}

async function runToEnd(child: ChildProcess, entry: string): Promise<void> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new TypeError(`${entry} failed with ${code}:\n${text}`);
}
