/**
 * What a person did to the state by hand (`tools/operate.ts`), in the transaction that did it: only then is the position of a task, or the
 * lineage, an answer to "who has moved this, and why". Several people share the
 * owner's login, so each says who he is.
 */
export const operatorAction = `
CREATE TABLE operator_action (
  id bigserial PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  operator text NOT NULL CHECK (operator ~ '\\S'),
  database_user text NOT NULL DEFAULT session_user,
  action text NOT NULL CHECK (action IN ('lineage_raised', 'position_moved')),
  grp text,
  task integer,
  topic text,
  partition integer,
  from_value bigint NOT NULL,
  to_value bigint NOT NULL,
  reason text NOT NULL CHECK (reason ~ '\\S'),
  CHECK ((action = 'position_moved') = (grp IS NOT NULL AND task IS NOT NULL AND topic IS NOT NULL AND partition IS NOT NULL))
);
CREATE TRIGGER operator_action_append_only BEFORE UPDATE OR DELETE ON operator_action
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
`;
