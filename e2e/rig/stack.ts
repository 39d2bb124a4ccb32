import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createKafkaClient,
  createRegistryClient,
  createTopicAdmin,
  type KafkaClient,
  type RegistryClient,
} from '@groundswell/kafka';
import { createDatabase, dropLane, type Database } from '@groundswell/postgres';
import { createRedis, type Redis } from '@groundswell/redis';
import { Guard } from '../../tools/platform/guard.ts';
import { localSecrets, type LocalSecrets } from '../../tools/platform/local-secrets.ts';
import { PortPicker } from '../../tools/platform/ports.ts';
import { runStep } from '../../tools/platform/service-set.ts';
import { services as allServices, steps } from '../../tools/platform/services.ts';
import { ServiceProcess } from './service-process.ts';
import { silentLog } from './silent-log.ts';

/** Where the parts are. */
export interface Addresses {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

export interface StackOptions {
  readonly addresses: Addresses;
  /** Names of `tools/platform/services.ts`; dependencies first. */
  readonly services: readonly string[];
  /** Variables over those of the catalogue, by service; gets the address of each service. */
  readonly env?: (
    urlOf: (service: string) => string,
  ) => Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The services of a platform in a lane of their own, each a process. Everything that was made for it is gone after `close`. */
export interface Stack {
  readonly lane: string;
  readonly secrets: LocalSecrets;
  readonly database: Database;
  readonly redis: Redis;
  readonly kafka: KafkaClient;
  readonly registry: RegistryClient;
  /** Aborted with the reason when a service ends that nobody stopped. */
  readonly signal: AbortSignal;
  readonly logsDir: string;
  service(name: string): ServiceProcess;
  /** Start those that do not run, a few at a time. */
  start(names: readonly string[]): Promise<void>;
  /** `keepLogs`: the test failed, somebody will want to read. */
  close(options: { readonly keepLogs: boolean }): Promise<void>;
}

/** Services that start side by side: each needs a second of a processor. */
const STARTS_AT_ONCE = 3;

/** @throws TypeError when the environment names no platform; `npm test -- e2e` starts one */
export function addressesFrom(env: NodeJS.ProcessEnv): Addresses {
  const need = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new TypeError(`${name} is not set: run npm test -- e2e`);
    return value;
  };
  return {
    kafkaBrokers: need('KAFKA_BROKERS'),
    schemaRegistryUrl: need('SCHEMA_REGISTRY_URL'),
    databaseUrl: need('DATABASE_URL'),
    redisUrl: need('REDIS_URL'),
  };
}

/** Make a lane with its tables, topics and reference data, ready for `start`. */
export async function openStack(options: StackOptions): Promise<Stack> {
  const { addresses } = options;
  const lane = `e2e-${randomBytes(4).toString('hex')}`;
  const dir = mkdtempSync(join(tmpdir(), `gw-${lane}-`));
  const logsDir = join(dir, 'logs');
  mkdirSync(logsDir);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    GW_LANE: lane,
    KAFKA_BROKERS: addresses.kafkaBrokers,
    SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
    DATABASE_URL: addresses.databaseUrl,
    REDIS_URL: addresses.redisUrl,
  };
  const failed = new AbortController();
  await Promise.all(steps.map((step) => runStep(step, env, logsDir, failed.signal)));

  const guard = new Guard();
  const secrets = localSecrets(dir);
  const processes = await createProcesses();
  const database = createDatabase({
    url: addresses.databaseUrl,
    lane,
    applicationName: 'e2e',
    maxConnections: 3,
  });
  const redis = createRedis({ url: addresses.redisUrl, lane, log: silentLog });
  const kafka = createKafkaClient({ brokers: addresses.kafkaBrokers.split(','), clientId: 'e2e' });
  const registry = createRegistryClient({ url: addresses.schemaRegistryUrl });

  async function createProcesses(): Promise<ReadonlyMap<string, ServiceProcess>> {
    const picker = new PortPicker('free', []);
    const ports = new Map<string, Record<string, number>>();
    for (const { name, ports: wanted } of allServices) {
      const picked: Record<string, number> = {};
      for (const [variable, port] of Object.entries(wanted))
        picked[variable] = await picker.pick(port);
      ports.set(name, picked);
    }
    const hostOf = (service: string, variable = 'PORT'): string =>
      `127.0.0.1:${ports.get(service)?.[variable]}`;
    const own = options.env?.((service) => `http://${hostOf(service)}`) ?? {};
    return new Map(
      allServices
        .filter(({ name }) => options.services.includes(name))
        .map((spec) => [
          spec.name,
          new ServiceProcess({
            name: spec.name,
            entry: spec.entry,
            env: {
              ...env,
              ...Object.fromEntries(
                Object.entries(ports.get(spec.name) ?? {}).map(([k, v]) => [k, String(v)]),
              ),
              ...spec.env?.({
                hostOf,
                seed: 1,
                rate: undefined,
                world: true,
                sources: [],
                secrets,
                dataDir: dir,
              }),
              ...own[spec.name],
            },
            url: `http://${hostOf(spec.name)}`,
            logFile: join(logsDir, `${spec.name}.log`),
            guard,
            onUnexpectedEnd: (error) => {
              failed.abort(error);
            },
          }),
        ]),
    );
  }

  function service(name: string): ServiceProcess {
    const found = processes.get(name);
    if (found === undefined) throw new TypeError(`no service ${name} in this stack`);
    return found;
  }

  async function removeLane(): Promise<void> {
    await dropLane(database);
    const admin = createTopicAdmin(kafka);
    const topics = await admin.listTopics();
    await admin.deleteTopics(topics.filter((name) => name.startsWith(`${lane}.`)));
    const keys = await redis.run((it) => it.keys(`gw:${lane}:*`));
    if (keys.length > 0) await redis.run((it) => it.del(...keys));
  }

  return {
    lane,
    secrets,
    database,
    redis,
    kafka,
    registry,
    signal: failed.signal,
    logsDir,
    service,
    async start(names) {
      const waiting = names.map(service).filter(({ isRunning }) => !isRunning);
      await Promise.all(
        Array.from({ length: STARTS_AT_ONCE }, async () => {
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
            await next.start();
        }),
      );
    },
    async close({ keepLogs }) {
      await Promise.all([...processes.values()].map((one) => one.stop()));
      guard.close();
      // A part that is down cannot be cleaned; then its data goes with the platform.
      await removeLane().catch(() => undefined);
      await Promise.allSettled([kafka.close(), redis.close(), database.close()]);
      if (keepLogs) process.stderr.write(`logs of the services: ${logsDir}\n`);
      else rmSync(dir, { recursive: true, force: true });
    },
  };
}
