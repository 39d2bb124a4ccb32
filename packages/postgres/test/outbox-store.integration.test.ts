import type { Lease, TaskStore } from '@groundswell/stream';
import { expect } from 'chai';
import { createOutboxStore, createTaskStore, type Database } from '../src/index.ts';
import { openTestLane } from './lane.ts';
import { GROUP, source, writesOf } from './store-rig.ts';

describe('the outbox on Postgres', () => {
  let database: Database;
  let store: TaskStore;
  let close: () => Promise<void>;
  let task = 0;

  before(async () => {
    ({ database, close } = await openTestLane());
    store = createTaskStore(database);
  });
  after(() => close());
  beforeEach(() => {
    task += 1;
  });

  const acquire = (): Promise<Lease> => store.acquire({ group: GROUP, task }, [source(0)]);

  // Mutant M3: a cursor that counts instead of taking the greatest loses rows when two relays overlap.
  it('publishes in id order and never moves the outbox cursor back', async () => {
    const outbox = createOutboxStore(database);
    const lease = await acquire();
    const row = (ver: number) => ({
      topic: 't',
      key: 'k',
      eventId: `o-${task}-${ver}`,
      valueKey: 'v',
      ver,
      payload: Buffer.from(String(ver)),
      traceparent: `00-${'a'.repeat(32)}-000000000000000${String(ver)}-01`,
    });
    const rowsOut = [row(1), row(2), row(3)];
    await store.transact(lease, (tx) => tx.write(writesOf(lease, 1, { outbox: rowsOut })));
    expect(await outbox.lock(GROUP, [task])).to.deep.equal([task]);
    const rows = await outbox.pending(GROUP, [task], 10);
    expect(rows.map((r) => Buffer.from(r.payload).toString())).to.deep.equal(['1', '2', '3']);
    expect(rows.map((r) => r.traceparent?.slice(-4))).to.deep.equal(['1-01', '2-01', '3-01']);
    await outbox.published(GROUP, new Map([[task, rows[2]!.id]]));
    await outbox.published(GROUP, new Map([[task, rows[0]!.id]]));
    const [cursor] = await database.query<{ published_id: string }>(
      'SELECT published_id FROM outbox_cursor WHERE grp = $1 AND task = $2',
      [GROUP, task],
    );
    expect(BigInt(cursor!.published_id)).to.equal(rows[2]!.id);
    expect(await outbox.pending(GROUP, [task], 10)).to.deep.equal([]);
    await outbox.unlockAll();
  });

  it('lets only one session hold the relay lock of a task', async () => {
    const one = createOutboxStore(database);
    const two = createOutboxStore(database);
    expect(await one.lock(GROUP, [task])).to.deep.equal([task]);
    expect(await two.lock(GROUP, [task])).to.deep.equal([]);
    await one.unlockAll();
    expect(await two.lock(GROUP, [task])).to.deep.equal([task]);
    await two.unlockAll();
  });

  it('keeps rows of before traces without one', async () => {
    const lease = await acquire();
    await store.transact(lease, (tx) => tx.write(writesOf(lease, 1)));
    await database.query(
      `INSERT INTO outbox (grp, task, topic, key, event_id, value_key, lineage, ver, payload, payload_hash)
       VALUES ($1, $2, 't', 'k', 'old', 'v', 1, 1, 'x', 'h')`,
      [GROUP, task],
    );
    const [old] = await createOutboxStore(database).pending(GROUP, [task], 10);
    expect(old?.traceparent).to.equal(null);
  });
});
