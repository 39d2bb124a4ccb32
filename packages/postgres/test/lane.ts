import { randomBytes } from 'node:crypto';
import { createDatabase, dropLane, migrate, type Database } from '../src/index.ts';

/** A lane of its own on the Postgres that DATABASE_URL names; `npm test` starts one. */
export async function openTestLane(): Promise<{
  database: Database;
  lane: string;
  url: string;
  close(): Promise<void>;
}> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined)
    throw new TypeError('DATABASE_URL is not set: run these tests with npm test -- integration');
  const lane = `test-${randomBytes(5).toString('hex')}`;
  const database = createDatabase({ url, lane, applicationName: 'test', maxConnections: 8 });
  await migrate(database, Date.UTC(2026, 0, 15));
  return {
    database,
    lane,
    url,
    close: async () => {
      await dropLane(database);
      await database.close();
    },
  };
}
