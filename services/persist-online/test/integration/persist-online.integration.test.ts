import { expect } from 'chai';
import type { Gap, SourceStatus, SymbolSentimentJson } from '@groundswell/schemas';
import { metric } from './metric.ts';
import { aBar, aMood, moodSlotOf, slotOf, t0 } from './records.ts';
import { makeRig, type Rig } from './rig.ts';
import { until } from './until.ts';

const market = 'feature.symbol.market.v1';
const btc = 'crypto:BTC-USD@coinbase';

const shows = async (rig: Rig, entity: string, window: number, revision: number) => {
  const shown = await rig.shown(slotOf(entity));
  return shown?.[0] === window && shown[1] === revision;
};

type MoodJson = Pick<SymbolSentimentJson, 'weighted'>;

describe('persist-online', function () {
  this.timeout(60_000);
  let rig: Rig;
  beforeEach(async () => {
    rig = await makeRig();
  });
  afterEach(() => rig.drop());

  it('carries the newest version of a topic into the slot, in any order and repeated', async () => {
    const { service, metrics } = await rig.start();
    await until('following', () => service.isFollowing());
    await rig.publish(market, 0, [aBar(btc, 0, 9), aBar(btc, 0, 10), aBar(btc, 0, 9)]);
    await until('minute 0', () => shows(rig, btc, 0, 10));
    // A newer window at revision 1, then a correction of the older one, then everything again.
    await rig.publish(market, 0, [
      aBar(btc, 1, 1),
      aBar(btc, 0, 11),
      aBar(btc, 0, 10),
      aBar(btc, 1, 1),
    ]);
    await rig.publish(market, 0, [aBar('crypto:ETH-USD@coinbase', 0, 1)]);
    await until('the end', () => shows(rig, 'crypto:ETH-USD@coinbase', 0, 1));
    expect(await rig.shown(slotOf(btc))).to.deep.equal([1, 1]);
    await until(
      'eight values counted',
      async () => (await metric(metrics, 'outcome="applied"')) === 4,
    );
    expect(await metric(metrics, 'projection_values_total', 'outcome="superseded"')).to.equal(3);
    expect(await metric(metrics, 'projection_values_total', 'outcome="same"')).to.equal(1);
    expect(await metric(metrics, 'version_conflict_total')).to.equal(0);
  });

  it('shows the mood of an instrument and of the market, from the topic and again from history', async () => {
    const { service, metrics } = await rig.start();
    await until('following', () => service.isFollowing());
    const moods = [aMood('crypto:BTC-USD', 0, 3), aMood('market:all', 0, 5)];
    await rig.commit(moods);
    await rig.publish('feature.symbol.sentiment.v1', 2, moods);
    const slots = moods.map(({ entity }) => moodSlotOf(entity));
    const scores = async (): Promise<string> => {
      const found = await rig.reader.readSlots(slots);
      return found.slots
        .map((it) => (it === null ? 'none' : (JSON.parse(it.json) as MoodJson).weighted.sentiment))
        .join();
    };
    await until('both moods', async () => (await scores()) === '0.03,0.05');
    await rig.flush();
    await until('both again', async () => (await scores()) === '0.03,0.05');
    expect(await metric(metrics, 'version_conflict_total')).to.equal(0);
  });

  it('starts an empty cache from history and counts nothing twice', async () => {
    await rig.commit([aBar(btc, 0, 1), aBar(btc, 1, 2), aBar(btc, 1, 10), aBar(btc, 0, 12)]);
    await rig.publish(market, 0, [aBar(btc, 1, 10)]);
    const { service, metrics } = await rig.start();
    await until('following', () => service.isFollowing());
    expect(await rig.shown(slotOf(btc))).to.deep.equal([1, 10]);
    expect((await rig.reader.readSlots([])).epoch?.lineage).to.equal(1);
    // The same version from the topic is the same content, though Postgres keeps JSON in another order.
    await rig.publish(market, 0, [aBar(btc, 1, 10), aBar(btc, 2, 1)]);
    await until('the next window', () => shows(rig, btc, 2, 1));
    await until('one repeat counted', async () => (await metric(metrics, 'outcome="same"')) === 1);
    expect(await metric(metrics, 'version_conflict_total')).to.equal(0);
  });

  it('goes on from its stored position after a restart', async () => {
    const first = await rig.start();
    await until('following', () => first.service.isFollowing());
    await rig.publish(market, 3, [aBar(btc, 0, 1), aBar(btc, 0, 2)]);
    await until('revision 2', () => shows(rig, btc, 0, 2));
    await first.stop();
    await rig.publish(market, 3, [aBar(btc, 0, 3)]);
    const second = await rig.start();
    await until('revision 3', () => shows(rig, btc, 0, 3));
    // Counted just after the value can be read.
    await until(
      'one value counted',
      async () => (await metric(second.metrics, 'outcome="applied"')) === 1,
    );
    expect(await metric(second.metrics, 'outcome="superseded"')).to.equal(0);
    expect(await metric(second.metrics, 'projection_rebuilds_total')).to.equal(0);
  });

  it('heals a flush in the middle of a run, while updates go on', async () => {
    const entities = Array.from({ length: 700 }, (_, i) => `crypto:S${i}-USD@coinbase`);
    const { service, metrics } = await rig.start();
    await until('following', () => service.isFollowing());
    const last = 12;
    for (let revision = 1; revision <= last; revision++) {
      const bars = entities.map((entity) => aBar(entity, 0, revision));
      await rig.commit(bars);
      await rig.publish(market, revision % 6, bars);
      if (revision === 4) await rig.flush();
      if (revision === 8) {
        // A second loss, this time of data only: the epoch is what tells.
        await until('a rebuild', async () => (await metric(metrics, 'outcome="complete"')) > 0);
        await rig.flush();
      }
    }
    await until('all newest', async () => {
      const { epoch, slots } = await rig.reader.readSlots(entities.map(slotOf));
      return epoch !== null && slots.every((slot) => slot?.ver === last);
    });
    expect(await metric(metrics, 'projection_rebuilds_total', 'complete')).to.be.greaterThan(1);
    expect(await metric(metrics, 'version_conflict_total')).to.equal(0);
  });

  it('waits while Redis is away and loses nothing', async () => {
    const { service, metrics } = await rig.start();
    await until('following', () => service.isFollowing());
    await rig.publish(market, 0, [aBar(btc, 0, 1)]);
    await until('revision 1', () => shows(rig, btc, 0, 1));
    rig.link.cut();
    await rig.publish(market, 0, [aBar(btc, 0, 2), aBar('crypto:ETH-USD@coinbase', 0, 1)]);
    await until('the cut was felt', () => rig.link.refused() > 2);
    expect(await rig.shown(slotOf(btc))).to.deep.equal([0, 1]);
    // No batch comes through, so only a look at the log itself can tell.
    const lag = () => metric(metrics, 'lag_records', `topic="${market}"`, 'partition="0"');
    await until('the lag shows', async () => (await lag()) === 2);
    rig.link.mend();
    await until('revision 2', () => shows(rig, btc, 0, 2));
    await until('the other', () => shows(rig, 'crypto:ETH-USD@coinbase', 0, 1));
    await until('three counted', async () => (await metric(metrics, 'outcome="applied"')) === 3);
  });

  it('skips what it cannot decode, counts it, and goes on', async () => {
    const { service, metrics } = await rig.start();
    await until('following', () => service.isFollowing());
    await rig.publishBytes(market, 0, Buffer.from('garbage'));
    await rig.publish(market, 0, [aBar('a name | with\r\nanother key', 0, 1), aBar(btc, 0, 1)]);
    await until('the good one', () => shows(rig, btc, 0, 1));
    expect(await metric(metrics, 'skipped_total', 'bad_magic')).to.equal(1);
    expect(await metric(metrics, 'skipped_total', 'bad_name')).to.equal(1);
  });

  it('rebuilds when values of a newer lineage come', async () => {
    const { service } = await rig.start();
    await until('following', () => service.isFollowing());
    await rig.publish(market, 0, [aBar(btc, 5, 3)]);
    await until('the old lineage', () => shows(rig, btc, 5, 3));
    await rig.database.query('UPDATE lineage SET value = 2');
    await rig.commit([aBar(btc, 4, 4, 2)]);
    await rig.publish(market, 0, [aBar(btc, 4, 4, 2)]);
    await until('the new lineage', () => shows(rig, btc, 4, 4));
    // Pages are written first, the epoch last.
    await until('the new epoch', async () => (await rig.reader.readSlots([])).epoch?.lineage === 2);
  });

  it('shows the states of sources, and reads them again after a flush', async () => {
    const { service } = await rig.start();
    await until('following', () => service.isFollowing());
    const status = (state: SourceStatus['state'], second: number): SourceStatus => ({
      ...envelope(second),
      stream: 'BTC-USD',
      state,
      sinceUs: t0,
      lastEventTimeUs: null,
      lagMs: null,
      openGaps: 0,
      delivery: 'EXACT',
      reconnects: null,
      detail: null,
    });
    const gap = (fromId: number, closed: boolean, second: number): Gap => ({
      ...envelope(second),
      stream: 'BTC-USD',
      fromId,
      toId: fromId + 1,
      missing: 2,
      fromTimeUs: null,
      toTimeUs: null,
      reason: 'test',
      closed,
    });
    await rig.publish('control.source-status.v1', 1, [status('LIVE', 2), status('CONNECTING', 1)]);
    await rig.publish('control.gap.v1', 1, [gap(1, false, 1), gap(5, false, 1), gap(1, true, 2)]);
    const isRight = async (): Promise<boolean> => {
      const { statuses, openGaps } = await rig.reader.readSources();
      const [open, ...others] = openGaps;
      return statuses[0]?.state === 'LIVE' && open?.from_id === 5 && others.length === 0;
    };
    await until('live, one gap', isRight);
    // Nothing is published afterwards: the service has to notice by itself.
    await rig.flush();
    await until('live again', isRight);
  });
});

function envelope(second: number) {
  return {
    eventId: `e${second}`,
    op: 'CREATE',
    refEventId: null,
    source: 'coinbase',
    feed: null,
    eventTimeUs: t0 + second * 1_000_000,
    ingestTimeUs: t0,
    sequence: null,
    eventTimeNanosRem: null,
  } as const;
}
