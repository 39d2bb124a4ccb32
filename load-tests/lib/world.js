/** What the target knows: asked once, before the load. */

import http from 'k6/http';
import { sleep } from 'k6';
import { seeded, pickSome } from './random.js';
import { urls } from './settings.js';
import { bearer, tokenOf } from './tokens.js';

/**
 * @typedef {{ readonly instruments: readonly string[], readonly entities: readonly string[],
 *   readonly symbols: readonly string[] }} World
 */

/** A platform that has just started needs a while until every instrument has a value. */
const WARM_WITHIN_MS = 120_000;

/**
 * Waits until every instrument has a bar: what follows is about load, not about the first minute.
 * @returns {World} instruments in order of id, their primary feeds, the symbols that senders write
 */
export function askWorld() {
  const answer = http.get(`${urls.api}/v1/instruments?limit=100`, {
    headers: bearer(tokenOf('viewer')),
    tags: { name: 'instruments' },
  });
  if (answer.status !== 200) throw new Error(`no instruments: status ${String(answer.status)}`);
  const { items } = /** @type {{ items: { id: string, primary_feed: string | null }[] }} */ (
    answer.json()
  );
  if (items.length === 0) throw new Error('the target has no instruments');
  const instruments = items.map(({ id }) => id);
  const entities = items.map(({ id, primary_feed: feed }) => `${id}@${feed ?? ''}`);
  const deadlineMs = Date.now() + WARM_WITHIN_MS;
  while (!areKnown(entities)) {
    if (Date.now() > deadlineMs) throw new Error('some instruments never got a bar');
    sleep(1);
  }
  return {
    instruments,
    entities,
    symbols: instruments.map((id) => id.slice(id.indexOf(':') + 1)),
  };
}

/** @param {readonly string[]} entities */
function areKnown(entities) {
  const list = entities.map(encodeURIComponent).join(',');
  const answer = http.get(`${urls.api}/v1/features/market.bar/latest?entities=${list}`, {
    headers: bearer(tokenOf('viewer')),
    tags: { name: 'warm-up' },
  });
  if (answer.status !== 200) throw new Error(`no bars: status ${String(answer.status)}`);
  const { values } = /** @type {{ values: { item: unknown }[] }} */ (answer.json());
  return values.every(({ item }) => item !== null);
}

/**
 * W7: what one client looks at; twenty channels where there are as many, popular instruments likelier.
 * @param {World} world
 * @param {number} client
 * @param {number} [count]
 */
export function channelsOf({ instruments }, client, count = 20) {
  const random = seeded(client + 1);
  const kinds = instruments.flatMap((id) => [
    `price:${id}`,
    `market:${id}:1s`,
    `market:${id}:1m`,
    `sentiment:${id}:1m`,
  ]);
  return pickSome(kinds, count, random);
}
