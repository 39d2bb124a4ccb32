import type { Mention, SymbolSentiment } from '@groundswell/schemas';
import { expect } from 'chai';
import { MoodOperator } from '../../src/core/mood-operator.ts';
import { moodConfig } from '../../src/topology.ts';
import { aMention, mentionEvent, START_MS, START_US } from '../support/builders.ts';
import { Stored } from '../support/stored.ts';

const TIDE = 'crypto:TIDE-USD';
const stamp = { lineage: 3, knownAtUs: START_US + 5, positions: [] };

function mention(id: string, atMs: number, instrumentId = TIDE, more: Partial<Mention> = {}) {
  const eventTimeUs = START_US + atMs * 1000;
  return mentionEvent(
    aMention({ eventId: `${id}|${instrumentId}`, eventTimeUs, instrumentId, ...more }),
  );
}

/** One transaction. */
async function feed(
  operator: MoodOperator,
  stored: Stored,
  events: readonly ReturnType<typeof mention>[],
  clockMs: number,
  idle = false,
  wallClockMs = Infinity,
) {
  await operator.prepare(events, stored);
  for (const event of events) operator.apply(event);
  const partitionClockMs = START_MS + clockMs;
  await operator.advance({ partitionClockMs, broadcastClockMs: null, idle, wallClockMs }, stored);
  const { state, derived } = operator.take();
  stored.put(state);
  return derived.map((one) => ({
    ...one,
    id: one.eventId(stamp),
    record: one.build(stamp) as SymbolSentiment,
  }));
}

const create = (): MoodOperator => new MoodOperator(moodConfig, (id) => id === TIDE);

describe('sentiment windows of one partition', () => {
  it('publishes a window as a feature: key, value key, version and record agree', async () => {
    const out = await feed(create(), new Stored(), [mention('a', 61_000)], 61_000);
    expect(out.map(({ record }) => record.windowSizeMs)).to.deep.equal([
      60_000, 300_000, 3_600_000,
    ]);
    const [minute] = out;
    const startUs = START_US + 60_000_000;
    expect(minute).to.include({
      topic: 'feature.symbol.sentiment.v1',
      key: TIDE,
      valueKey: `sentiment.window|${TIDE}|60000|${startUs / 1000}`,
      ver: 1,
      keep: 'history',
      id: `sentiment.window|${TIDE}|60000|${startUs / 1000}|3|1`,
    });
    expect(minute?.record).to.include({
      eventId: minute?.id,
      entity: TIDE,
      instrumentId: TIDE,
      source: 'derive-sentiment',
      windowStartUs: startUs,
      windowEndUs: startUs + 60_000_000,
      eventTimeUs: startUs + 59_999_000,
      watermarkUs: START_US + 61_000_000,
      revision: 1,
      status: 'PROVISIONAL',
      cause: 'UPDATE',
      n: 1,
    });
    expect(minute?.record.raw.sentiment).to.equal(0.6);
    expect(minute?.record.models).to.deep.equal(['SOCIAL=rules@1.0.0']);
  });

  it('throttles changes by event time until a window is over, also after silence announced it', async () => {
    const operator = create();
    const stored = new Stored();
    const told = async (atMs: number, idle = false, ...ids: string[]) => {
      const events = ids.map((id) => mention(id, atMs));
      const out = await feed(operator, stored, events, atMs, idle);
      return out.map(({ record }) => `${record.windowSizeMs} ${record.status} ${record.n}`);
    };
    await told(0, false, 'a');
    expect(await told(999, false, 'b')).to.deep.equal([]);
    expect(await told(1000, false, 'c')).to.deep.equal(['60000 PROVISIONAL 3']);
    expect(await told(1000, true)).to.deep.equal([
      '60000 FINAL 3',
      '300000 FINAL 3',
      '3600000 FINAL 3',
    ]);
    expect(operator.hasPending(Infinity)).to.equal(false);
    // The crowd goes on: the hour is not over, so it does not change with every post.
    expect(await told(1999, false, 'd')).to.deep.equal([]);
    expect(operator.hasPending(Infinity)).to.equal(true);
    expect(await told(2000, false, 'e')).to.deep.equal(['60000 REVISED 5']);
    expect(await told(2000, true)).to.deep.equal(['300000 REVISED 5', '3600000 REVISED 5']);
    expect(operator.hasPending(Infinity)).to.equal(false);
    // Over by its own clock: the end of the minute and 10 min of grace. The five minutes and the hour are not.
    await told(660_000, false, 'f');
    const late = async (id: string) => {
      const out = await feed(operator, stored, [mention(id, 3000)], 660_000);
      return out.map(({ record }) => `${record.windowSizeMs} ${record.status} ${record.cause}`);
    };
    expect(await late('g')).to.include('60000 REVISED LATE');
    expect(await late('h')).to.deep.equal(['60000 REVISED LATE']);
  });

  it('announces a quiet instrument by the clock of its partition', async () => {
    const operator = create();
    const stored = new Stored();
    await feed(operator, stored, [mention('a', 0)], 0);
    // The end of the minute, 10 min of grace and 5 s of idle time: the clock of another instrument.
    const before = await feed(operator, stored, [mention('x', 664_999, 'other')], 664_999);
    expect(before.filter(({ key }) => key === TIDE)).to.deep.equal([]);
    const after = await feed(operator, stored, [mention('y', 665_000, 'other')], 665_000);
    const own = after.filter(({ key }) => key === TIDE);
    expect(own.map(({ record }) => `${record.windowSizeMs} ${record.status}`)).to.deep.equal([
      '60000 FINAL',
    ]);
  });

  it('announces after a restart what an idle partition had left open', async () => {
    const stored = new Stored();
    await feed(create(), stored, [mention('a', 0)], 0);
    const successor = create();
    expect(successor.hasPending(Infinity)).to.equal(true);
    const out = await feed(successor, stored, [], 0, true);
    expect(out.map(({ record }) => record.status)).to.deep.equal(['FINAL', 'FINAL', 'FINAL']);
    expect(successor.hasPending(Infinity)).to.equal(false);
  });

  it('announces in silence only what is over by the wall clock, grace included', async () => {
    const operator = create();
    const stored = new Stored();
    await feed(operator, stored, [mention('a', 0)], 0);
    const silentAt = async (wallMs: number) => {
      const out = await feed(operator, stored, [], 0, true, START_MS + wallMs);
      return out.map(({ record }) => `${record.windowSizeMs} ${record.status}`);
    };
    expect(operator.hasPending(START_MS + 659_999)).to.equal(false);
    expect(await silentAt(659_999)).to.deep.equal([]);
    expect(operator.hasPending(START_MS + 660_000)).to.equal(true);
    expect(await silentAt(660_000)).to.deep.equal(['60000 FINAL']);
    expect(await silentAt(900_000)).to.deep.equal(['300000 FINAL']);
  });

  it('asks of each instrument whether its market is small', async () => {
    const pumped = async (instrumentId: string): Promise<boolean> => {
      const week = 604_800_000;
      const operator = create();
      const stored = new Stored();
      for (let nth = 0; nth < 4; nth += 1)
        await feed(operator, stored, [mention(`w${nth}`, nth * week, instrumentId)], nth * week);
      const copies = Array.from({ length: 30 }, (_, i) =>
        mention(`p${i}`, 4 * week, instrumentId, { contentHash: 'pump' }),
      );
      const out = await feed(operator, stored, copies, 4 * week);
      return out.some(({ record }) => record.pumpFlag);
    };
    expect(await pumped(TIDE)).to.equal(true);
    expect(await pumped('market:all')).to.equal(false);
  });
});
