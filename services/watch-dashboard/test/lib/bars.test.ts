import type { GapJson, MarketData } from '@groundswell/schemas';
import { expect } from 'chai';
import { BarSeries } from '../../src/lib/bar-series.ts';
import { candlesOf, hasPrice, watermarkOf } from '../../src/lib/candles.ts';
import { byStart, completenessCells, completeShare } from '../../src/lib/completeness.ts';
import { barFigure, timeBarOf } from '../../src/lib/explain.ts';
import { gapSpanOf, gapWithin, healthOf } from '../../src/lib/source-health.ts';
import { watchRow } from '../../src/lib/watch-row.ts';
import { fakeBar, gap, status } from '../support/fake-world.ts';

const T = Date.UTC(2026, 10, 21, 14, 30);
const MIN = 60_000;

function bar(minute: number, change: Partial<MarketData> = {}): MarketData {
  const item = fakeBar('crypto:TIDE-USD', MIN, T + minute * MIN, {
    ...{ open: 10, high: 12, low: 9, close: 11, volume: 5, digits: 2, n: 40, nowMs: T + 9 * MIN },
    ...{ status: 'FINAL', revision: 2, late: 0 },
  });
  return { ...(item.data as MarketData), ...change };
}

describe('bars of a page', () => {
  it('keeps them in order, replaces a window, and never mixes venues', () => {
    const series = new BarSeries('coinbase', 3);
    for (const minute of [2, 0, 1]) series.apply(bar(minute));
    const before = series.bars;
    expect(series.apply(bar(1, { close: '11.5' }))).to.equal(true);
    expect(series.apply(bar(1, { feed: 'kraken' }))).to.equal(false);
    expect(series.bars.map(({ close }) => close)).to.eql(['11', '11.5', '11']);
    expect(before.map(({ close }) => close)).to.eql(['11', '11', '11']); // a frozen picture holds on to it
    series.apply(bar(3));
    expect(series.bars).to.have.length(3);
    expect(series.bars[0]?.window_start).to.equal(bar(1).window_start);
  });

  it('draws a pause as places without candles, never filled forward', () => {
    const candles = candlesOf([bar(0), bar(3)], MIN);
    expect(candles.map(hasPrice)).to.eql([true, false, false, true]);
    expect(candles.map(({ startMs }) => (startMs - T) / MIN)).to.eql([0, 1, 2, 3]);
  });

  it('knows the newest watermark', () => {
    expect(watermarkOf([])).to.equal(null);
    const newest = bar(1, { watermark: '2026-11-21T14:40:00.000000Z' });
    expect(watermarkOf([newest, bar(0)])).to.equal(Date.parse('2026-11-21T14:40:00Z'));
  });
});

describe('completeness', () => {
  const stream = { source: 'coinbase', symbol: 'TIDE-USD' };
  const hole = gapSpanOf(
    gap('coinbase', 'TIDE-USD', T + 2 * MIN, T + 2 * MIN + 30_000, T).data as GapJson,
  );
  const span = { firstMs: T, count: 4, sizeMs: MIN };

  it('tells full, empty, open and holed windows apart', () => {
    const bars = byStart([bar(0), bar(2), bar(3, { status: 'PROVISIONAL' })]);
    const cells = completenessCells(bars, [hole], stream, span);
    expect(cells.map(({ level }) => level)).to.eql(['full', 'none', 'gap', 'open']);
    expect(cells[2]?.title).to.equal('40 trades, 38 missing');
    expect(completeShare(cells)).to.equal(0.5);
  });

  it('pales with the share of what was seen, and heals when the hole is filled', () => {
    const levelOf = (n: number, closed = false) =>
      completenessCells(byStart([bar(2, { n })]), [{ ...hole, closed }], stream, span)[2]?.level;
    expect(levelOf(10_000)).to.equal('most'); // 38 of 10,038
    expect(levelOf(400)).to.equal('some'); // 8.7 %
    expect(levelOf(40)).to.equal('gap');
    expect(levelOf(40, true)).to.equal('full');
  });

  it('notches what was corrected', () => {
    const bars = byStart([bar(0, { late_count: 1 })]);
    expect(completenessCells(bars, [], stream, span).map(({ isNotched }) => isNotched)).to.eql([
      ...[true, false, false, false],
    ]);
  });

  it('does not let a hole of one symbol mark another', () => {
    expect(gapWithin([hole], stream, T + 2 * MIN, T + 3 * MIN)).to.equal(hole);
    expect(gapWithin([hole], { ...stream, symbol: 'MOSS-USD' }, T, T + 9 * MIN)).to.equal(null);
    expect(gapWithin([hole], stream, T, T + MIN)).to.equal(null);
  });
});

