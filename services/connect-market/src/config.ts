import { field, fields } from '@groundswell/runtime';
import { z } from 'zod';
import { coinbaseHosts } from './sources/coinbase/limits.ts';

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const worldProducts =
  'TIDE-USD,MOSS-USD,NRTH-USD,CINDR-USD,HELX-USD,GLCR-USD,VOLT-USD,KESTR-USD,BTC-USD,ETH-USD,SOL-USD,DOGE-USD';
const liveProducts = 'BTC-USD,ETH-USD,SOL-USD,DOGE-USD';

export const config = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(9101),
  kafkaBrokers: fields.kafkaBrokers,
  schemaRegistryUrl: fields.schemaRegistryUrl,
  databaseUrl: fields.databaseUrl,
  codeVersion: fields.codeVersion,
  sources: field(
    'SOURCES',
    z.string().default('world').transform(list),
    'Comma-separated feeds; `coinbase` is the live venue, anything else the synthetic one.',
  ),
  coinbaseWsUrl: field('COINBASE_WS_URL', z.url().optional(), 'WebSocket feed of the venue.'),
  coinbaseRestUrl: field('COINBASE_REST_URL', z.url().optional(), 'REST API of the venue.'),
  coinbaseProducts: field(
    'COINBASE_PRODUCTS',
    z.string().optional(),
    'Comma-separated product ids; by default those of the synthetic world, or four well-known ones of the live venue.',
  ),
  aliasRefreshMs: field(
    'ALIAS_REFRESH_MS',
    z.coerce.number().int().positive().default(60_000),
    'How often the alias table is read again, ms.',
  ),
} as const;

/** Which venue to follow. The cursor of the synthetic venue is another one: its ids are others. */
export interface VenueChoice {
  readonly cursorName: string;
  readonly wsUrl: string;
  readonly restUrl: string;
  readonly products: readonly string[];
  readonly licence: string;
}

export function chooseVenue(chosen: {
  readonly sources: readonly string[];
  readonly coinbaseWsUrl: string | undefined;
  readonly coinbaseRestUrl: string | undefined;
  readonly coinbaseProducts: string | undefined;
}): VenueChoice {
  const live = chosen.sources.includes('coinbase');
  return {
    cursorName: live ? 'coinbase' : 'world',
    wsUrl: chosen.coinbaseWsUrl ?? (live ? coinbaseHosts.wsUrl : 'ws://127.0.0.1:8084'),
    restUrl: chosen.coinbaseRestUrl ?? (live ? coinbaseHosts.restUrl : 'http://127.0.0.1:8084'),
    products: list(chosen.coinbaseProducts ?? (live ? liveProducts : worldProducts)),
    licence: live ? 'coinbase-market-data' : 'synthetic',
  };
}
