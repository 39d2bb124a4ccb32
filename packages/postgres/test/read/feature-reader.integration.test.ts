import { expect } from 'chai';
import { createFeatureReader, type FeatureReader, type FeatureValue } from '../../src/index.ts';
import { insertHistory, makeLane, type Version } from './rig.ts';

const minute = 60_000_000;
const t0 = Date.UTC(2026, 10, 21, 12) * 1000;
const btc = 'crypto:BTC-USD@coinbase';
const eth = 'crypto:ETH-USD@coinbase';
const now = { atUs: null, knownAtUs: null };

const of = (value: FeatureValue | null | undefined): readonly [number, number] | null =>
  value ? [(value.windowStartUs - t0) / minute, value.revision] : null;

describe('feature reader', () => {
  let lane: Awaited<ReturnType<typeof makeLane>>;
  let reader: FeatureReader;

  before(async () => {
    lane = await makeLane();
    reader = createFeatureReader(lane.database);
    const bar = (
      entity: string,
      window: number,
      revision: number,
      knownSecond: number,
    ): Version => ({
      entity,
      windowStartUs: t0 + window * minute,
      revision,
      knownAtUs: t0 + knownSecond * 1_000_000,
    });
    await insertHistory(lane.database, [
      bar(btc, 0, 1, 10),
      bar(btc, 0, 9, 61),
      bar(btc, 0, 10, 200), // a late correction of minute 0
      bar(btc, 1, 1, 70),
      bar(btc, 1, 2, 121),
      bar(btc, 2, 1, 130),
      bar(eth, 0, 1, 20),
    ]);
    const habits = (eventMinute: number, revision: number, knownSecond: number): Version => ({
      entity: 'v1:abc',
      featureSet: 'investor.behaviour',
      windowSizeMs: 0,
      windowStartUs: t0 + eventMinute * minute,
      revision,
      knownAtUs: t0 + knownSecond * 1_000_000,
    });
    // Revision 3 takes the newest event back: its window start is smaller, and still it is the newest value (V4a).
    await insertHistory(lane.database, [habits(0, 1, 1), habits(5, 2, 310), habits(0, 3, 400)]);
  });
  after(() => lane.drop());

  it('shows the newest window of each entity, in the order asked, and null for the unknown', async () => {
    const values = await reader.latest(
      'market.bar',
      [eth, 'crypto:NO-USD@coinbase', btc],
      60_000,
      now,
    );
    expect(values.map(of)).to.deep.equal([[0, 1], null, [2, 1]]);
  });

  it('shows at an instant only windows that had ended by then', async () => {
    const at = async (second: number) =>
      of(
        (
          await reader.latest('market.bar', [btc], 60_000, {
            atUs: t0 + second * 1_000_000,
            knownAtUs: null,
          })
        )[0],
      );
    expect(await at(59)).to.equal(null);
    expect(await at(60)).to.deep.equal([0, 10]);
    expect(await at(179)).to.deep.equal([1, 2]);
  });

  it('finds again what was served at an instant', async () => {
    const known = async (second: number) =>
      of(
        (
          await reader.latest('market.bar', [btc], 60_000, {
            atUs: null,
            knownAtUs: t0 + second * 1_000_000,
          })
        )[0],
      );
    expect(await known(9)).to.equal(null);
    expect(await known(65)).to.deep.equal([0, 9]);
    expect(await known(75)).to.deep.equal([1, 1]);
    expect(await known(500)).to.deep.equal([2, 1]);
  });

  it('takes revision 10 over revision 9 in history, once it is known', async () => {
    const history = (knownSecond: number | null, afterUs: number | null, limit = 10) =>
      reader.history({
        featureSet: 'market.bar',
        entity: btc,
        windowSizeMs: 60_000,
        fromUs: t0,
        toUs: t0 + 10 * minute,
        atUs: null,
        knownAtUs: knownSecond === null ? null : t0 + knownSecond * 1_000_000,
        afterUs,
        limit,
      });
    expect((await history(null, null)).map(of)).to.deep.equal([
      [0, 10],
      [1, 2],
      [2, 1],
    ]);
    expect((await history(125, null)).map(of)).to.deep.equal([
      [0, 9],
      [1, 2],
    ]);
    expect((await history(null, null, 2)).map(of)).to.deep.equal([
      [0, 10],
      [1, 2],
    ]);
    expect((await history(null, t0 + minute, 2)).map(of)).to.deep.equal([[2, 1]]);
  });

  it('lists every version of a window in order of version', async () => {
    const query = {
      featureSet: 'market.bar',
      entity: btc,
      windowSizeMs: 60_000,
      windowStartUs: t0,
      limit: 2,
    };
    const first = await reader.revisions({ ...query, after: null });
    expect(first.map(({ revision }) => revision)).to.deep.equal([1, 9]);
    const rest = await reader.revisions({ ...query, after: { lineage: 1, revision: 9 } });
    expect(rest.map(({ revision }) => revision)).to.deep.equal([10]);
  });

  it('reads values without a window by V4a', async () => {
    const read = async (atSecond: number | null, knownSecond: number | null) =>
      of(
        (
          await reader.latest('investor.behaviour', ['v1:abc'], 0, {
            atUs: atSecond === null ? null : t0 + atSecond * 1_000_000,
            knownAtUs: knownSecond === null ? null : t0 + knownSecond * 1_000_000,
          })
        )[0],
      );
    expect(await read(null, null)).to.deep.equal([0, 3]);
    expect(await read(null, 350)).to.deep.equal([5, 2]);
    expect(await read(299, null)).to.deep.equal([0, 3]);
    expect(await read(300, null)).to.deep.equal([5, 2]);
    expect(await read(60, 350)).to.deep.equal([0, 1]);
  });

  it('walks over the latest value of every key, page by page', async () => {
    const seen: string[] = [];
    for (let page = await reader.latestPage(null, 2); page.length > 0;) {
      for (const { entity, revision } of page) seen.push(`${entity} ${revision}`);
      page = await reader.latestPage(page.at(-1) ?? null, 2);
    }
    expect(seen).to.deep.equal([`${btc} 1`, `${eth} 1`, 'v1:abc 3']);
  });

  it('knows the lineage of the state store', async () => {
    expect(await reader.lineage()).to.equal(1);
  });
});
