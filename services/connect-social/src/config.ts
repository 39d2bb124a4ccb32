import { field, fields } from '@groundswell/runtime';
import { z } from 'zod';
import type { BlueskyApi } from './sources/bluesky/address.ts';
import { blueskyHosts } from './sources/bluesky/limits.ts';

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const hosts = z
  .string()
  .transform(list)
  .pipe(z.array(z.url({ protocol: /^wss?$/ })).min(1));
const salt = z.string().min(16, 'must have at least 16 characters');

export const config = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(9106),
  kafka: fields.kafka,
  registry: fields.registry,
  database: fields.database,
  codeVersion: fields.codeVersion,
  sources: field(
    'SOURCES',
    z.string().default('world').transform(list),
    'Comma-separated sources; `bluesky` is the live network, anything else the synthetic one.',
  ),
  blueskyUrls: field(
    'BLUESKY_URLS',
    hosts.optional(),
    'Comma-separated Jetstream hosts, ws:// or wss://, asked in turn.',
  ),
  blueskyApi: field(
    'BLUESKY_API',
    z.enum(['v1', 'v2']).default('v1'),
    'Version of the Jetstream API; each has a position of its own.',
  ),
  authorHmacKeyV1: fields.key(
    'AUTHOR_HMAC_KEY_V1',
    'Key of the pseudonyms of authors, version 1; never that of the investors.',
  ),
  authorHmacKeyV2: field(
    'AUTHOR_HMAC_KEY_V2',
    salt.optional(),
    'Version 2: new posts carry it, deletions still reach what version 1 named.',
  ),
  postIndexCapacity: field(
    'POST_INDEX_CAPACITY',
    z.coerce.number().int().positive().default(300_000),
    'Published posts remembered for edits and deletions.',
  ),
  firstLookBackMinutes: field(
    'FIRST_LOOK_BACK_MINUTES',
    z.coerce
      .number()
      .int()
      .nonnegative()
      .max(36 * 60)
      .default(0),
    'How much of the past the very first start asks for, minutes; the network keeps about 36 hours.',
  ),
  aliasRefreshMs: field(
    'ALIAS_REFRESH_MS',
    z.coerce.number().int().positive().default(60_000),
    'How often cashtags and names are read again, ms.',
  ),
} as const;

/** Which network to follow. The synthetic one is another source with a position of its own. */
export interface NetworkChoice {
  /** Source id of its posts. */
  readonly source: string;
  readonly hosts: readonly string[];
  readonly api: BlueskyApi;
  /** Row of `connector_cursor`. */
  readonly cursorName: string;
  readonly isWorld: boolean;
}

export function chooseNetwork(chosen: {
  readonly sources: readonly string[];
  readonly blueskyUrls: readonly string[] | undefined;
  readonly blueskyApi: BlueskyApi;
}): NetworkChoice {
  const { blueskyApi: api, blueskyUrls } = chosen;
  const isWorld = !chosen.sources.includes('bluesky');
  const source = isWorld ? 'bluesky-world' : 'bluesky';
  return {
    source,
    api,
    hosts: blueskyUrls ?? (isWorld ? ['ws://127.0.0.1:8085'] : blueskyHosts),
    cursorName: `${source}-${api}`,
    isWorld,
  };
}
