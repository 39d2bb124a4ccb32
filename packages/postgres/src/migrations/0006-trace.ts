/**
 * The `traceparent` that an outbox row is published with (ADR 21). Null in rows that an older version left behind: their records start a
 * trace of their own.
 */
export const trace = `
ALTER TABLE outbox ADD COLUMN traceparent text;
`;
