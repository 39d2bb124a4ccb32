/** The relational model (Y6) and the positions of connectors (K10). */
export const reference = `
CREATE TABLE source (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('market', 'brokerage', 'social')),
  delivery text NOT NULL CHECK (delivery IN ('exact', 'best_effort')),
  title text NOT NULL
);

CREATE TABLE instrument (
  id text PRIMARY KEY CHECK (id ~ '^[a-z]+:[A-Za-z0-9:._~/-]{1,80}$'),
  kind text NOT NULL,
  title text NOT NULL,
  currency text NOT NULL,
  primary_feed text,
  zone text NOT NULL DEFAULT 'UTC',
  tick_decimals integer NOT NULL DEFAULT 2,
  figi text
);

CREATE TABLE instrument_alias (
  namespace text NOT NULL,
  symbol text NOT NULL,
  instrument_id text NOT NULL REFERENCES instrument (id),
  valid_from timestamptz NOT NULL DEFAULT '-infinity',
  valid_to timestamptz NOT NULL DEFAULT 'infinity',
  PRIMARY KEY (namespace, symbol, valid_from),
  CHECK (valid_from < valid_to)
);

CREATE TABLE investor (
  key text PRIMARY KEY,
  zone text NOT NULL DEFAULT 'America/New_York',
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE account (
  key text PRIMARY KEY,
  investor_key text NOT NULL REFERENCES investor (key),
  source_id text NOT NULL REFERENCES source (id),
  currency text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE connector_cursor (
  connector text NOT NULL,
  shard text NOT NULL,
  position jsonb NOT NULL,
  owner_epoch bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (connector, shard)
);

-- Answers already given to signed requests (T9, S53).
CREATE TABLE ingest_request (
  sender text NOT NULL,
  webhook_id text NOT NULL,
  body_sha256 bytea NOT NULL,
  status integer NOT NULL,
  answer jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sender, webhook_id)
);
`;
