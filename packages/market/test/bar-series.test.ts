import { expect } from 'chai';
import { formatE18 } from '@groundswell/domain';
import {
  createBarSeries,
  restoreBarSeries,
  type Applied,
  type BarConfig,
  type BarEmission,
  type BarSeries,
  type MarketEvent,
} from '../src/index.ts';
import { aConfig, aCorrect, aTrade } from './builders.ts';

/** Apply, announce by the key's clock only, collect. */
function drive(series: BarSeries, events: readonly MarketEvent[]): [Applied[], BarEmission[]] {
  const emissions: BarEmission[] = [];
  const verdicts = events.map((event) => {
    const applied = series.apply(event);
    series.advance({ partitionClockMs: 0, idle: false });
    emissions.push(...series.takeEmissions());
    return applied;
  });
  return [verdicts, emissions];
}

function text(value: bigint | null): string | null {
  return value === null ? null : formatE18(value);
}

function bar({ values: v, ...emission }: BarEmission): object {
  const ohlc = [v.openE18, v.highE18, v.lowE18, v.closeE18].map((value) => text(value) ?? '-');
  return {
    start: emission.windowStartMs,
    status: emission.status,
    ohlc: ohlc.join(' '),
    volume: text(v.volumeE18),
    count: v.count,
    vwap: text(v.vwapE18),
  };
}

function lastOf(emissions: readonly BarEmission[], startMs: number, sizeMs = 60_000): BarEmission {
  const found = emissions.findLast(
    (emission) => emission.windowStartMs === startMs && emission.windowSizeMs === sizeMs,
  );
  if (found === undefined) throw new Error(`no bar at ${startMs}`);
  return found;
}

/** The arrivals of E13. */
const arrivals: readonly MarketEvent[] = [
  aTrade('t1', 10_000, '100x2', { seq: 8 }),
  aTrade('t2', 10_000, '101x1', { seq: 7 }),
  aTrade('t3', 61_000, '103x1'),
  aTrade('t4', 59_000, '99x3'),
  aTrade('t5', 40_000, '150x10', { priceOk: false }),
  { kind: 'cancel', id: 'c1', ref: 't1' },
  aTrade('t6', 65_000, '104x2'),
  aTrade('t7', 59_999, '1x1'),
  aCorrect('c2', 't4', 59_000, '98x3'),
  aTrade('t8', 64_999, '102x4'),
];

