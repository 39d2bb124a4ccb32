import { z } from 'zod';
import { field, fields } from '@groundswell/runtime';

const list = (text: string): string[] => text.split(',').map((part) => part.trim());
const count = (defaultValue: number) => z.coerce.number().int().positive().default(defaultValue);

/** Everything that can be set. */
export const configFields = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(8081),
  kafka: fields.kafka,
  registry: fields.registry,
  database: fields.database,
  redis: fields.redis,
  issuerUrl: field('ISSUER_URL', z.url(), '`iss` of accepted tokens and base of the key address.'),
  jwksUrl: field('JWKS_URL', z.url().optional(), 'Keys, if not below ISSUER_URL.'),
  audience: field('TOKEN_AUDIENCE', z.string().default('groundswell'), '`aud` of accepted tokens.'),
  allowedOrigins: field(
    'ALLOWED_ORIGINS',
    z.string().default('http://127.0.0.1:8090,http://localhost:8090').transform(list),
    'Comma-separated browser origins that may connect.',
  ),
  windowCount: field('SNAPSHOT_WINDOWS', count(60), 'Bars of each feed in a snapshot.'),
  maxSubscriptions: field('MAX_SUBSCRIPTIONS', count(200), 'Channels per socket.'),
  maxSocketsPerSubject: field('MAX_SOCKETS_PER_SUBJECT', count(50), 'Sockets per user.'),
  maxSocketsPerAddress: field('MAX_SOCKETS_PER_ADDRESS', count(200), 'Sockets per address.'),
  eventsPerSecond: field('EVENTS_PER_SECOND', count(20), 'Client events per socket and second.'),
  eventBurst: field('EVENT_BURST', count(200), 'Client events per socket at once.'),
  slowLimitMs: field('SLOW_LIMIT_MS', count(10_000), 'Close a client that reads nothing, ms.'),
} as const;
