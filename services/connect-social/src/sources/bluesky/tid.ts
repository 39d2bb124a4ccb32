/** Letters of a TID in the order of their values (base32-sortable): later TIDs are greater texts. */
const LETTERS = '234567abcdefghijklmnopqrstuvwxyz';

/** Timestamp identifier of the network: 13 letters, the first bit 0, then 53 bits of epoch micros, then 10 bits of clock id. */
export function isTid(text: string): boolean {
  return /^[2-7a-j][2-7a-z]{12}$/.test(text);
}

/** When the author's client says that a record was made, epoch micros; null if the name is no TID. */
export function tidTimeUs(text: string): number | null {
  if (!isTid(text)) return null;
  let value = 0n;
  for (const letter of text) value = value * 32n + BigInt(LETTERS.indexOf(letter));
  return Number(value >> 10n);
}

/** Is revision `a` older than `b`? Only TIDs can be compared: of other revisions the one that came later counts as newer. */
export function isOlderRev(a: string, b: string): boolean {
  return isTid(a) && isTid(b) && a < b;
}
