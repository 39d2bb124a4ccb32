import { z } from 'zod';
import {
  databaseAccess,
  kafkaAccess,
  kafkaAccessIfAny,
  redisAccess,
  registryAccess,
} from './access.ts';
import { field, type Field } from './config.ts';
import { weaknessOf } from './secret.ts';

const laneSchema = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);
/** Of a key that protects for years and is never typed; passwords of managed services may be shorter. */
const LEAST_KEY_LENGTH = 32;

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
  kafka: kafkaAccess,
  kafkaIfAny: kafkaAccessIfAny,
  registry: registryAccess,
  database: databaseAccess,
  redis: redisAccess,
  /** A key of pseudonyms: 16 characters will do on a laptop, production asks for 32 that are no default. */
  key: (env: string, doc: string): Field<string> => ({
    ...field(env, z.string().min(16, 'must have at least 16 characters'), doc),
    production: (text) => weaknessOf(text, LEAST_KEY_LENGTH),
  }),
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
