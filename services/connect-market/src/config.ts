import { field, fields } from '@groundswell/runtime';
import { z } from 'zod';
import { list } from './venues.ts';

export const config = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(9101),
  kafka: fields.kafka,
  registry: fields.registry,
  database: fields.database,
  codeVersion: fields.codeVersion,
  sources: field(
    'SOURCES',
    z.string().default('world').transform(list),
    'Comma-separated venues to follow side by side; the synthetic one where none of them is known.',
  ),
  coinbaseWsUrl: field('COINBASE_WS_URL', z.url().optional(), 'WebSocket feed of Coinbase.'),
  coinbaseRestUrl: field('COINBASE_REST_URL', z.url().optional(), 'REST API of Coinbase.'),
  coinbaseProducts: field(
    'COINBASE_PRODUCTS',
    z.string().optional(),
    'Comma-separated product ids; by default those of the synthetic world, or four well-known ones of the live venue.',
  ),
  krakenWsUrl: field('KRAKEN_WS_URL', z.url().optional(), 'WebSocket feed of Kraken, version 2.'),
  krakenRestUrl: field('KRAKEN_REST_URL', z.url().optional(), 'REST API of Kraken.'),
  krakenProducts: field(
    'KRAKEN_PRODUCTS',
    z.string().default('BTC/USD,ETH/USD,SOL/USD,DOGE/USD'),
    'Comma-separated symbols as the feed of Kraken writes them.',
  ),
  pastDays: field(
    'MARKET_PAST_DAYS',
    z.coerce.number().int().min(0).max(10_000).default(90),
    'How many past days of prices are fetched for each product; 0: none.',
  ),
  aliasRefreshMs: field(
    'ALIAS_REFRESH_MS',
    z.coerce.number().int().positive().default(60_000),
    'How often the alias table is read again, ms.',
  ),
} as const;
