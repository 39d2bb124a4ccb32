import { parseE18 } from '@groundswell/domain';
import type { Mark, SymbolMarket, Trade } from '@groundswell/schemas';
import type { SourceEvent, Stamp, StateReader, StateRow, StateWrite } from '@groundswell/stream';
import { expect } from 'chai';
import { MarketOperator } from '../../src/core/market-operator.ts';
import { barConfig } from '../../src/topology.ts';

const ENTITY = 'crypto:TIDE-USD@coinbase';
const START_MS = 1_770_000_000_000; // a whole minute
const stamp: Stamp = { lineage: 1, knownAtUs: START_MS * 1000, positions: [] };
const instruments = new Map([['crypto:TIDE-USD', { currency: 'USD', primaryFeed: 'coinbase' }]]);

/** What the store would hold after these writes. */
class Stored implements StateReader {
  private readonly rows = new Map<string, StateRow>();
  private readonly pending = new Map<string, number>();
  put(writes: readonly StateWrite[]): void {
    for (const { key, part, body, pendingAtMs } of writes) {
      if (body === null) this.rows.delete(`${key}/${part}`);
      else this.rows.set(`${key}/${part}`, { key, part, body });
      if (pendingAtMs === null) this.pending.delete(key);
      else if (pendingAtMs !== undefined) this.pending.set(key, pendingAtMs);
    }
  }
  state = (keys: readonly string[]) =>
    Promise.resolve([...this.rows.values()].filter((row) => keys.includes(row.key)));
  pendingKeys = (untilMs: number) =>
    Promise.resolve([...this.pending].filter(([, at]) => at <= untilMs).map(([key]) => key));
  keysByTag = () => Promise.resolve([]);
  journal = () => Promise.resolve([]);
  newestMarks = () => Promise.resolve([]);
  markSpans = () => Promise.resolve([]);
}

function trade(
  id: string,
  atMs: number,
  price: string,
  more: Partial<Trade> = {},
): SourceEvent<'market.trade.v1'> {
  const record = {
    eventId: id,
    op: 'CREATE',
    refEventId: null,
    feed: 'coinbase',
    instrumentId: 'crypto:TIDE-USD',
    eventTimeUs: (START_MS + atMs) * 1000,
    sequence: null,
    priceE18: parseE18(price),
    sizeE18: parseE18('2'),
    priceOk: true,
    volOk: true,
    ...more,
  } as Trade;
  return {
    topic: 'market.trade.v1',
    eventId: id,
    entity: ENTITY,
    eventTimeUs: record.eventTimeUs,
    record,
  };
}

async function feed(
  operator: MarketOperator,
  stored: Stored,
  events: readonly SourceEvent<'market.trade.v1'>[],
  clockMs: number | null,
  idle = false,
) {
  await operator.prepare(events, stored);
  const verdicts = events.map((event) => operator.apply(event).verdict);
  await operator.advance(
    {
      broadcastClockMs: null,
      wallClockMs: Infinity,
      partitionClockMs: clockMs === null ? null : START_MS + clockMs,
      idle,
    },
    stored,
  );
  const { state, derived } = operator.take();
  stored.put(state);
  const records = derived.map((one) => one.build(stamp));
  return {
    verdicts,
    bars: records.filter((r): r is SymbolMarket => 'featureSet' in r && r.windowSizeMs === 60_000),
    marks: records.filter((r): r is Mark => 'revision' in r && !('featureSet' in r)),
  };
}

describe('bars and marks of one partition', () => {
  it('makes a mark of a final minute close and corrects it when a late trade changes the close', async () => {
    const stored = new Stored();
    const operator = new MarketOperator(barConfig, instruments);
    const first = await feed(
      operator,
      stored,
      [trade('a', 1000, '10'), trade('b', 50_000, '11')],
      50_000,
    );
    expect(first.marks).to.deep.equal([]);
    const final = await feed(operator, stored, [trade('c', 66_000, '12')], 66_000);
    expect(final.marks.map((m) => [m.op, m.priceE18, m.revision, m.eventTimeUs])).to.deep.equal([
      ['CREATE', parseE18('11'), 1, (START_MS + 59_999) * 1000],
    ]);
    const late = await feed(operator, stored, [trade('d', 59_000, '9')], 66_000);
    expect(late.bars.map((bar) => [bar.status, bar.closeE18])).to.deep.equal([
      ['REVISED', parseE18('9')],
    ]);
    expect(late.marks.map((m) => [m.op, m.priceE18, m.revision])).to.deep.equal([
      ['CORRECT', parseE18('9'), 2],
    ]);
  });

  it('makes no marks of a feed that is not primary', async () => {
    const operator = new MarketOperator(
      barConfig,
      new Map([['crypto:TIDE-USD', { currency: 'USD', primaryFeed: 'kraken' }]]),
    );
    const out = await feed(
      operator,
      new Stored(),
      [trade('a', 1000, '10'), trade('b', 70_000, '11')],
      70_000,
    );
    expect(out.bars).to.have.length(2);
    expect(out.marks).to.deep.equal([]);
  });

  it('goes on after a restart as if there had been none, revisions included', async () => {
    const events = Array.from({ length: 40 }, (_, i) =>
      trade(`e${i}`, i * 3_100, String(10 + (i % 7))),
    );
    const stored = new Stored();
    let operator = new MarketOperator(barConfig, instruments);
    const whole = new MarketOperator(barConfig, instruments);
    const wholeStore = new Stored();
    for (const event of events) {
      const clock = event.eventTimeUs / 1000 - START_MS;
      const expected = await feed(whole, wholeStore, [event], clock);
      const actual = await feed(operator, stored, [event], clock);
      expect(actual).to.deep.equal(expected);
      operator = new MarketOperator(barConfig, instruments);
    }
  });

  it('announces after a restart what an idle partition had left open', async () => {
    const stored = new Stored();
    await feed(new MarketOperator(barConfig, instruments), stored, [trade('a', 1000, '10')], 1000);
    const successor = new MarketOperator(barConfig, instruments);
    expect(successor.hasPending()).to.equal(true);
    const { bars } = await feed(successor, stored, [], 1000, true);
    expect(bars.map((bar) => bar.status)).to.deep.equal(['FINAL']);
    expect(successor.hasPending()).to.equal(false);
  });
});
