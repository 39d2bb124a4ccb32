/** Access tokens: asked of the development issuer and asked anew a minute before they end, per virtual user. */

import http from 'k6/http';
import { givenToken, urls } from './settings.js';

const RENEW_BEFORE_MS = 60_000;

/** @type {Map<string, { readonly token: string, readonly endsAtMs: number }>} */
const held = new Map();

/**
 * @param {'viewer' | 'analyst' | 'ops' | 'investor'} persona
 * @param {string} [investor] raw id, for the persona investor
 */
export function tokenOf(persona, investor) {
  if (givenToken !== '') return givenToken;
  const key = `${persona}/${investor ?? ''}`;
  const known = held.get(key);
  if (known !== undefined && known.endsAtMs - RENEW_BEFORE_MS > Date.now()) return known.token;
  const answer = http.post(`${urls.issuer}/token`, JSON.stringify({ persona, investor }), {
    headers: { 'content-type': 'application/json' },
    tags: { name: 'token' },
  });
  if (answer.status !== 200) throw new Error(`no token: status ${String(answer.status)}`);
  const body = /** @type {{ access_token: string, expires_in: number }} */ (answer.json());
  held.set(key, { token: body.access_token, endsAtMs: Date.now() + body.expires_in * 1000 });
  return body.access_token;
}

/** @param {string} token */
export const bearer = (token) => ({ authorization: `Bearer ${token}` });
