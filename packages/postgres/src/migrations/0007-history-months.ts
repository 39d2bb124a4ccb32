/** Months of history come and go whole: made also when their values are already there, dropped when nobody keeps them any more. */
export const historyMonths = `
-- A month that was not made in time has its values in the default partition, and Postgres makes no partition beside them: they move.
-- Detached, a table has no trigger of its parent, so the append-only rule holds wherever it can be read.
CREATE OR REPLACE FUNCTION ensure_history_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  starts bigint := extract(epoch FROM date_trunc('month', month))::bigint * 1000000;
  ends bigint := extract(epoch FROM date_trunc('month', month) + interval '1 month')::bigint * 1000000;
  name text := 'feature_history_' || to_char(month, 'YYYY_MM');
  late boolean;
BEGIN
  IF to_regclass(name) IS NOT NULL THEN
    RETURN;
  END IF;
  LOCK TABLE feature_history IN ACCESS EXCLUSIVE MODE;
  SELECT EXISTS (SELECT FROM feature_history_default WHERE window_start_us >= starts AND window_start_us < ends) INTO late;
  IF late THEN
    ALTER TABLE feature_history DETACH PARTITION feature_history_default;
  END IF;
  EXECUTE format('CREATE TABLE %I PARTITION OF feature_history FOR VALUES FROM (%s) TO (%s)', name, starts, ends);
  IF late THEN
    WITH moved AS (
      DELETE FROM feature_history_default WHERE window_start_us >= starts AND window_start_us < ends RETURNING *
    ) INSERT INTO feature_history SELECT * FROM moved;
    ALTER TABLE feature_history ATTACH PARTITION feature_history_default DEFAULT;
  END IF;
END $$;

-- Drops the months that ended before this one began; what has no window, or came from before any month was made, stays.
CREATE FUNCTION drop_history_before(month date) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOR name IN
    SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'feature_history'::regclass AND child.relname ~ '^feature_history_[0-9]{4}_[0-9]{2}$'
      AND child.relname < 'feature_history_' || to_char(month, 'YYYY_MM')
    ORDER BY 1
  LOOP
    EXECUTE format('DROP TABLE %I', name);
    RETURN NEXT name;
  END LOOP;
END $$;
`;
