import type { Queryable } from './database.ts';

/** Of the role that dumps, on every table and sequence of a lane; what pg_dump reads, and what its locks (ACCESS SHARE) need. */
export const backupRights = 'SELECT';

const KINDS = ['TABLES', 'SEQUENCES'] as const;

/**
 * Let a role read all of a lane and nothing else, what is there and what its owner will make: pg_dump reads each partition by itself, and
 * months of history are made by a daily job, perhaps one of an older release, that grants nothing. In the transaction of `grantRights`.
 * @param role quoted name
 * @param isTaking nothing but these rights is left; false = they are given beside what the role has
 */
export async function grantBackup(
  tx: Queryable,
  { schema, role, isTaking }: { schema: string; role: string; isTaking: boolean },
): Promise<void> {
  await tx.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
  for (const kind of KINDS) {
    const later = `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema}`;
    if (isTaking) await tx.query(`${later} REVOKE ALL ON ${kind} FROM ${role}`);
    await tx.query(`${later} GRANT ${backupRights} ON ${kind} TO ${role}`);
    await tx.query(`GRANT ${backupRights} ON ALL ${kind} IN SCHEMA ${schema} TO ${role}`);
  }
}
