/** Requests of the scenarios, each with the name under which it is counted. */

import http from 'k6/http';
import { check } from 'k6';
import * as metrics from './metrics.js';
import { ingest, runId, urls } from './settings.js';
import { importSecret, signedHeaders } from './sign.js';
import { bearer, tokenOf } from './tokens.js';
import { transactionsOf } from './transactions.js';

/** @type {Promise<import('./sign.js').SigningKey> | undefined} */
let signingKey;

/** Latest bars of one instrument. @param {string} entity */
export function readOne(entity) {
  const path = `/v1/features/market.bar/${encodeURIComponent(entity)}/latest?window_size=1m`;
  return read(path, 'read-one');
}

/** Latest bars of several. @param {readonly string[]} entities */
export function readSome(entities) {
  const list = entities.map(encodeURIComponent).join(',');
  return read(
    `/v1/features/market.bar/latest?window_size=1m&entities=${list}`,
    `read-${String(entities.length)}`,
  );
}

/** @param {string} path @param {string} name */
export function read(path, name) {
  const answer = http.get(`${urls.api}${path}`, {
    headers: bearer(tokenOf('viewer')),
    tags: { name },
  });
  check(answer, { [`${name} is answered`]: ({ status }) => status === 200 });
  return answer;
}

/** Score texts; one text alone, several as a batch. @param {readonly string[]} texts */
export function predict(texts) {
  const [only = ''] = texts;
  const body = texts.length === 1 ? { text: only } : { items: texts.map((text) => ({ text })) };
  const answer = http.post(`${urls.api}/v1/predict`, JSON.stringify(body), {
    headers: { ...bearer(tokenOf('viewer')), 'content-type': 'application/json' },
    tags: { name: texts.length === 1 ? 'predict-one' : 'predict-batch' },
  });
  check(answer, { 'texts are scored': ({ status }) => status === 200 });
  return answer;
}

/**
 * Send one signed request of transactions; without an answer once more. 429 and 503 are answers too: the sender would come later.
 * @param {number} number of the request in this run; the same number is the same request
 * @param {number} size items
 * @param {readonly string[]} symbols
 * @param {number} nowMs
 */
export async function sendTransactions(number, size, symbols, nowMs) {
  const list = transactionsOf({ run: runId, number, size, symbols, nowMs });
  const body = JSON.stringify(list);
  signingKey ??= importSecret(ingest.secret);
  const id = `load-${runId}-${String(number)}`;
  const headers = await signedHeaders(await signingKey, id, body, Date.now());
  let answer = post(body, headers);
  if (answer.status === 0) {
    metrics.repeated.add(1);
    answer = post(body, headers);
  }
  check(answer, { 'ingest is answered': ({ status }) => [200, 429, 503].includes(status) });
  if (answer.status === 429 || answer.status === 503) metrics.pushedBack.add(1);
  if (answer.status !== 200) return answer;
  const outcome = /** @type {{ accepted: number, refused: number }} */ (answer.json());
  metrics.accepted.add(outcome.accepted);
  metrics.refused.add(outcome.refused);
  return answer;
}

/** @param {string} body @param {Record<string, string>} headers */
const post = (body, headers) =>
  http.post(`${urls.ingest}/v1/ingest/${ingest.sender}/transactions`, body, {
    headers,
    tags: { name: 'ingest' },
    responseCallback: http.expectedStatuses(200, 429, 503),
  });