describe('a bar series on the worked example E13', () => {
  it('gives both bars when nothing is accepted after the grace', () => {
    const series = createBarSeries(aConfig());
    const [, emissions] = drive(series, arrivals);
    expect(bar(lastOf(emissions, 0))).to.deep.equal({
      start: 0,
      status: 'final',
      ohlc: '101 101 99 99',
      volume: '14',
      count: 3,
      vwap: '99.5',
    });
    // 719 / 7 = 102.714285714...
    expect(bar(lastOf(emissions, 60_000))).to.deep.equal({
      start: 60_000,
      status: 'provisional',
      ohlc: '103 104 102 104',
      volume: '7',
      count: 3,
      vwap: '102.71428571',
    });
    series.advance({ partitionClockMs: 0, idle: true });
    expect(series.takeEmissions().map((emission) => emission.status)).to.deep.equal(['final']);
  });

  it('reports the trade and the correction that came when the window had closed', () => {
    const [verdicts] = drive(createBarSeries(aConfig()), arrivals);
    const late = {
      verdict: 'late',
      latePairs: [
        { windowSizeMs: 60_000, windowStartMs: 0, latenessMs: 0, reason: 'window_closed' },
      ],
    };
    expect(verdicts[7]).to.deep.equal(late);
    // The records of a closed window are gone, so the target of c2 is not known any more.
    expect(verdicts[8]?.verdict).to.equal('late');
    expect(verdicts[8]?.latePairs[0]?.reason).to.equal('unknown_target');
    const others = verdicts.filter((_, index) => index !== 7 && index !== 8);
    expect(others.every(({ verdict }) => verdict === 'applied')).to.equal(true);
  });

  it('revises the final bar within 30 s of correction', () => {
    const [verdicts, emissions] = drive(
      createBarSeries(aConfig({ correctionMs: 30_000 })),
      arrivals,
    );
    expect(verdicts.flatMap(({ latePairs }) => latePairs)).to.deep.equal([]);
    expect(bar(lastOf(emissions, 0))).to.deep.equal({
      start: 0,
      status: 'revised',
      ohlc: '101 101 1 1',
      volume: '15',
      count: 4,
      vwap: '79.2',
    });
    const first = emissions.filter(({ windowStartMs }) => windowStartMs === 0);
    expect(first.map(({ revision }) => revision)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(first.map(({ status }) => status[0]).join('')).to.equal('pppppfrr');
    expect(first.slice(-4).map(({ cause }) => cause)).to.deep.equal([
      'cancel',
      'update',
      'late',
      'correct',
    ]);
  });
});

describe('a bar series', () => {
  const three: BarConfig = aConfig({
    sizesMs: [1000, 60_000, 300_000],
    correctionMs: 60_000,
    updateMs: [0, 1000, 5000],
  });

  it('carries the realised volatility of the 1 s closes on its size only (E14)', () => {
    const [, emissions] = drive(createBarSeries({ ...three, updateMs: [0, 0, 0] }), [
      aTrade('a', 1000, '50x1'),
      aTrade('b', 2000, '51x1'),
      aTrade('c', 2500, '52x1'),
      aTrade('d', 4000, '49.4x1'),
    ]);
    const wide = lastOf(emissions, 0, 300_000).values;
    // sqrt(ln(52/50)^2 + ln(49.4/52)^2)
    expect(wide.realisedVolatility).to.be.closeTo(0.064569857, 1e-9);
    expect(wide.returnCount).to.equal(2);
    const narrow = lastOf(emissions, 0, 60_000).values;
    expect([narrow.realisedVolatility, narrow.returnCount]).to.deep.equal([null, null]);
  });

  it('publishes no bar without a price, but its volume belongs to the larger bar', () => {
    const [, emissions] = drive(createBarSeries({ ...three, updateMs: [0, 0, 0] }), [
      aTrade('a', 500, '50x3', { priceOk: false }),
      aTrade('b', 1500, '50x4'),
    ]);
    expect(emissions.filter(({ windowSizeMs }) => windowSizeMs === 1000)).to.have.length(1);
    expect(text(lastOf(emissions, 0, 60_000).values.volumeE18)).to.equal('7');
  });

  it('takes a published bar back when its last price is cancelled', () => {
    const [, emissions] = drive(createBarSeries(aConfig()), [
      aTrade('a', 500, '50x3'),
      { kind: 'cancel', id: 'c', ref: 'a' },
    ]);
    expect(emissions.map(({ n }) => n)).to.deep.equal([1, 0]);
    expect(bar(lastOf(emissions, 0))).to.include({ ohlc: '- - - -', volume: '0', vwap: null });
  });

  it('counts a trade in the larger window when it is late for the smaller one', () => {
    const series = createBarSeries(three);
    const [verdicts] = drive(series, [
      aTrade('a', 100_000, '50x1'),
      aTrade('b', 34_999, '51x1'),
      aTrade('c', 34_000, '52x1'),
    ]);
    expect(verdicts[2]).to.deep.equal({
      verdict: 'applied',
      latePairs: [
        { windowSizeMs: 1000, windowStartMs: 34_000, latenessMs: 0, reason: 'window_closed' },
      ],
    });
    expect(verdicts[1]?.latePairs).to.have.length(1);
  });

  it('throttles provisional updates by event time and lets nothing wait once final', () => {
    const series = createBarSeries(three);
    const seen = (events: readonly MarketEvent[]): string[] =>
      drive(series, events)[1].map(
        (emission) => `${emission.windowSizeMs / 1000}s ${emission.status} ${emission.n}`,
      );
    expect(seen([aTrade('a', 100, '50x1')])).to.deep.equal([
      '1s provisional 1',
      '60s provisional 1',
      '300s provisional 1',
    ]);
    expect(seen([aTrade('b', 200, '51x1')])).to.deep.equal(['1s provisional 2']);
    expect(seen([aTrade('c', 1100, '52x1')])).to.deep.equal([
      '1s provisional 1',
      '60s provisional 3',
    ]);
    expect(series.pendingAtMs).to.equal(6000);
    series.advance({ partitionClockMs: 0, idle: true });
    expect(series.pendingAtMs).to.equal(null);
    expect(series.takeEmissions().map(({ n, status }) => `${status} ${n}`)).to.deep.equal([
      'final 2',
      'final 1',
      'final 3',
      'final 3',
    ]);
    expect(series.takeEmissions()).to.deep.equal([]);
    const late = drive(series, [aTrade('d', 300, '53x1')])[1];
    expect(late.map(({ status, cause }) => `${status} ${cause}`)).to.deep.equal([
      'revised late',
      'revised late',
      'revised late',
    ]);
  });

  it('is announced by the clock of its partition when its own stands still', () => {
    const series = createBarSeries(aConfig());
    series.apply(aTrade('a', 100, '50x1'));
    series.advance({ partitionClockMs: 66_999, idle: false });
    expect(series.takeEmissions().map(({ status }) => status)).to.deep.equal(['provisional']);
    series.advance({ partitionClockMs: 67_000, idle: false });
    expect(series.takeEmissions().map(({ status }) => status)).to.deep.equal(['final']);
  });

  it('orders trades of one millisecond by the micros below it when they carry no sequence', () => {
    const [, emissions] = drive(createBarSeries(aConfig()), [
      aTrade('z', 5, '3x1', { tsUs: 5900 }),
      aTrade('y', 5, '1x1', { tsUs: 5100 }),
      aTrade('b', 5, '4x1', { tsUs: 5900 }),
    ]);
    expect(bar(lastOf(emissions, 0))).to.include({ ohlc: '1 4 1 3' });
  });

  it('keeps a correction that leaves its small window in the larger one only', () => {
    const series = createBarSeries({ ...three, updateMs: [0, 0, 0] });
    const [verdicts, emissions] = drive(series, [
      aTrade('a', 500, '50x1'),
      aTrade('b', 600, '51x1'),
      aCorrect('c', 'b', 1600, '52x2'),
    ]);
    expect(verdicts[2]?.latePairs).to.deep.equal([
      { windowSizeMs: 1000, windowStartMs: 0, latenessMs: 0, reason: 'moved_window' },
    ]);
    expect(bar(lastOf(emissions, 0, 1000))).to.include({ ohlc: '50 51 50 51', volume: '2' });
    expect(bar(lastOf(emissions, 0, 60_000))).to.include({ ohlc: '50 52 50 52', volume: '3' });
    expect(emissions.some(({ windowStartMs }) => windowStartMs === 1000)).to.equal(false);
  });

  it('lets the later-dated correction win and a cancel beat both (C14)', () => {
    const first: MarketEvent[] = [
      aTrade('a', 500, '50x1', { seq: 1 }),
      aCorrect('c9', 'a', 800, '52x1'),
      aCorrect('c1', 'a', 700, '51x1'),
    ];
    const [, emissions] = drive(createBarSeries(aConfig()), first);
    expect(bar(lastOf(emissions, 0))).to.include({ ohlc: '52 52 52 52' });
    const [verdicts, cancelled] = drive(createBarSeries(aConfig()), [
      ...first,
      { kind: 'cancel', id: 'x', ref: 'a' },
      aCorrect('c99', 'a', 900, '53x1'),
    ]);
    expect(bar(lastOf(cancelled, 0))).to.include({ ohlc: '- - - -', volume: '0' });
    expect(verdicts[4]).to.deep.equal({ verdict: 'applied', latePairs: [] });
  });

  it('forgets the records that no window needs and says so to the store', () => {
    const series = createBarSeries(aConfig());
    series.apply(aTrade('a', 500, '50x1'));
    series.takeEmissions();
    expect(series.takeDirtyParts().map(({ part }) => part)).to.deep.equal(['', 'r0']);
    expect(series.takeDirtyParts()).to.deep.equal([]);
    drive(series, [aTrade('b', 65_000, '50x1')]);
    const parts = series.takeDirtyParts();
    expect(parts.map(({ part, body }) => `${part} ${body === null}`)).to.deep.equal([
      ' false',
      'r0 true',
      'r65 false',
    ]);
    expect(() =>
      restoreBarSeries(aConfig(), [{ part: 'r1', body: new Uint8Array([49]) }]),
    ).to.throw('cut short');
  });

  it('remembers over a restart what it published, while a change is pending', () => {
    const series = createBarSeries(aConfig());
    drive(series, [aTrade('a', 500, '50x1')]);
    // Neither a price nor volume: counted, but nothing to publish.
    series.apply(aTrade('b', 600, '51x1', { priceOk: false, volOk: false }));
    const parts = series
      .takeDirtyParts()
      .flatMap(({ part, body }) => (body ? [{ part, body }] : []));
    const restored = restoreBarSeries(aConfig(), parts);
    expect(restored.takeEmissions()).to.deep.equal([]);
    restored.advance({ partitionClockMs: 0, idle: true });
    const final = restored.takeEmissions();
    expect(final.map(({ revision, status, n }) => [revision, status, n])).to.deep.equal([
      [2, 'final', 2],
    ]);
  });

  it('refuses window sizes that do not nest', () => {
    const sizes =
      (...sizesMs: number[]) =>
      () =>
        createBarSeries(aConfig({ sizesMs }));
    expect(sizes(1000, 1500)).to.throw('ascend');
    expect(sizes(60_000, 1000)).to.throw('ascend');
    expect(sizes(500)).to.throw('ascend');
    expect(sizes()).to.throw('1 to 9');
    expect(() => createBarSeries(aConfig({ updateMs: [] }))).to.throw('updateMs');
    expect(() => createBarSeries(aConfig({ graceMs: -1 }))).to.throw('>= 0');
  });
});
