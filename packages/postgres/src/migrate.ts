import { InvariantError } from '@groundswell/domain';
import { Umzug } from 'umzug';
import type { Database, Queryable } from './database.ts';
import { makeMonthsAhead } from './history-months.ts';
import { history } from './migrations/0002-history.ts';
import { latest } from './migrations/0004-latest.ts';
import { processing } from './migrations/0001-processing.ts';
import { journalKnown } from './migrations/0005-journal-known.ts';
import { reference } from './migrations/0003-reference.ts';
import { trace } from './migrations/0006-trace.ts';
import { historyMonths } from './migrations/0007-history-months.ts';
import { operatorAction } from './migrations/0008-operator-action.ts';
import { backupRole } from './migrations/0009-backup-role.ts';
import { redrive } from './migrations/0010-redrive.ts';

/** Append only: a migration that ran somewhere is never edited after a release. */
const migrations: readonly (readonly [string, string])[] = [
  ['0001-processing', processing],
  ['0002-history', history],
  ['0003-reference', reference],
  ['0004-latest', latest],
  ['0005-journal-known', journalKnown],
  ['0006-trace', trace],
  ['0007-history-months', historyMonths],
  ['0008-operator-action', operatorAction],
  ['0009-backup-role', backupRole],
  ['0010-redrive', redrive],
];

/** Two migrating processes must not interleave. */
export const MIGRATION_LOCK = 7_155_001;

/** Rights belong to it (`rights.ts`). */
export const newestMigration = migrations.at(-1)?.[0] ?? '';

/**
 * Create the lane's schema and bring it up to date; idempotent, safe to run by several processes at once.
 * @returns names of the migrations that ran now
 */
export async function migrate(database: Database, nowMs: number): Promise<readonly string[]> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await tx.query(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`);
    await tx.query(
      'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, ran_at timestamptz NOT NULL DEFAULT now())',
    );
    const umzug = new Umzug<Queryable>({
      migrations: migrations.map(([name, sql]) => ({
        name,
        up: async ({ context }) => {
          await context.query(sql);
        },
      })),
      context: tx,
      logger: undefined,
      storage: {
        logMigration: async ({ name }) => {
          await tx.query('INSERT INTO migration (name) VALUES ($1)', [name]);
        },
        unlogMigration: async ({ name }) => {
          await tx.query('DELETE FROM migration WHERE name = $1', [name]);
        },
        executed: async () =>
          (await tx.query<{ name: string }>('SELECT name FROM migration ORDER BY name')).map(
            (row) => row.name,
          ),
      },
    });
    const ran = await umzug.up();
    await makeMonthsAhead(tx, nowMs);
    return ran.map((migration) => migration.name);
  });
}

/** Migrations that ran here and that this release does not know: a newer one was here, and its pods may still be. */
export async function newerMigrations(queryable: Queryable): Promise<readonly string[]> {
  const known = migrations.map(([name]) => name);
  const rows = await queryable.query<{ name: string }>(
    'SELECT name FROM migration WHERE name <> ALL ($1::text[]) ORDER BY name',
    [known],
  );
  return rows.map(({ name }) => name);
}

/** Remove a lane and everything in it. The live lane is refused. */
export async function dropLane(database: Database): Promise<void> {
  if (database.schema === 'gw_live') throw new InvariantError('the live lane is not dropped');
  await database.query(`DROP SCHEMA IF EXISTS ${database.schema} CASCADE`);
}
