/**
 * Names by which a connection keeps a statement parsed and planned. A batch runs the same handful of statements thousands of times;
 * without a name Postgres parses and plans each anew, which cost more than carrying them out.
 *
 * Only so many texts get a name: statements that are put together from what a caller asks for must not fill every connection.
 * A pooler in front must keep prepared statements per client (PgBouncer >= 1.21 with `max_prepared_statements`), or be one by session.
 */
export function createStatementNames(capacity = 200): (text: string) => string | undefined {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || names.size >= capacity) return known;
    const name = `gw_${names.size}`;
    names.set(text, name);
    return name;
  };
}
