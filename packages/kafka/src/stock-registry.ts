import { Agent } from 'node:https';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { tlsOptions, type RegistryAccess } from '@groundswell/runtime';
import { E18Decimal } from './avro-types.ts';

/**
 * The stock client that other Node programs read our topics with, set up as they need it: our decimals as a logical type, `<topic>-value`
 * subjects, every retry field given (G4: it merges them into a module-wide default). The platform itself decodes with its own codec
 * (G1, G2, G6); the deploy step reads each schema back through this one, and the contract tests exchange records with it.
 */
export function createStockRegistry(
  url: string,
  { tls = {}, user = null }: Partial<RegistryAccess> = {},
): SchemaRegistry {
  return new SchemaRegistry(
    {
      host: url,
      ...(url.startsWith('https:')
        ? { agent: new Agent(tlsOptions(tls, new URL(url).hostname)) }
        : {}),
      ...(user === null ? {} : { auth: { username: user.name, password: user.password.read() } }),
      retry: {
        maxRetryTimeInSecs: 5,
        initialRetryTimeInSecs: 0.1,
        factor: 0.2,
        multiplier: 2,
        retries: 3,
      },
    },
    { AVRO: { logicalTypes: { decimal: E18Decimal } } },
  );
}
