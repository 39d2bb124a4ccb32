import type { Database } from '@groundswell/postgres';
import type { Metrics } from '@groundswell/runtime';
import { risingCounter } from './rising-counter.ts';

interface DatabaseRow {
  readonly commits: string;
  readonly rollbacks: string;
  readonly from_disk: string;
  readonly from_cache: string;
  readonly deadlocks: string;
  readonly bytes: string;
  readonly wal_bytes: string;
  readonly connections_max: string;
  readonly sees_sessions: boolean;
}
interface SessionRow {
  readonly state: string;
  readonly sessions: string;
  readonly oldest_seconds: number | null;
}
interface TableRow {
  readonly name: string;
  readonly dead: string;
}

const DATABASE = `
  SELECT xact_commit AS commits, xact_rollback AS rollbacks, blks_read AS from_disk, blks_hit AS from_cache, deadlocks,
    pg_database_size(datname) AS bytes, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal_bytes,
    current_setting('max_connections') AS connections_max,
    pg_has_role('pg_read_all_stats', 'usage') AS sees_sessions
  FROM pg_stat_database WHERE datname = current_database()`;
/** Our own look is not load. Of sessions of other roles one without the right sees that they are there, not even their kind. */
const SESSIONS = `
  SELECT coalesce(state, 'hidden') AS state, count(*) AS sessions,
    extract(epoch FROM max(now() - xact_start))::float8 AS oldest_seconds
  FROM pg_stat_activity
  WHERE coalesce(backend_type, 'client backend') = 'client backend' AND datid IS NOT NULL AND pid <> pg_backend_pid() GROUP BY 1`;
/** Partitions of history are many and grow by the week: only plain tables of the lane, a closed set. */
const TABLES = `
  SELECT relname AS name, n_dead_tup AS dead FROM pg_stat_user_tables
  WHERE schemaname = $1 AND relname NOT LIKE 'feature\\_history\\_%'`;

/**
 * What a Postgres says about itself. Any role that may connect sees it, but for what sessions of others do: that takes `pg_read_all_stats`
 * (`tools/deploy-roles.ts`). A replica has no log to measure and is not asked.
 */
export function createPostgresFigures(metrics: Metrics): (database: Database) => Promise<void> {
  const transactions = risingCounter(
    metrics.counter({
      name: 'postgres_transactions_total',
      help: 'Transactions ended, by outcome.',
      labels: ['outcome'],
    }),
  );
  const blocks = risingCounter(
    metrics.counter({
      name: 'postgres_blocks_total',
      help: 'Blocks of 8 KiB read, from its cache or from the disk.',
      labels: ['from'],
    }),
  );
  const deadlocks = risingCounter(
    metrics.counter({ name: 'postgres_deadlocks_total', help: 'Deadlocks broken.' }),
  );
  const wal = risingCounter(
    metrics.counter({ name: 'postgres_wal_bytes_total', help: 'Bytes of log written.' }),
  );
  const size = metrics.gauge({ name: 'postgres_database_bytes', help: 'Size of the database.' });
  const max = metrics.gauge({
    name: 'postgres_connections_max',
    help: 'Connections that the server takes.',
  });
  const sessions = metrics.gauge({
    name: 'postgres_connections',
    help: 'Connections of clients by what they do; hidden = not for this role to see.',
    labels: ['state'],
  });
  const oldest = metrics.gauge({
    name: 'postgres_oldest_transaction_seconds',
    help: 'Age of the oldest open transaction; 0 = none is open, NaN = not for this role to see. It holds back the cleaning of every table.',
  });
  const dead = metrics.gauge({
    name: 'postgres_dead_rows',
    help: 'Old row versions that wait to be cleaned.',
    labels: ['table'],
  });

  return async (database) => {
    const [row] = await database.query<DatabaseRow>(DATABASE);
    if (row === undefined) return;
    transactions(Number(row.commits), { outcome: 'commit' });
    transactions(Number(row.rollbacks), { outcome: 'rollback' });
    blocks(Number(row.from_cache), { from: 'cache' });
    blocks(Number(row.from_disk), { from: 'disk' });
    deadlocks(Number(row.deadlocks));
    wal(Number(row.wal_bytes));
    size.set(Number(row.bytes));
    max.set(Number(row.connections_max));
    const states = await database.query<SessionRow>(SESSIONS);
    sessions.reset();
    for (const { state, sessions: count } of states) sessions.set(Number(count), { state });
    const oldestSeconds = Math.max(0, ...states.map((state) => state.oldest_seconds ?? 0));
    oldest.set(row.sees_sessions ? oldestSeconds : Number.NaN);
    dead.reset();
    for (const table of await database.query<TableRow>(TABLES, [database.schema])) {
      dead.set(Number(table.dead), { table: table.name });
    }
  };
}
