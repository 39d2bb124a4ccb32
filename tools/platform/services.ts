import type { LocalSecrets } from './local-secrets.ts';
import type { PartName } from './types.ts';

/** The sender that `npm run import` is at the door of connect-brokerage. */
export const IMPORT_SENDER = 'csv-import';

/**
 * What `npm start` runs besides the parts: steps that end, then services that stay. Everything here is data; `start.ts`
 * derives the order from `dependsOn`, gives every process the addresses of the parts, `GW_LANE`, its ports and what its
 * `env` adds, and waits for `/health/ready` on its port.
 */
export interface ServiceSpec {
  readonly name: string;
  /** File that Node runs, below the repository. */
  readonly entry: string;
  /** Ports on the loopback interface by the variable that names them; `PORT` answers `/health/ready`. */
  readonly ports: { readonly PORT: number; readonly [variable: string]: number };
  readonly needs: readonly PartName[];
  /** Services that must serve first. */
  readonly dependsOn: readonly string[];
  /** Part of the synthetic world: left out by `--no-world`. */
  readonly isWorld?: true;
  /** Runs with `--observability` only. */
  readonly isObservability?: true;
  /** Further variables. */
  readonly env?: (context: ServiceEnvContext) => Readonly<Record<string, string>>;
}

export interface ServiceEnvContext {
  /** `host:port` of a service, for one of its ports. @default its PORT */
  readonly hostOf: (service: string, port?: string) => string;
  readonly seed: number;
  /** Events per second of the synthetic world; undefined = its own default. */
  readonly rate: number | undefined;
  readonly world: boolean;
  /** Live feeds named by `SOURCES`. */
  readonly sources: readonly string[];
  /** Made at the first start, kept in the state folder. */
  readonly secrets: LocalSecrets;
  /** Folder in which a service may keep files of its own. */
  readonly dataDir: string;
}

/** A program that runs to its end before any service starts. */
export interface StepSpec {
  readonly name: string;
  readonly entry: string;
  readonly needs: readonly PartName[];
}

export const steps: readonly StepSpec[] = [
  { name: 'migrate', entry: 'tools/migrate.ts', needs: ['postgres'] },
  { name: 'deploy-schemas', entry: 'tools/deploy-schemas.ts', needs: ['kafka', 'registry'] },
];

