import type { Database } from '@groundswell/postgres';

/**
 * A logical copy of a lane inside the same database, as `pg_dump` takes one: all tables at one moment. For the restore drill, which must
 * run where no `pg_dump` of the server's version is; operators use the recipes of infra/backup.
 */
export interface TableCopy {
  /** Put all tables back to the moment of the copy. Sequences stay, as after a dump that was taken later than its rows. */
  restore(): Promise<void>;
  drop(): Promise<void>;
}

export async function copyTables(database: Database): Promise<TableCopy> {
  const { schema } = database;
  const copy = `${schema}_copy`;
  const tables = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
    [schema],
  );
  await database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await tx.query(`CREATE SCHEMA "${copy}"`);
    for (const { name } of tables) {
      await tx.query(`CREATE TABLE "${copy}"."${name}" AS TABLE "${schema}"."${name}"`);
    }
  });
  return {
    restore: () =>
      database.transaction(async (tx) => {
        const names = tables.map(({ name }) => `"${schema}"."${name}"`).join(', ');
        await tx.query('SET CONSTRAINTS ALL DEFERRED');
        await tx.query(`TRUNCATE ${names}`);
        await tx.query('SET LOCAL session_replication_role = replica');
        for (const { name } of tables) {
          await tx.query(`INSERT INTO "${schema}"."${name}" SELECT * FROM "${copy}"."${name}"`);
        }
      }),
    drop: async () => {
      await database.query(`DROP SCHEMA "${copy}" CASCADE`);
    },
  };
}
