/** One latest value: a key of three columns and five more, as in performance section 2. */
export interface Row {
  readonly entity: string;
  readonly feature_set: string;
  readonly window_size_ms: number;
  readonly window_start_us: number;
  readonly revision: number;
  readonly sentiment: number;
  readonly close: string;
  readonly status: string;
}

export const TABLE = 'sink_bench';

export const CREATE = `CREATE TABLE ${TABLE} (
  entity text NOT NULL,
  feature_set text NOT NULL,
  window_size_ms bigint NOT NULL,
  window_start_us bigint NOT NULL,
  revision bigint NOT NULL,
  sentiment double precision NOT NULL,
  close numeric(38, 18) NOT NULL,
  status text NOT NULL,
  PRIMARY KEY (entity, feature_set, window_size_ms)
) WITH (fillfactor = 75)`;

/** What the arms must agree on: the table in order of its key. */
export const HASH = `SELECT md5(string_agg(t::text, E'\\n' ORDER BY entity, feature_set, window_size_ms)) AS hash FROM ${TABLE} t`;

/** The rows of a pass, in batches. The first pass inserts, every later one updates all of them. */
export function batchesOf(pass: number, rows: number, batchRows: number): readonly Row[][] {
  const batches: Row[][] = [];
  for (let from = 0; from < rows; from += batchRows) {
    const size = Math.min(batchRows, rows - from);
    batches.push(Array.from({ length: size }, (_, i) => rowOf(pass, from + i)));
  }
  return batches;
}

function rowOf(pass: number, i: number): Row {
  return {
    entity: `crypto:S${i % 5000}-USD@coinbase`,
    feature_set: 'market.bar',
    window_size_ms: 1000 * (1 + Math.floor(i / 5000)),
    window_start_us: 1_760_000_000_000_000 + pass * 60_000_000,
    revision: pass + 1,
    sentiment: ((i * 7919 + pass) % 2000) / 1000 - 1,
    close: `${60_000 + (i % 997)}.${String(pass).padStart(2, '0')}`,
    status: pass % 2 === 0 ? 'PROVISIONAL' : 'FINAL',
  };
}
