import { createDatabase, type Database } from '@groundswell/postgres';
import { batchesOf, CREATE, HASH, TABLE, type Row } from './rows.ts';

/** What an arm prints, one JSON line. */
export interface Run {
  /** Of this process, without Postgres (M2). */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly rows: number;
  readonly hash: string;
}

export interface ArmContext {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly schema: string;
}

const WARM_UP_PASSES = 2;

/** Upserts all rows in every pass; the clock runs from the pass that first updates, when code and table are warm. */
export async function runArm(
  prepare: (context: ArmContext) => Promise<{
    upsert(batch: readonly Row[]): Promise<void>;
    close(): Promise<void>;
  }>,
): Promise<void> {
  const { DATABASE_URL = '', LANE = '', ROWS = '0', BATCH = '1000', PASSES = '1' } = process.env;
  const database = createDatabase({
    url: DATABASE_URL,
    lane: LANE,
    applicationName: 'bench-sinks',
    maxConnections: 1,
  });
  await database.query(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`);
  await database.query(`DROP TABLE IF EXISTS ${TABLE}`);
  await database.query(CREATE);
  const arm = await prepare({ database, databaseUrl: DATABASE_URL, schema: database.schema });
  const passes = Array.from({ length: WARM_UP_PASSES + Number(PASSES) }, (_, pass) =>
    batchesOf(pass, Number(ROWS), Number(BATCH)),
  );
  for (const batches of passes.slice(0, WARM_UP_PASSES))
    for (const batch of batches) await arm.upsert(batch);

  const began = performance.now();
  const cpu = process.cpuUsage();
  for (const batches of passes.slice(WARM_UP_PASSES))
    for (const batch of batches) await arm.upsert(batch);
  const used = process.cpuUsage(cpu);
  const wallSeconds = (performance.now() - began) / 1000;

  const [found] = await database.query<{ hash: string }>(HASH);
  const run: Run = {
    cpuSeconds: (used.user + used.system) / 1e6,
    wallSeconds,
    rows: Number(ROWS) * Number(PASSES),
    hash: found?.hash ?? '',
  };
  await arm.close();
  await database.query(`DROP TABLE ${TABLE}`);
  await database.close();
  process.stdout.write(`${JSON.stringify(run)}\n`);
}
