import { fields } from '@groundswell/runtime';

export const config = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(9104),
  kafkaBrokers: fields.kafkaBrokers,
  schemaRegistryUrl: fields.schemaRegistryUrl,
  databaseUrl: fields.databaseUrl,
  redisUrl: fields.redisUrl,
} as const;
