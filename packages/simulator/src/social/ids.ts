import { createHash } from 'node:crypto';
import type { Rng } from '../rng.ts';

/** Identifiers as the AT protocol spells them. */

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const BASE32_SORTABLE = '234567abcdefghijklmnopqrstuvwxyz';

/** An account that never existed. */
export function inventDid(rng: Rng): string {
  return `did:plc:${Array.from({ length: 24 }, () => BASE32[rng.int(32)]).join('')}`;
}

/** Timestamp id: 13 sortable digits, 53 bits of micros and 10 bits of a clock (atproto TID); record keys and revisions are such. */
export function tidOf(timeUs: number, clock: number): string {
  let bits = (BigInt(timeUs) << 10n) | BigInt(clock & 1023);
  let text = '';
  for (let digit = 0; digit < 13; digit += 1) {
    text = `${BASE32_SORTABLE[Number(bits & 31n)] ?? ''}${text}`;
    bits >>= 5n;
  }
  return text;
}

/** CIDv1, dag-cbor, sha-256, in base32. It hashes the record's JSON, not its CBOR: nothing in the platform checks it. */
export function cidOf(record: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(record), 'utf8').digest();
  const bytes = [0x01, 0x71, 0x12, 0x20, ...digest];
  let text = 'b';
  let buffer = 0;
  let held = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += BASE32[(buffer >> held) & 31] ?? '';
      buffer &= (1 << held) - 1;
    }
  }
  return held === 0 ? text : `${text}${BASE32[(buffer << (5 - held)) & 31] ?? ''}`;
}

export function postUri(post: { readonly did: string; readonly rkey: string }): string {
  return `at://${post.did}/app.bsky.feed.post/${post.rkey}`;
}