export const services: readonly ServiceSpec[] = [
  {
    name: 'dev-issuer',
    entry: 'tools/dev-issuer/src/main.ts',
    ports: { PORT: 8082 },
    needs: [],
    dependsOn: [],
    env: ({ secrets, dataDir, hostOf }) => ({
      INVESTOR_HMAC_KEY_V1: secrets.investorHmacKey,
      STATE_DIR: dataDir,
      ALLOWED_ORIGINS: pageOrigins(hostOf('watch-dashboard')),
    }),
  },
  {
    name: 'connect-brokerage',
    entry: 'services/connect-brokerage/src/main.ts',
    ports: { PORT: 8083 },
    needs: ['kafka', 'registry', 'postgres'],
    dependsOn: [],
    env: ({ secrets }) => ({
      INVESTOR_HMAC_KEY_V1: secrets.investorHmacKey,
      SENDERS: JSON.stringify({
        'world-broker': { secrets: [secrets.ingestSecret] },
        [IMPORT_SENDER]: { secrets: [secrets.importSecret] },
      }),
    }),
  },
  {
    name: 'simulator',
    entry: 'packages/simulator/src/main.ts',
    ports: { PORT: 9105, COINBASE_PORT: 8084, JETSTREAM_PORT: 8085 },
    needs: [],
    dependsOn: ['connect-brokerage'],
    isWorld: true,
    env: ({ seed, rate, hostOf, secrets, dataDir }) => ({
      SEED: String(seed),
      INGEST_SECRET: secrets.ingestSecret,
      STATE_DIR: dataDir,
      ...(rate === undefined ? {} : { RATE: String(rate) }),
      INGEST_URL: `http://${hostOf('connect-brokerage')}`,
    }),
  },
  {
    name: 'connect-market',
    entry: 'services/connect-market/src/main.ts',
    ports: { PORT: 9101 },
    needs: ['kafka', 'registry', 'postgres'],
    dependsOn: [],
    env: ({ sources, world, hostOf }) =>
      world && !sources.includes('coinbase')
        ? {
            // Further venues run beside the synthetic one.
            SOURCES: ['world', ...sources].join(),
            COINBASE_WS_URL: `ws://${hostOf('simulator', 'COINBASE_PORT')}`,
            COINBASE_REST_URL: `http://${hostOf('simulator', 'COINBASE_PORT')}`,
          }
        : {},
  },
  {
    name: 'connect-social',
    entry: 'services/connect-social/src/main.ts',
    ports: { PORT: 9106 },
    needs: ['kafka', 'registry', 'postgres'],
    dependsOn: [],
    env: ({ sources, world, hostOf, secrets }) => ({
      AUTHOR_HMAC_KEY_V1: secrets.authorHmacKey,
      ...(world && !sources.includes('bluesky')
        ? {
            SOURCES: 'world',
            BLUESKY_URLS: `ws://${hostOf('simulator', 'JETSTREAM_PORT')}`,
            // What the world has of the past: the first hour on the page is not empty.
            FIRST_LOOK_BACK_MINUTES: '70',
          }
        : {}),
    }),
  },
  {
    name: 'derive-market',
    entry: 'services/derive-market/src/main.ts',
    ports: { PORT: 9102 },
    needs: ['kafka', 'registry', 'postgres'],
    dependsOn: [],
  },
  {
    name: 'derive-behaviour',
    entry: 'services/derive-behaviour/src/main.ts',
    ports: { PORT: 9103 },
    needs: ['kafka', 'registry', 'postgres'],
    dependsOn: [],
  },
  {
    name: 'derive-sentiment',
    entry: 'services/derive-sentiment/src/main.ts',
    ports: { PORT: 9107 },
    needs: ['kafka', 'registry', 'postgres'],
    dependsOn: [],
  },
  {
    name: 'persist-online',
    entry: 'services/persist-online/src/main.ts',
    ports: { PORT: 9104 },
    needs: ['kafka', 'registry', 'postgres', 'redis'],
    dependsOn: [],
  },
  {
    name: 'serve-api',
    entry: 'services/serve-api/src/main.ts',
    ports: { PORT: 8080 },
    needs: ['postgres', 'redis'],
    dependsOn: ['dev-issuer'],
    env: ({ hostOf }) => ({
      ISSUER_URL: `http://${hostOf('dev-issuer')}`,
      ALLOWED_ORIGINS: pageOrigins(hostOf('watch-dashboard')),
    }),
  },
  {
    name: 'serve-live',
    entry: 'services/serve-live/src/main.ts',
    ports: { PORT: 8081 },
    needs: ['kafka', 'registry', 'postgres', 'redis'],
    dependsOn: ['dev-issuer'],
    env: ({ hostOf }) => ({
      ISSUER_URL: `http://${hostOf('dev-issuer')}`,
      ALLOWED_ORIGINS: pageOrigins(hostOf('watch-dashboard')),
    }),
  },
  {
    name: 'watch-dashboard',
    entry: 'services/watch-dashboard/server/main.ts',
    ports: { PORT: 8090 },
    needs: [],
    dependsOn: [],
    env: ({ hostOf }) => ({
      API_URL: `http://${hostOf('serve-api')}`,
      LIVE_URL: `http://${hostOf('serve-live')}`,
      ISSUER_URL: `http://${hostOf('dev-issuer')}`,
    }),
  },
  {
    name: 'watch',
    entry: 'tools/observability/watch.ts',
    ports: { PORT: 9108 },
    needs: ['kafka', 'registry'],
    dependsOn: ['derive-market'],
    isObservability: true,
  },
  {
    name: 'prometheus',
    entry: 'tools/observability/prometheus.ts',
    ports: { PORT: 9109, PROMETHEUS_PORT: 9090 },
    needs: ['kafka', 'postgres', 'redis'],
    dependsOn: [],
    isObservability: true,
    env: ({ hostOf, dataDir, world }) => ({
      STATE_DIR: dataDir,
      TARGETS: JSON.stringify(
        Object.fromEntries(
          services
            .filter(({ isWorld, name }) => name !== 'prometheus' && (world || isWorld !== true))
            .map(({ name }) => [name, hostOf(name)]),
        ),
      ),
    }),
  },
];

/** A page may be opened by either name of this machine. */
function pageOrigins(host: string): string {
  return `http://${host},http://${host.replace('127.0.0.1', 'localhost')}`;
}

/** What people open, the page first. */
export const publicServices: readonly { readonly name: string; readonly what: string }[] = [
  { name: 'watch-dashboard', what: 'page' },
  { name: 'serve-api', what: 'REST API' },
  { name: 'serve-live', what: 'live socket' },
  { name: 'connect-brokerage', what: 'signed HTTP ingest' },
  { name: 'dev-issuer', what: 'development tokens' },
];
