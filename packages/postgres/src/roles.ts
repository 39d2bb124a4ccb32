import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Database, Queryable } from './database.ts';

export interface LoginRole {
  readonly name: string;
  readonly password: string;
  /** May make schemas in this database: the migrator. */
  readonly createsSchemas?: boolean;
  /** Sees what sessions of other roles do: whoever watches the server. */
  readonly seesStatistics?: boolean;
}

/**
 * Make the roles of an installation, or give them their present password: roles that can log in and nothing else. Nobody else may connect
 * to this database then. By a superuser, once; a managed service makes its roles itself. Idempotent.
 * @throws PostgresRefusedError
 */
export async function createRoles(database: Database, roles: readonly LoginRole[]): Promise<void> {
  await database.transaction(async (tx) => {
    const [row] = await tx.query<{ name: string }>('SELECT current_database() AS name');
    const here = row?.name ?? '';
    await run(tx, 'REVOKE ALL ON DATABASE %I FROM PUBLIC', [here]);
    await tx.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    for (const { name, password, createsSchemas = false, seesStatistics = false } of roles) {
      const found = await tx.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
      const verb = found.length === 0 ? 'CREATE' : 'ALTER';
      const limits = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
      await run(tx, `${verb} ROLE %I ${limits} PASSWORD %L`, [name, scramVerifier(password)]);
      await run(
        tx,
        `GRANT ${createsSchemas ? 'CONNECT, CREATE' : 'CONNECT'} ON DATABASE %I TO %I`,
        [here, name],
      );
      if (seesStatistics) await run(tx, 'GRANT pg_read_all_stats TO %I', [name]);
    }
  });
}

/** A command with quoted names and texts in it: commands take no parameters. */
async function run(tx: Queryable, format: string, values: readonly string[]): Promise<void> {
  const [row] = await tx.query<{ command: string }>(
    'SELECT format($1, VARIADIC $2::text[]) AS command',
    [format, values],
  );
  await tx.query(row?.command ?? '');
}

/** What Postgres stores of a password (RFC 5803): so the password itself is in no statement and no log of the server. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const server = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}
