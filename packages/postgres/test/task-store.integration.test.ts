import { FencedError, PartitionCountError, type Lease, type TaskStore } from '@groundswell/stream';
import { expect } from 'chai';
import { createTaskStore, type Database, type PostgresRefusedError } from '../src/index.ts';
import { openTestLane } from './lane.ts';
import { GROUP, refused, source, writesOf } from './store-rig.ts';

describe('the task store on Postgres', () => {
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

  const acquire = (id = task): Promise<Lease> =>
    store.acquire({ group: GROUP, task: id }, [source(0)]);

  const move = (...work: Parameters<typeof writesOf>): Promise<void> =>
    store.transact(work[0], (tx) => tx.write(writesOf(...work)));

  const checkpoint = async (id = task) => {
    const [row] = await database.query<{ next_offset: string; n_applied: string }>(
      'SELECT next_offset, n_applied FROM checkpoint WHERE grp = $1 AND task = $2',
      [GROUP, id],
    );
    return row;
  };

  it('moves the lease with the commit and goes on from there', async () => {
    const lease = await acquire();
    await move(lease, 3);
    await move(lease, 4);
    expect(lease.positions[0]?.nextOffset).to.equal(7n);
    expect(await checkpoint()).to.deep.equal({ next_offset: '7', n_applied: '7' });
  });

  // Mutant M1: without the offset compare a blind retry after an unknown commit outcome counts twice.
  it('refuses a retry of a batch that was committed already', async () => {
    const lease = await acquire();
    const stale: Lease = { ...lease, positions: lease.positions.map((p) => ({ ...p })) };
    await move(lease, 3);
    await refused(move(stale, 3), FencedError);
    expect(await checkpoint()).to.deep.equal({ next_offset: '3', n_applied: '3' });
  });

  // Mutant M2: the offset alone does not notice a new owner that has not moved yet.
  it('refuses an owner of an earlier epoch at the same offset', async () => {
    const zombie = await acquire();
    const owner = await acquire();
    expect(owner.ownerEpoch).to.equal(zombie.ownerEpoch + 1n);
    await refused(move(zombie, 1), FencedError);
    await move(owner, 1);
  });

  it('refuses to commit counters that do not add up to the move', async () => {
    const lease = await acquire();
    const error = await refused<PostgresRefusedError>(move(lease, 3, {}, { applied: 2 }));
    expect(error.fields['constraint']).to.equal('conservation');
    expect(await checkpoint()).to.deep.equal({ next_offset: '0', n_applied: '0' });
  });

  it('leaves nothing of a batch that fails at its end', async () => {
    const lease = await acquire();
    const failing = store.transact(lease, async (tx) => {
      await tx.claimSeen([{ eventId: `half-${task}`, offset: 0n, eventTimeUs: 1 }]);
      throw new RangeError('after the claim');
    });
    await refused(failing, RangeError);
    const known = await store.transact(lease, (tx) =>
      tx.claimSeen([{ eventId: `half-${task}`, offset: 0n, eventTimeUs: 1 }]),
    );
    expect(known.size).to.equal(0);
  });

  // Mutant M10: an id is unique in the group, whatever partition its copy came by.
  it('knows an event id again in another task', async () => {
    const claim = [{ eventId: `twice-${task}`, offset: 0n, eventTimeUs: 1 }];
    const first = await store.transact(await acquire(), (tx) => tx.claimSeen(claim));
    task += 1;
    const second = await store.transact(await acquire(), (tx) => tx.claimSeen(claim));
    expect([[...first], [...second]]).to.deep.equal([[], [`twice-${task - 1}`]]);
  });

  // Mutant M18: without the sort the two transactions lock the ids in opposite order: 40P01.
  it('claims the same ids in opposite orders at once without a deadlock', async () => {
    const ids = Array.from({ length: 400 }, (_, i) => `d-${task}-${String(i).padStart(4, '0')}`);
    const claims = ids.map((eventId) => ({ eventId, offset: 0n, eventTimeUs: 1 }));
    const one = await acquire();
    task += 1;
    const two = await acquire();
    const sizes = await Promise.all([
      store.transact(one, (tx) => tx.claimSeen(claims)),
      store.transact(two, (tx) => tx.claimSeen([...claims].reverse())),
    ]);
    expect(sizes.reduce((sum, set) => sum + set.size, 0)).to.equal(ids.length);
  });

  it('tells repeats of a journal entry from conflicts', async () => {
    const row = { key: 'inv', eventTimeUs: 1, body: Buffer.from('{}') };
    const lease = await acquire();
    const claim = (content: string) =>
      store.transact(lease, (tx) => tx.claimJournal([{ ...row, eventId: `j-${task}`, content }]));
    expect((await claim('a')).fresh.size).to.equal(1);
    expect(await claim('a')).to.deep.equal({ fresh: new Set(), conflicts: new Set() });
    expect((await claim('b')).conflicts).to.deep.equal(new Set([`j-${task}`]));
  });

  it('takes a mark once, its corrections by revision, and reads the newest by event time', async () => {
    const mark = (eventTimeUs: number, revision: number, priceE18: bigint) => ({
      instrumentId: `i-${task}`,
      eventTimeUs,
      revision,
      priceE18,
    });
    const lease = await acquire();
    const claim = (...marks: ReturnType<typeof mark>[]) =>
      store.transact(lease, (tx) => tx.claimMarks(marks));
    expect([...(await claim(mark(20, 1, 7n), mark(10, 1, 5n), mark(10, 1, 5n)))]).to.deep.equal([
      0, 1,
    ]);
    expect([...(await claim(mark(20, 1, 9n), mark(10, 2, 6n)))]).to.deep.equal([1]);
    const newest = await store.transact(lease, (tx) => tx.newestMarks([`i-${task}`]));
    expect(newest[0]).to.include({ eventTimeUs: 20, revision: 1, priceE18: 7n });
  });

  it('tells low, high and last of the marks between bounds, the better revision of each', async () => {
    const mark = (instrumentId: string, eventTimeUs: number, priceE18: bigint, revision = 1) => ({
      instrumentId: `${instrumentId}-${task}`,
      eventTimeUs,
      revision,
      priceE18,
    });
    const lease = await acquire();
    await store.transact(lease, (tx) =>
      tx.claimMarks([
        mark('a', 9, 1n), // before the first bound
        mark('a', 10, 5n),
        mark('a', 19, 3n),
        mark('a', 15, 90n),
        mark('a', 15, 8n, 2),
        mark('a', 30, 4n),
        mark('b', 29, 7n),
        mark('a', 40, 2n), // on the last bound
        mark('c', 15, 6n), // not asked for
      ]),
    );
    const spans = await store.transact(lease, (tx) =>
      tx.markSpans([`a-${task}`, `b-${task}`], [10, 20, 30, 40]),
    );
    expect(spans).to.have.deep.members([
      { instrumentId: `a-${task}`, index: 0, lowE18: 3n, highE18: 8n, lastE18: 3n },
      { instrumentId: `b-${task}`, index: 1, lowE18: 7n, highE18: 7n, lastE18: 7n },
      { instrumentId: `a-${task}`, index: 2, lowE18: 4n, highE18: 4n, lastE18: 4n },
    ]);
  });

  it('refuses a task whose topic has another partition count', async () => {
    await acquire();
    await refused(
      store.acquire({ group: GROUP, task }, [{ ...source(0), partitionCount: 3 }]),
      PartitionCountError,
    );
  });

  it('refuses what it may have forgotten: the floor rises before ids are purged', async () => {
    const group = `purge-${task}`;
    const lease = await store.acquire({ group, task }, [source(0)]);
    const claims = [10, 2_000_000, 9_000_000].map((eventTimeUs) => ({
      eventId: `p-${eventTimeUs}`,
      offset: 0n,
      eventTimeUs,
    }));
    await store.transact(lease, async (tx) => {
      await tx.claimSeen(claims);
      await tx.write(writesOf(lease, 3, {}, { applied: 3 }, 9_000_000));
    });
    expect(await store.purgeSeen(group, 5_000)).to.equal(2);
    expect(await store.transact(lease, (tx) => Promise.resolve(tx.floorUs))).to.equal(4_000_000);
  });

  it('keeps history append-only', async () => {
    const history = {
      entity: `e-${task}`,
      featureSet: 'market.bar',
      windowSizeMs: 1000,
      windowStartUs: 0,
      windowEndUs: 1_000_000,
      revision: 1,
      status: 'FINAL',
      n: 1,
      lateCount: 0,
      watermarkUs: 1,
      knownAtUs: 1,
      cause: 'UPDATE' as const,
      recordJson: '{"close":"1.5"}',
    };
    const lease = await acquire();
    await move(lease, 1, { history: [history] });
    const error = await refused<PostgresRefusedError>(
      database.query('UPDATE feature_history SET n = 2 WHERE entity = $1', [`e-${task}`]),
    );
    expect(error.message).to.contain('refused');
    await refused(move(lease, 1, { history: [history] }));
  });
});
