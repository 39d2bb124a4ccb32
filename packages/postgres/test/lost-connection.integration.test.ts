import { isRetriable } from '@groundswell/domain';
import { expect } from 'chai';
import type { Database } from '../src/index.ts';
import { openTestLane } from './lane.ts';

describe('a connection that is lost between two statements of a transaction', () => {
  let database: Database;
  let close: () => Promise<void>;

  before(async () => {
    ({ database, close } = await openTestLane());
  });
  after(() => close());

  it('ends the transaction as an outage, and never the process', async () => {
    const thrown = await database
      .transaction(async (tx) => {
        const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        // Postgres ends it as it does at a restart: 57P01 comes while no statement is under way.
        await database.query('SELECT pg_terminate_backend($1)', [row?.pid ?? 0]);
        for (let left = 1; left > 0;) {
          const rows = await database.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [
            row?.pid ?? 0,
          ]);
          left = rows.length;
        }
        // Let the message arrive before anything is asked.
        await new Promise((resolve) => setImmediate(resolve));
        await tx.query('SELECT 1');
      })
      .then(
        () => null,
        (error: unknown) => error,
      );
    expect(isRetriable(thrown)).to.equal(true);
    expect(await database.query<{ one: number }>('SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
  });
});
