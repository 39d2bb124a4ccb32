import pg from 'pg';
import { arrayTypesOf, encodeArray, type Element, type ElementType } from './binary-arrays.ts';
import { connectionOf, type DatabaseAddress } from './connection.ts';
import { convertError } from './errors.ts';
import { createStatementNames } from './statement-names.ts';

/** Values of a statement; bigint goes as text, arrays as Postgres arrays. */
export type Value = string | number | boolean | bigint | Uint8Array | null | readonly Value[];

export interface Queryable {
  /** Rows as pg gives them: bigint and numeric columns are strings. @throws PostgresUnavailableError | PostgresRefusedError */
  query<T = Record<string, unknown>>(text: string, values?: readonly Value[]): Promise<T[]>;
}

export interface Database extends Queryable {
  readonly schema: string;
  transaction<T>(body: (tx: Queryable) => Promise<T>): Promise<T>;
  /** A session of its own, for session locks. */
  session(): Promise<Session>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Session extends Queryable {
  close(): Promise<void>;
}

export interface DatabaseOptions extends DatabaseAddress {
  readonly lane: string;
  readonly applicationName: string;
  readonly maxConnections?: number;
  /** Every transaction of these connections is read-only. */
  readonly readOnly?: boolean;
  readonly statementTimeoutMs?: number;
}

/** Schema of a lane: one lane never sees another's tables (D12). */
export function schemaOfLane(lane: string): string {
  return `gw_${lane.replaceAll('-', '_')}`;
}

/** A pool whose connections live in the lane's schema, with the time-outs of X2 and X7. */
export function createDatabase(options: DatabaseOptions): Database {
  const schema = schemaOfLane(options.lane);
  const config: pg.PoolConfig = {
    ...connectionOf(options),
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    options: [
      `-c search_path=${schema}`,
      '-c synchronous_commit=on',
      '-c idle_in_transaction_session_timeout=10000',
      '-c lock_timeout=15000',
      `-c statement_timeout=${options.statementTimeoutMs ?? 20_000}`,
      ...(options.readOnly === true ? ['-c default_transaction_read_only=on'] : []),
    ].join(' '),
  };
  const pool = new pg.Pool({ ...config, Client: clientClass(options) });
  // An idle connection that breaks is replaced by the pool; the next query tells whether Postgres is there.
  pool.on('error', () => undefined);
  // The pool listens to idle connections only: one that breaks between two statements of a transaction would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return {
    schema,
    query: (text, values) => run(pool, text, values),
    async transaction(body) {
      const client = await connect(pool);
      let broken = false;
      try {
        await run(client, 'BEGIN');
        const result = await body({ query: (text, values) => run(client, text, values) });
        await run(client, 'COMMIT');
        return result;
      } catch (thrown) {
        try {
          await client.query('ROLLBACK');
        } catch {
          // The session is gone and with it the transaction; the first error tells why.
          broken = true;
        }
        throw thrown;
      } finally {
        client.release(broken);
      }
    },
    async session() {
      const client = new pg.Client({ ...config, ...connectionOf(options) });
      client.on('error', () => undefined);
      try {
        await client.connect();
      } catch (thrown) {
        throw convertError(thrown);
      }
      return {
        query: (text, values) => run(client, text, values),
        close: () => client.end(),
      };
    },
    async ping() {
      await run(pool, 'SELECT 1');
    },
    close: () => pool.end(),
  };
}

/** Certificates are read again for each connection of the pool: a renewed one needs no restart (S80). */
function clientClass(address: DatabaseAddress): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super({ ...config, ...connectionOf(address) });
    }
  };
}

const nameOf = createStatementNames();

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (thrown) {
    throw convertError(thrown);
  }
}

async function run<T>(
  on: pg.Pool | pg.PoolClient | pg.Client,
  text: string,
  values: readonly Value[] = [],
): Promise<T[]> {
  try {
    // Statements without values are commands of a transaction or of a migration: they run once, or are nothing to plan.
    const name = values.length === 0 ? undefined : nameOf(text);
    const arrays = arrayTypesOf(text);
    const result = await on.query({
      text,
      values: values.map((value, index) => toDriver(value, arrays.get(index))),
      ...(name === undefined ? {} : { name }),
    });
    return result.rows as T[];
  } catch (thrown) {
    throw convertError(thrown);
  }
}

/** Values in the forms that pg sends as they are: it escapes and converts arrays element by element, the largest cost of a batch. */
function toDriver(value: Value, elements: ElementType | undefined): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return asBuffer(value);
  if (!Array.isArray(value)) return value;
  const items = value as readonly Value[];
  return elements === undefined
    ? arrayLiteral(items)
    : encodeArray(elements, items as readonly Element[]);
}

const NEEDS_ESCAPE = /["\\]/;

/** For element types that are rare, and travel as text. */
function arrayLiteral(items: readonly Value[]): string {
  return `{${items.map(elementLiteral).join(',')}}`;
}

function elementLiteral(item: Value): string {
  if (item === null) return 'NULL';
  if (typeof item === 'string') {
    return NEEDS_ESCAPE.test(item)
      ? `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
      : `"${item}"`;
  }
  if (item instanceof Uint8Array) return `"\\\\x${asBuffer(item).toString('hex')}"`;
  if (Array.isArray(item)) return arrayLiteral(item as readonly Value[]);
  return String(item);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
