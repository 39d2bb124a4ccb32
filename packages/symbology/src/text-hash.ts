import { createHash } from 'node:crypto';

const LINKS =
  /(?:https?:\/\/|www\.)\S+|(?<![\p{L}\p{N}.@-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}\/\S*/gu;
const ACCOUNTS = /(?<![\p{L}\p{N}_])@[\p{L}\p{N}_.-]+/gu;
const CASHTAGS = /(?<![\p{L}\p{N}_$])\$[a-z]{1,6}(?:[._-][a-z]{1,2})?(?![\p{L}\p{N}_])/gu;

/** What two copies of a text have in common (S64): lower case; no links, mentions, cashtags; single spaces. */
export function normaliseText(text: string): string {
  const lower = text.toLowerCase();
  const bare = lower.replace(LINKS, ' ').replace(ACCOUNTS, ' ').replace(CASHTAGS, ' ');
  return bare.replace(/\s+/gu, ' ').trim();
}

/** SHA-256 of the normalised text, hex: equal for copies that differ in links, accounts and cashtags only (S64). */
export function contentHash(text: string): string {
  return createHash('sha256').update(normaliseText(text), 'utf8').digest('hex');
}
