import { expect } from 'chai';
import {
  cacheEpoch,
  createOnlineReader,
  createProjectionStore,
  type OnlineReader,
  type ProjectionStore,
  type Redis,
  type SlotWrite,
} from '../src/index.ts';
import { connect, redisUrl } from './rig.ts';

const topic = 'feature.symbol.market.v1';
const epoch = cacheEpoch(1, 'first');
const bar = { featureSet: 'market.bar', entity: 'crypto:BTC-USD@coinbase', windowSizeMs: 60_000 };
const minuteUs = 60_000_000;

function write(windowStartUs: number, ver: number, extra: object = {}, lineage = 1): SlotWrite {
  return {
    target: { slot: bar },
    version: { lineage, windowStartUs, ver },
    record: { windowStartUs, ver, lineage, ...extra },
  };
}

describe('projection into Redis', () => {
  let redis: Redis;
  let close: () => Promise<void>;
  let store: ProjectionStore;
  let reader: OnlineReader;

  beforeEach(async () => {
    ({ redis, close } = connect(redisUrl()));
    store = createProjectionStore(redis);
    reader = createOnlineReader(redis);
    await store.beginRebuild('r', 10_000);
    await store.completeRebuild('r', await redis.serverId(), epoch, [
      { topic, partition: 0, nextOffset: 0n },
    ]);
  });
  afterEach(() => close());

  let offset = 0n;
  beforeEach(() => {
    offset = 0n;
  });
  async function project(...writes: SlotWrite[]) {
    const nextOffset = offset + BigInt(writes.length);
    const outcome = await store.project({
      topic,
      partition: 0,
      epoch,
      expectedOffset: offset,
      nextOffset,
      writes,
    });
    offset = nextOffset;
    return outcome.kind === 'ok' ? outcome.counts : outcome;
  }
  async function shown(): Promise<{ windowStartUs: number; ver: number } | null> {
    const { slots } = await reader.readSlots([bar]);
    const [slot = null] = slots;
    return slot === null ? null : { windowStartUs: slot.windowStartUs, ver: slot.ver };
  }

  it('keeps revision 10 when revision 9 comes late', async () => {
    await project(write(minuteUs, 10));
    expect(await project(write(minuteUs, 9))).to.include({ applied: 0, superseded: 1 });
    expect(await shown()).to.deep.equal({ windowStartUs: minuteUs, ver: 10 });
  });

  it('goes from revision 9 to revision 10, which is smaller as a text', async () => {
    await project(write(minuteUs, 9));
    expect(await project(write(minuteUs, 10))).to.include({ applied: 1 });
    expect(await shown()).to.deep.equal({ windowStartUs: minuteUs, ver: 10 });
  });

  it('never lets a revision of an older window replace a newer window', async () => {
    await project(write(2 * minuteUs, 1));
    await project(write(minuteUs, 50));
    expect(await shown()).to.deep.equal({ windowStartUs: 2 * minuteUs, ver: 1 });
    await project(write(2 * minuteUs, 2));
    expect(await shown()).to.deep.equal({ windowStartUs: 2 * minuteUs, ver: 2 });
  });

  it('puts a higher lineage above everything', async () => {
    await project(write(2 * minuteUs, 7));
    await project(write(minuteUs, 1, {}, 2));
    expect(await shown()).to.deep.equal({ windowStartUs: minuteUs, ver: 1 });
  });

  it('ends with the newest of one batch, in any order', async () => {
    const counts = await project(
      write(minuteUs, 2),
      write(minuteUs, 10),
      write(minuteUs, 9),
      write(minuteUs, 10),
    );
    expect(counts).to.deep.equal({ applied: 2, superseded: 1, same: 1, conflicts: 0 });
    expect(await shown()).to.deep.equal({ windowStartUs: minuteUs, ver: 10 });
  });

  it('ignores the same version again and counts it with other content as a conflict', async () => {
    await project(write(minuteUs, 3, { close: '1' }));
    expect(await project(write(minuteUs, 3, { close: '1' }))).to.include({ same: 1, conflicts: 0 });
    expect(await project(write(minuteUs, 3, { close: '2' }))).to.include({ same: 0, conflicts: 1 });
    const { slots } = await reader.readSlots([bar]);
    expect(slots[0]?.json).to.include('"close":"1"');
  });

  it('moves the position only from the expected one, and writes nothing otherwise', async () => {
    await project(write(minuteUs, 1));
    const zombie = await store.project({
      topic,
      partition: 0,
      epoch,
      expectedOffset: 0n,
      nextOffset: 9n,
      writes: [write(minuteUs, 2)],
    });
    expect(zombie).to.deep.equal({ kind: 'moved', position: 1n });
    expect(await shown()).to.deep.equal({ windowStartUs: minuteUs, ver: 1 });
    expect(await store.positions([{ topic, partition: 0 }])).to.deep.equal([1n]);
  });

  it('asks for a rebuild when the epoch or the position is gone or another one', async () => {
    await redis.run((it) => it.del(redis.keys.position({ topic, partition: 0 })));
    expect(await project(write(minuteUs, 1))).to.deep.equal({ kind: 'rebuild' });
    await redis.run((it) => it.set(redis.keys.epoch, '1:another'));
    expect(await project(write(minuteUs, 1))).to.deep.equal({ kind: 'rebuild' });
    await redis.run((it) => it.del(redis.keys.epoch));
    expect(await project(write(minuteUs, 1))).to.deep.equal({ kind: 'rebuild' });
    expect(await shown()).to.equal(null);
    expect((await reader.readSlots([bar])).epoch).to.equal(null);
  });

  it('takes more values than one call holds and moves the position once', async () => {
    const writes = Array.from({ length: 1203 }, (_, i) => ({
      ...write(minuteUs, 1),
      target: { slot: { ...bar, entity: `crypto:S${i}@coinbase` } },
    }));
    expect(await project(...writes)).to.include({ applied: 1203 });
    expect(await store.positions([{ topic, partition: 0 }])).to.deep.equal([1203n]);
    const { slots } = await reader.readSlots(writes.map(({ target }) => target.slot));
    expect(slots.filter((slot) => slot !== null)).to.have.length(1203);
  });

  it('finds its scripts again after the server forgot them', async () => {
    await project(write(minuteUs, 1));
    await redis.run((it) => it.script('FLUSH'));
    expect(await project(write(minuteUs, 2))).to.include({ applied: 1 });
  });

  it('lets one rebuild at a time, and ends none whose data may be lost', async () => {
    expect(await store.beginRebuild('a', 10_000)).to.equal(true);
    expect(await store.beginRebuild('b', 10_000)).to.equal(false);
    expect(await store.writeRebuilt('a', 10_000, [write(minuteUs, 4)])).to.include({ applied: 1 });
    await redis.run((it) => it.del(redis.keys.rebuild, redis.keys.slot(bar)));
    expect(await store.writeRebuilt('a', 10_000, [write(minuteUs, 5)])).to.equal(null);
    const id = await redis.serverId();
    expect(await store.completeRebuild('a', id, cacheEpoch(1, 'a'), [])).to.equal(false);
    expect((await store.epoch())?.text).to.equal('1:first');
  });

  it('ends no rebuild that began on another start of the server', async () => {
    await store.beginRebuild('a', 10_000);
    expect(await store.completeRebuild('a', 'another', cacheEpoch(1, 'a'), [])).to.equal(false);
    expect((await store.epoch())?.text).to.equal('1:first');
  });

  it('shows no epoch to readers while nobody has confirmed this start of the server', async () => {
    await project(write(minuteUs, 1));
    expect((await reader.readSlots([bar])).epoch?.text).to.equal('1:first');
    await store.confirmServer('the one before');
    expect((await reader.readSlots([bar])).epoch).to.equal(null);
    await store.confirmServer(await store.serverId());
    expect((await reader.readSlots([bar])).epoch?.text).to.equal('1:first');
  });

  it('lists the sources and the gaps that are open', async () => {
    const version = (ver: number) => ({ lineage: 0, windowStartUs: 5, ver });
    await project(
      {
        target: { source: 'coinbase/BTC-USD' },
        version: version(1),
        record: { source: 'coinbase', state: 'LIVE' },
      },
      { target: { gap: 'coinbase/BTC-USD/1-4' }, version: version(1), record: { closed: false } },
      { target: { gap: 'coinbase/BTC-USD/7-9' }, version: version(1), record: { closed: true } },
    );
    const answer = await reader.readSources();
    expect(answer.statuses).to.deep.equal([{ source: 'coinbase', state: 'LIVE' }]);
    expect(answer.openGaps).to.have.length(1);
  });
});
