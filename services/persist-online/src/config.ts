import { fields } from '@groundswell/runtime';

export const config = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(9104),
  kafka: fields.kafka,
  registry: fields.registry,
  database: fields.database,
  redis: fields.redis,
} as const;
