/**
 * Dead letters that were sent again (`tools/operate.ts redrive`): each once, for a letter that dies again is another letter. Headers are kept
 * from now on, so that what is sent again is what came: null in rows that an older version left behind. A redrive is an operator's action
 * about many records and no number; what it sent says which action it was.
 */
export const redrive = `
ALTER TABLE dead_letter ADD COLUMN record_headers bytea;

ALTER TABLE operator_action
  DROP CONSTRAINT operator_action_action_check,
  DROP CONSTRAINT operator_action_check,
  ALTER COLUMN from_value DROP NOT NULL,
  ALTER COLUMN to_value DROP NOT NULL,
  ADD COLUMN what jsonb,
  ADD CONSTRAINT operator_action_shape CHECK (CASE action
    WHEN 'lineage_raised' THEN num_nulls(grp, task, topic, partition, what) = 5 AND num_nulls(from_value, to_value) = 0
    WHEN 'position_moved' THEN num_nulls(grp, task, topic, partition, from_value, to_value) = 0 AND what IS NULL
    WHEN 'dead_letters_redriven' THEN num_nulls(grp, topic, what) = 0 AND num_nulls(task, partition, from_value, to_value) = 4
    ELSE false END);

CREATE TABLE redriven_letter (
  topic text NOT NULL,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  attempt integer NOT NULL CHECK (attempt > 0),
  action_id bigint NOT NULL REFERENCES operator_action (id),
  sent_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition, record_offset)
);
CREATE TRIGGER redriven_letter_append_only BEFORE UPDATE OR DELETE ON redriven_letter
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
`;