describe('sources', () => {
  it('shows the worst stream and the greatest lag of a source', () => {
    const data = (stream: string, change: object) =>
      status('coinbase', stream, T, change).data as never;
    const [health] = healthOf([
      data('B', { state: 'LIVE', lag_ms: 900 }),
      data('A', { state: 'CATCHING_UP', lag_ms: null }),
    ]);
    expect(health).to.include({ state: 'CATCHING_UP', tone: 'warn', lagMs: 900, openGaps: 0 });
    expect(health?.streams.map(({ stream }) => stream)).to.eql(['A', 'B']);
    expect(healthOf([data('A', { open_gaps: 2 })])[0]).to.include({ tone: 'gap', openGaps: 2 });
  });
});

describe('explanation of a bar', () => {
  it('says what is missing where there is no value', () => {
    const empty = bar(0, { open: null, high: null, low: null, close: null, vwap: null });
    expect(barFigure(empty, 'vwap', 2)).to.include({
      value: '—',
      needs: 'no volume in this window',
    });
    expect(barFigure(empty, 'close', 2).needs).to.equal('no trade set a price in this window');
    expect(barFigure(bar(0), 'realised_volatility', 2).value).to.equal('—');
    const wide = bar(0, { realised_volatility: 0.00214, return_count: 241 });
    expect(barFigure(wide, 'realised_volatility', 2)).to.include({ value: '0.214\u2009%' });
  });

  it('places window, watermark and now between start and finality', () => {
    const time = timeBarOf(
      bar(0, { watermark: new Date(T + 13_000).toISOString() }),
      5000,
      T + 26_000,
      'UTC',
    );
    expect(time.windowEnd).to.be.closeTo(60 / 65, 1e-9);
    expect(time.watermark).to.be.closeTo(0.2, 1e-9);
    expect(time.now).to.be.closeTo(0.4, 1e-9);
    expect(time.finalText).to.equal('final 14:31:05');
  });
});

describe('row of the watch list', () => {
  it('takes change from the first price of the day and says which', () => {
    const row = watchRow({
      ...{ price: null, minutes: [bar(0), bar(1)], decimals: 2, staleAfterMs: 15_000 },
      ...{ graceMs: 5000, gap: null, behind: [], nowMs: T + 2 * MIN, mood: null },
      reference: { price: '10', timeMs: T },
    });
    expect(row).to.include({ last: '11.00', change: '+10.00\u2009%', direction: 1 });
    expect(row.trust).to.equal(row.priceTrust);
    expect(row.changeTitle).to.equal('From 10 at 2026-11-21T14:30:00.000Z');
    expect(row.spark.filter((value) => value !== null)).to.eql([11, 11]);
  });

  it('shows dashes and reasons before anything is known', () => {
    const row = watchRow({
      ...{ price: null, minutes: [], decimals: 2, staleAfterMs: 15_000, reference: null },
      ...{ graceMs: 5000, gap: null, behind: [], nowMs: T, mood: null },
    });
    expect(row).to.include({ last: '—', change: '—', age: '—', mood: null, trust: null });
    expect(row.changeTitle).to.equal('No earlier price of today is known yet.');
  });
});
