/**
 * The state store of processing.md section 2. Everything lives in the schema of the lane (search_path), so no name is qualified.
 * Bodies are bytea because text and jsonb refuse or change some inputs (X6).
 */
export const processing = `
CREATE TABLE lineage (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  value bigint NOT NULL CHECK (value BETWEEN 1 AND 9007199254740991)
);
INSERT INTO lineage (value) VALUES (1);

-- I13 is a constraint: a transaction that miscounts cannot commit.
CREATE TABLE checkpoint (
  grp text NOT NULL,
  task integer NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  partition_count integer NOT NULL,
  first_offset bigint NOT NULL,
  next_offset bigint NOT NULL,
  owner_epoch bigint NOT NULL DEFAULT 0,
  partition_clock_us bigint,
  last_fingerprint text,
  n_applied bigint NOT NULL DEFAULT 0,
  n_deduped bigint NOT NULL DEFAULT 0,
  n_late bigint NOT NULL DEFAULT 0,
  n_dead bigint NOT NULL DEFAULT 0,
  n_erased bigint NOT NULL DEFAULT 0,
  n_marker bigint NOT NULL DEFAULT 0,
  last_known_at_us bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (grp, task, topic, partition),
  CONSTRAINT conservation CHECK (
    next_offset - first_offset = n_applied + n_deduped + n_late + n_dead + n_erased + n_marker
  )
) WITH (fillfactor = 70);

-- One entity may have several parts, so that a batch writes only what changed (PF22). Part '' is the header.
CREATE TABLE state (
  grp text NOT NULL,
  task integer NOT NULL,
  key text NOT NULL,
  part text NOT NULL DEFAULT '',
  ver bigint NOT NULL,
  body bytea NOT NULL,
  body_hash bytea NOT NULL,
  pending_at_ms bigint,
  tags text[],
  PRIMARY KEY (grp, task, key, part)
) WITH (fillfactor = 70);
CREATE INDEX state_pending ON state (grp, task, pending_at_ms) WHERE pending_at_ms IS NOT NULL;
CREATE INDEX state_tags ON state USING gin (tags) WHERE tags IS NOT NULL;

CREATE TABLE seen (
  grp text NOT NULL,
  event_id text NOT NULL,
  task integer NOT NULL,
  first_offset bigint NOT NULL,
  event_time_us bigint NOT NULL,
  PRIMARY KEY (grp, event_id)
);
CREATE INDEX seen_time ON seen USING brin (event_time_us);

-- A ledger keeps every event for ever: the journal is its dedupe (L7).
CREATE TABLE journal (
  grp text NOT NULL,
  event_id text NOT NULL,
  task integer NOT NULL,
  key text NOT NULL,
  event_time_us bigint NOT NULL,
  body bytea NOT NULL,
  body_hash bytea NOT NULL,
  PRIMARY KEY (grp, event_id)
);
CREATE INDEX journal_key ON journal (grp, task, key);

-- Marks of a broadcast topic, per task (L8).
CREATE TABLE mark (
  grp text NOT NULL,
  task integer NOT NULL,
  instrument_id text NOT NULL,
  event_time_us bigint NOT NULL,
  revision bigint NOT NULL,
  price numeric(38, 18) NOT NULL,
  PRIMARY KEY (grp, task, instrument_id, event_time_us)
);

CREATE TABLE outbox (
  id bigserial PRIMARY KEY,
  grp text NOT NULL,
  task integer NOT NULL,
  topic text NOT NULL,
  key bytea NOT NULL,
  event_id text NOT NULL,
  value_key text NOT NULL,
  lineage bigint NOT NULL,
  ver bigint NOT NULL,
  payload bytea NOT NULL,
  payload_hash bytea NOT NULL
);
CREATE INDEX outbox_task ON outbox (grp, task, id);

CREATE TABLE outbox_cursor (
  grp text NOT NULL,
  task integer NOT NULL,
  published_id bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (grp, task)
) WITH (fillfactor = 70);

CREATE TABLE dead_letter (
  grp text NOT NULL,
  task integer NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  stage text NOT NULL,
  reason text NOT NULL,
  error_class text NOT NULL,
  attempt integer NOT NULL,
  record_key bytea,
  record_value bytea,
  failed_at_us bigint NOT NULL,
  code_version text NOT NULL,
  PRIMARY KEY (grp, task, topic, partition, record_offset)
);

CREATE TABLE late_record (
  grp text NOT NULL,
  task integer NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  event_id text NOT NULL,
  entity text,
  window_size_ms bigint NOT NULL DEFAULT 0,
  window_start_us bigint NOT NULL DEFAULT 0,
  reason text NOT NULL,
  lateness_ms bigint NOT NULL,
  PRIMARY KEY (grp, task, topic, partition, record_offset, window_size_ms, window_start_us)
);

-- Nothing older than the floor is accepted, so ids below it may be forgotten (Q5, seen (c)).
CREATE TABLE floor (
  grp text PRIMARY KEY,
  value_us bigint NOT NULL
);
`;
