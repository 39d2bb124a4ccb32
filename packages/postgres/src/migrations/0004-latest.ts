/**
 * The newest record of each value key of a topic whose records are listed, not aggregated: posts about an instrument. Written in the
 * transaction of its topic's producer; a CANCEL replaces what it takes back, so no text outlives its post (R2). Times are epoch micros.
 */
export const latest = `
CREATE TABLE latest_record (
  topic text NOT NULL,
  -- The message key.
  key text NOT NULL,
  value_key text NOT NULL,
  event_time_us bigint NOT NULL,
  lineage bigint NOT NULL,
  ver bigint NOT NULL,
  -- The whole record as JSON in wire names.
  record jsonb NOT NULL,
  PRIMARY KEY (topic, value_key)
);
-- Lists show what stands, newest first.
CREATE INDEX latest_record_list ON latest_record (topic, key, event_time_us DESC, value_key DESC)
  WHERE record ->> 'op' <> 'CANCEL';
CREATE INDEX latest_record_age ON latest_record (topic, event_time_us);
`;
