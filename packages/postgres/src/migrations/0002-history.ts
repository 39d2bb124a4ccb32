/** History of every published value: append-only, bitemporal (N3, V5). Times are epoch micros. */
export const history = `
CREATE TABLE feature_history (
  entity text NOT NULL,
  feature_set text NOT NULL,
  window_size_ms bigint NOT NULL,
  window_start_us bigint NOT NULL,
  window_end_us bigint NOT NULL,
  lineage bigint NOT NULL,
  revision bigint NOT NULL,
  status text NOT NULL,
  n bigint NOT NULL,
  late_count bigint NOT NULL,
  watermark_us bigint NOT NULL,
  known_at_us bigint NOT NULL,
  cause text NOT NULL,
  -- The whole published record as JSON in wire names; decimals are strings.
  record jsonb NOT NULL,
  PRIMARY KEY (entity, feature_set, window_size_ms, window_start_us, lineage, revision)
) PARTITION BY RANGE (window_start_us);
CREATE TABLE feature_history_default PARTITION OF feature_history DEFAULT;
CREATE INDEX feature_history_known ON feature_history (feature_set, known_at_us);
-- Values without a window: the newest revision of an entity, without sorting all of them (V4a).
CREATE INDEX feature_history_newest ON feature_history (entity, feature_set, lineage, revision)
  WHERE window_size_ms = 0;

-- History is never changed or deleted by a row; old partitions are dropped whole.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER feature_history_append_only BEFORE UPDATE OR DELETE ON feature_history
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Months are created ahead by the migrate step; what falls outside them goes to the default partition.
CREATE FUNCTION ensure_history_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  starts bigint := extract(epoch FROM date_trunc('month', month))::bigint * 1000000;
  ends bigint := extract(epoch FROM date_trunc('month', month) + interval '1 month')::bigint * 1000000;
  name text := 'feature_history_' || to_char(month, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF feature_history FOR VALUES FROM (%s) TO (%s)', name, starts, ends);
  END IF;
END $$;
`;
