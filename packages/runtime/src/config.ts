import { GroundswellError } from '@groundswell/domain';
import { z } from 'zod';

/** One setting: where it is read, what it may be, and one sentence with its unit. */
export interface Field<T> {
  readonly env: string;
  readonly schema: z.ZodType<T>;
  readonly doc: string;
}
export type Fields = Readonly<Record<string, Field<unknown>>>;
export type ConfigOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

export class BadConfigError extends GroundswellError {
  constructor(problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((line) => `  ${line}`).join('\n')}`, {
      code: 'GW_BAD_CONFIG',
      retriable: false,
    });
  }
}

export function field<T>(env: string, schema: z.ZodType<T>, doc: string): Field<T> {
  return { env, schema, doc };
}

/** Read every field from the environment; an empty string counts as unset. @throws BadConfigError naming each bad field */
export function loadConfig<F extends Fields>(
  declared: F,
  env: Readonly<Record<string, string | undefined>>,
): ConfigOf<F> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { env: variable, schema, doc }] of Object.entries(declared)) {
    const text = env[variable];
    const parsed = schema.safeParse(text === '' ? undefined : text);
    if (parsed.success) values[name] = parsed.data;
    else {
      const why = parsed.error.issues.map((issue) => issue.message).join('; ');
      problems.push(`${variable}: ${text === undefined ? 'is not set' : why}. ${doc}`);
    }
  }
  if (problems.length > 0) throw new BadConfigError(problems);
  return Object.freeze(values) as ConfigOf<F>;
}

const laneSchema = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);

/** Settings that several services share. */
export const fields = {
  lane: field('GW_LANE', laneSchema.default('live'), 'Lane: lower case letters, digits, dashes.'),
  host: field('HOST', z.string().default('127.0.0.1'), 'Address to listen on.'),
  port: (defaultPort: number): Field<number> =>
    field(
      'PORT',
      z.coerce.number().int().min(0).max(65535).default(defaultPort),
      'TCP port of the HTTP server.',
    ),
  kafkaBrokers: field<string[]>(
    'KAFKA_BROKERS',
    z.string().transform((text) => text.split(',').map((part) => part.trim())),
    'Comma-separated host:port list.',
  ),
  schemaRegistryUrl: field('SCHEMA_REGISTRY_URL', z.url(), 'Base URL of the schema registry.'),
  databaseUrl: field('DATABASE_URL', z.url(), 'postgresql:// URL.'),
  redisUrl: field('REDIS_URL', z.url(), 'redis:// URL.'),
  logLevel: field(
    'LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    'Least level that is logged.',
  ),
  shutdownMs: field(
    'SHUTDOWN_MS',
    z.coerce.number().int().positive().default(10_000),
    'Time to drain after the first signal, ms.',
  ),
  codeVersion: field('CODE_VERSION', z.string().default('0.1.0'), 'Version of the running code.'),
} as const;
