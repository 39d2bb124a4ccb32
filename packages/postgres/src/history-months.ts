import type { Database, Queryable } from './database.ts';

/** Readers and writers of history wait for us no longer than this, in place of everybody waiting behind us. */
const LOCK_TIMEOUT_MS = 5_000;

/**
 * Keep the months of history as they should be, daily: this one and the next two are there, those beyond `keptMonths` whole months before
 * this one are dropped; null = all are kept. By the owner of the schema, after `migrate`. Idempotent.
 * @returns partitions that were dropped, oldest first
 * @throws PostgresUnavailableError when a long query held the table: nothing was changed, try again
 */
export async function maintainHistory(
  database: Database,
  { nowMs, keptMonths }: { readonly nowMs: number; readonly keptMonths: number | null },
): Promise<readonly string[]> {
  return database.transaction(async (tx) => {
    await tx.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await makeMonthsAhead(tx, nowMs);
    if (keptMonths === null) return [];
    const rows = await tx.query<{ name: string }>('SELECT drop_history_before($1) AS name', [
      monthOf(nowMs, -keptMonths),
    ]);
    return rows.map(({ name }) => name);
  });
}

/** Partitions of this month and the next two are there before they are needed. */
export async function makeMonthsAhead(queryable: Queryable, nowMs: number): Promise<void> {
  for (const ahead of [0, 1, 2]) {
    await queryable.query('SELECT ensure_history_month($1)', [monthOf(nowMs, ahead)]);
  }
}

/** First day of a month in UTC, counted from the present one. */
function monthOf(nowMs: number, ahead: number): string {
  const now = new Date(nowMs);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
    .toISOString()
    .slice(0, 10);
}
