import { expect } from 'chai';
import { createMetrics } from '@groundswell/runtime';
import type { FetchedBatch, RecordSource } from '@groundswell/stream';
import { CacheRebuildingError } from '../src/errors.ts';
import { createProjectionMetrics } from '../src/metrics.ts';
import type { CacheEpoch, CacheStore, CacheWrite, WriteOutcome } from '../src/ports.ts';
import { Projector } from '../src/projector.ts';

const topic = 'feature.symbol.market.v1';
const epochOf = (lineage: number): CacheEpoch => ({
  lineage,
  rebuildId: 'r',
  text: `${lineage}:r`,
});
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
const control = { heartbeat: () => Promise.resolve(), isStale: () => false };

/** A projector at position 5 of partition 0; each record's value is its lineage. */
async function following(more: {
  readonly outcome?: WriteOutcome;
  readonly ensured?: CacheEpoch;
  readonly stored?: readonly bigint[];
}) {
  const projected: (readonly CacheWrite[])[] = [];
  const stored = [5n, ...(more.stored ?? [])];
  const seeks: bigint[] = [];
  const unused = () => Promise.reject(new Error('not called'));
  const store: CacheStore = {
    accepts: () => true,
    epoch: unused,
    positions: () =>
      Promise.resolve([stored.length > 1 ? (stored.shift() ?? null) : (stored[0] ?? null)]),
    project: ({ writes }) => {
      projected.push(writes);
      const counts = { applied: writes.length, superseded: 0, same: 0, conflicts: 0 };
      return Promise.resolve(more.outcome ?? { kind: 'ok', counts });
    },
    beginRebuild: unused,
    writeRebuilt: unused,
    serverId: unused,
    confirmedServer: unused,
    confirmServer: unused,
    completeRebuild: unused,
    abandonRebuild: unused,
  };
  const source = {
    seek: (_at: unknown, offset: bigint) => void seeks.push(offset),
    commit: () => Promise.resolve(),
    logRanges: () => Promise.resolve(new Map([[0, { startOffset: 0n, endOffset: 100n }]])),
  } as unknown as RecordSource;
  const projector = new Projector({
    group: {
      service: 'test',
      rebuiltFrom: 'history',
      projections: {
        [topic]: (record: unknown) => ({
          target: { slot: { featureSet: 'f', entity: 'e', windowSizeMs: 1 } },
          version: { lineage: Number(record), windowStartUs: 0, ver: 1 },
          record,
        }),
      },
    },
    source,
    store,
    keeper: {
      current: () => epochOf(1),
      ensure: () => Promise.resolve(more.ensured ?? epochOf(1)),
      check: unused,
      onChange: quiet,
    },
    codecs: { [topic]: { prepare: () => Promise.resolve(), decode: (value) => value?.[0] } },
    physicalTopic: (name) => name,
    sleep: () => Promise.resolve(),
    nowMs: () => 0,
    onFatal: (error) => {
      throw error;
    },
    metrics: createProjectionMetrics(createMetrics('test')),
    log,
  });
  projector.onAssigned([0]);
  while (!projector.isFollowing()) await Promise.resolve();
  const batch = (fetchedOffset: bigint, lineages: readonly number[]): FetchedBatch => ({
    topic,
    partition: 0,
    fetchedOffset,
    endOffset: fetchedOffset + BigInt(lineages.length),
    highWatermark: 100n,
    records: lineages.map((lineage, i) => ({
      offset: fetchedOffset + BigInt(i),
      timestampMs: 0,
      key: null,
      value: Uint8Array.of(lineage),
      headers: {},
    })),
  });
  return { projector, projected, seeks, batch };
}

describe('projector', () => {
  it('begins at the stored position and goes on after each batch', async () => {
    const { projector, projected, seeks, batch } = await following({});
    expect(seeks).to.deep.equal([5n]);
    expect(await projector.onBatch(batch(5n, [1, 1]), control)).to.equal(7n);
    expect(await projector.onBatch(batch(7n, [1]), control)).to.equal(8n);
    expect(projected.map(({ length }) => length)).to.deep.equal([2, 1]);
  });

  it('says where it stands, and nothing of what it no longer holds', async () => {
    const { projector, batch } = await following({});
    await projector.onBatch(batch(5n, [1, 1]), control);
    expect(projector.positions()).to.deep.equal([{ topic, partition: 0, nextOffset: 7n }]);
    projector.onLost();
    expect(projector.positions()).to.deep.equal([]);
  });

  it('drops a batch that does not begin at its position (I5)', async () => {
    const { projector, projected, batch } = await following({});
    expect(await projector.onBatch(batch(9n, [1]), control)).to.equal(5n);
    expect(projected).to.deep.equal([]);
  });

  it('goes where another one moved the position', async () => {
    const { projector, batch } = await following({ outcome: { kind: 'moved', position: 40n } });
    expect(await projector.onBatch(batch(5n, [1]), control)).to.equal(40n);
  });

  it('goes to the position of the rebuilt cache', async () => {
    const { projector, batch } = await following({ outcome: { kind: 'rebuild' }, stored: [90n] });
    expect(await projector.onBatch(batch(5n, [1]), control)).to.equal(90n);
  });

  /**
   * Mechanism: `ensure` was already under way when the lineage rose, the batch joined it and got the old epoch, and its values went
   * into a cache that nobody rebuilt.
   */
  it('writes no value of a newer lineage under the epoch of an older one', async () => {
    const behind = await following({ ensured: epochOf(1) });
    const outcome = await behind.projector.onBatch(behind.batch(5n, [2]), control).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(outcome).to.be.instanceOf(CacheRebuildingError).with.property('retriable', true);
    expect(behind.projected).to.deep.equal([]);
    const rebuilt = await following({ ensured: epochOf(2) });
    expect(await rebuilt.projector.onBatch(rebuilt.batch(5n, [2]), control)).to.equal(6n);
  });
});
