import { z } from 'zod';
import { field, fields } from '@groundswell/runtime';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
const count = (otherwise: number) => z.coerce.number().int().positive().default(otherwise);

export const config = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(8080),
  database: fields.database,
  redis: fields.redis,
  /** Without brokers lag is not shown. */
  kafka: fields.kafkaIfAny,
  issuerUrl: field('ISSUER_URL', z.url(), '`iss` of accepted tokens and base of the key address.'),
  jwksUrl: field('JWKS_URL', z.url().optional(), 'Keys, if not below ISSUER_URL.'),
  audience: field('TOKEN_AUDIENCE', z.string().default('groundswell'), '`aud` of accepted tokens.'),
  allowedOrigins: field(
    'ALLOWED_ORIGINS',
    z
      .string()
      .default('http://127.0.0.1:8090,http://localhost:8090')
      .transform((text) => text.split(',').map((part) => part.trim())),
    'Comma-separated browser origins that may read.',
  ),
  trustedProxies: field(
    'TRUSTED_PROXIES',
    list,
    'Comma-separated addresses or networks before us.',
  ),
  requestBurst: field('REQUEST_BURST', count(600), 'Requests at once per caller and address.'),
  requestsPerSecond: field('REQUESTS_PER_SECOND', count(100), 'Requests per second afterwards.'),
  statementTimeoutMs: field('STATEMENT_TIMEOUT_MS', count(3000), 'Longest database read, ms.'),
} as const;
