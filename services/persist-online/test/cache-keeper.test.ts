import { expect } from 'chai';
import { createMetrics } from '@groundswell/runtime';
import { createCacheKeeper } from '../src/cache-keeper.ts';
import { createProjectionMetrics } from '../src/metrics.ts';
import type { CacheStore } from '../src/ports.ts';

const topic = 'feature.symbol.market.v1';
const epoch = { lineage: 1, rebuildId: 'r', text: '1:r' };
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };

/** A keeper before a cache with one position and a log with one partition, both as the test sets them. */
function keeping() {
  const facts = { serverId: 'first', confirmed: 'first', position: 10n, endOffset: 10n };
  const unused = () => Promise.reject(new Error('not called'));
  const store: CacheStore = {
    accepts: () => true,
    epoch: () => Promise.resolve(epoch),
    positions: () => Promise.resolve([facts.position]),
    project: unused,
    beginRebuild: unused,
    writeRebuilt: unused,
    serverId: () => Promise.resolve(facts.serverId),
    confirmedServer: () => Promise.resolve(facts.confirmed),
    confirmServer: (serverId) => {
      facts.confirmed = serverId;
      return Promise.resolve();
    },
    completeRebuild: unused,
    abandonRebuild: unused,
  };
  const keeper = createCacheKeeper({
    store,
    history: { lineage: () => Promise.resolve(1), latestPage: unused },
    groups: [
      {
        service: 'test',
        rebuiltFrom: 'history',
        projections: { [topic]: () => unused() as never },
      },
    ],
    logRanges: () =>
      Promise.resolve(new Map([[0, { startOffset: 0n, endOffset: facts.endOffset }]])),
    newId: () => 'id',
    nowMs: () => 0,
    metrics: createProjectionMetrics(createMetrics('test')),
    log,
  });
  let changes = 0;
  keeper.onChange(() => (changes += 1));
  return { facts, keeper, changes: () => changes };
}

describe('keeper of the cache', () => {
  it('lets readers trust a new start of the server when the positions reach what the log held', async () => {
    const { facts, keeper } = keeping();
    await keeper.check();
    Object.assign(facts, { serverId: 'second', position: 4n });
    await keeper.check();
    expect(facts.confirmed).to.equal('first');
    // The log goes on; what counts is its end when the new start was first seen.
    Object.assign(facts, { position: 9n, endOffset: 50n });
    await keeper.check();
    expect(facts.confirmed).to.equal('first');
    facts.position = 10n;
    await keeper.check();
    expect(facts.confirmed).to.equal('second');
  });

  it('begins again when the server is started once more while it catches up', async () => {
    const { facts, keeper } = keeping();
    await keeper.check();
    Object.assign(facts, { serverId: 'second', position: 4n });
    await keeper.check();
    Object.assign(facts, { serverId: 'third', position: 10n, endOffset: 20n });
    await keeper.check();
    expect(facts.confirmed).to.equal('first');
    facts.position = 20n;
    await keeper.check();
    expect(facts.confirmed).to.equal('third');
  });

  it('has positions read again once after each start of the server, since older ones are stored', async () => {
    const { facts, keeper, changes } = keeping();
    await keeper.check();
    const before = changes();
    Object.assign(facts, { serverId: 'second', position: 4n });
    await keeper.check();
    await keeper.check();
    expect(changes()).to.equal(before + 1);
  });
});
