import { BadConfigError } from '@groundswell/runtime';
import { grantBackup } from './backup-rights.ts';
import type { Database, Queryable } from './database.ts';
import { MIGRATION_LOCK, newerMigrations } from './migrate.ts';

/** Roles of a lane (S75). One more, the migrator, owns schema and tables and is who grants. */
export interface LaneRoles {
  /** Of what consumes, derives and ingests. */
  readonly app: string;
  /** Of what only reads: API, gateway, cache. */
  readonly reader: string;
  /** Of what dumps: reads everything. Without it whoever owns the lane dumps. */
  readonly backup?: string | undefined;
}

interface TableRights {
  readonly app: string;
  readonly reader: string | null;
}

/** Facts: never changed, never deleted, not even by a bug of ours. */
const FACTS = 'SELECT, INSERT';
const KEPT = 'SELECT, INSERT, UPDATE';
const PASSING = 'SELECT, INSERT, UPDATE, DELETE';
/** What was received, byte by byte, is for the application alone. */
const DEAD_LETTER_COLUMNS =
  'SELECT (grp, task, topic, partition, record_offset, stage, reason, error_class, attempt, failed_at_us, code_version)';

/**
 * Every table of a lane; partitions of the history are reached through their parent only. A change here, or of what may be dumped
 * (`backup-rights.ts`), comes with a migration, an empty one if need be: by it an older release knows that rights are no longer its business to
 * take (`rights.test.ts`).
 */
export const tableRights: Readonly<Record<string, TableRights>> = {
  feature_history: { app: FACTS, reader: 'SELECT' },
  // The instant at which an event became readable is known after the event.
  journal: { app: `${FACTS}, UPDATE (known_at_us)`, reader: 'SELECT' },
  dead_letter: { app: FACTS, reader: DEAD_LETTER_COLUMNS },
  late_record: { app: FACTS, reader: 'SELECT' },
  investor: { app: FACTS, reader: null },
  account: { app: FACTS, reader: null },
  source: { app: FACTS, reader: 'SELECT' },
  instrument: { app: 'SELECT', reader: 'SELECT' },
  instrument_alias: { app: 'SELECT', reader: 'SELECT' },
  lineage: { app: 'SELECT', reader: 'SELECT' },
  checkpoint: { app: KEPT, reader: 'SELECT' },
  operator_action: { app: 'SELECT', reader: 'SELECT' },
  redriven_letter: { app: 'SELECT', reader: null },
  mark: { app: KEPT, reader: null },
  outbox_cursor: { app: KEPT, reader: null },
  floor: { app: KEPT, reader: null },
  connector_cursor: { app: KEPT, reader: null },
  state: { app: PASSING, reader: null },
  latest_record: { app: PASSING, reader: 'SELECT' },
  seen: { app: 'SELECT, INSERT, DELETE', reader: null },
  outbox: { app: 'SELECT, INSERT, DELETE', reader: null },
  ingest_request: { app: 'SELECT, INSERT, DELETE', reader: null },
};

/**
 * Give the roles exactly the rights of the table above in the lane's schema, the one that dumps its own, and everybody else none; in one transaction, so nobody who
 * runs meanwhile is ever without. Where a newer release has migrated nothing is taken, for its pods may still need what it gave, and given only
 * where a role has nothing: on tables that are new. Idempotent; by the owner of the schema, after `migrate`.
 * @returns migrations of a newer release; none = the rights are those of the table
 * @throws BadConfigError for what is no name of a role | PostgresRefusedError when a role is not there
 */
export async function grantRights(
  database: Database,
  roles: LaneRoles,
): Promise<readonly string[]> {
  const app = quoted(roles.app);
  const reader = quoted(roles.reader);
  const backup = roles.backup === undefined ? undefined : quoted(roles.backup);
  const { schema } = database;
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const newer = await newerMigrations(tx);
    const isTaking = newer.length === 0;
    if (isTaking) {
      const everybody = ['PUBLIC', app, reader, ...(backup === undefined ? [] : [backup])];
      for (const what of [`SCHEMA ${schema}`, ...all(schema)]) {
        await tx.query(`REVOKE ALL ON ${what} FROM ${everybody.join(', ')}`);
      }
    }
    await tx.query(`GRANT USAGE ON SCHEMA ${schema} TO ${app}, ${reader}`);
    const held = {
      app: await heldTables(tx, roles.app),
      reader: await heldTables(tx, roles.reader),
    };
    for (const [table, rights] of Object.entries(tableRights)) {
      if (!held.app.has(table)) await tx.query(`GRANT ${rights.app} ON ${table} TO ${app}`);
      if (rights.reader !== null && !held.reader.has(table))
        await tx.query(`GRANT ${rights.reader} ON ${table} TO ${reader}`);
    }
    await tx.query(`GRANT USAGE ON SEQUENCE outbox_id_seq TO ${app}`);
    if (backup !== undefined) await grantBackup(tx, { schema, role: backup, isTaking });
    return newer;
  });
}

/** Roles of these that nobody has made: asked before tables change, for the rights come after them. */
export async function missingRoles(
  queryable: Queryable,
  roles: LaneRoles,
): Promise<readonly string[]> {
  const names = Object.values(roles).filter((name) => name !== undefined);
  const rows = await queryable.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT rolname FROM pg_roles) ORDER BY name',
    [names],
  );
  return rows.map(({ name }) => name);
}

/** Tables on which a role has any right of its own. */
async function heldTables(tx: Queryable, role: string): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class, aclexplode(relacl) WHERE relnamespace = current_schema()::regnamespace
     AND grantee = (SELECT oid FROM pg_roles WHERE rolname = $1)`,
    [role],
  );
  return new Set(rows.map(({ name }) => name));
}

function all(schema: string): readonly string[] {
  return ['TABLES', 'SEQUENCES', 'FUNCTIONS'].map((kind) => `ALL ${kind} IN SCHEMA ${schema}`);
}

/** Tables of the lane that nobody has decided about; partitions, and what the migration step keeps for itself, aside. */
export async function undecidedTables(database: Queryable): Promise<readonly string[]> {
  const rows = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace
     AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migration' ORDER BY relname`,
  );
  return rows.map(({ name }) => name).filter((name) => !(name in tableRights));
}

/** Names of roles stand in commands, where nothing can be bound. */
function quoted(role: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(role)) return `"${role}"`;
  throw new BadConfigError([
    'a role is up to 63 lower case letters, digits and underscores, beginning with a letter.',
  ]);
}
