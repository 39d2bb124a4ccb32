/**
 * When each event of a ledger became readable, epoch micros: the `known_at_us` of the values that it first stands in (N3). Null for what
 * was stored before this column was: that instant was not kept.
 */
export const journalKnown = `
ALTER TABLE journal ADD COLUMN known_at_us bigint;
`;
