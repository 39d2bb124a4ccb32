import { expect } from 'chai';
import fc from 'fast-check';
import {
  createBarSeries,
  restoreBarSeries,
  type Applied,
  type BarConfig,
  type BarEmission,
  type BarSeries,
  type MarketEvent,
} from '../src/index.ts';
import { batch } from './batch.ts';
import { aConfig, aCorrect, aTrade } from './builders.ts';

const GRACE_MS = 500;

/** Small nested windows, so that a few dozen events cross many of them. */
function config(correctionMs: number): BarConfig {
  return aConfig({
    sizesMs: [1000, 4000, 12_000],
    graceMs: GRACE_MS,
    correctionMs,
    idleMs: 300,
    updateMs: [0, 300, 2000],
    volatilitySizeMs: 12_000,
  });
}

/** One generated step; times move from the newest so far, mostly to the edges of the drop rule. */
const step = fc.record({
  kind: fc.constantFrom('trade', 'trade', 'trade', 'trade', 'cancel', 'correct'),
  move: fc.constantFrom<number | 'accept-1' | 'accept' | 'accept+1'>(
    0,
    1,
    1,
    1000,
    -1,
    -400,
    -1000,
    -3999,
    'accept-1',
    'accept',
    'accept+1',
    7,
  ),
  price: fc.integer({ min: 1, max: 6 }),
  size: fc.constantFrom('1', '2.5', '0.00000001', '3'),
  seq: fc.option(fc.nat(3), { nil: null }),
  micros: fc.nat(999),
  priceOk: fc.constantFrom(true, true, true, false),
  volOk: fc.constantFrom(true, true, true, false),
  target: fc.nat(30),
  /** What the host does after the event. */
  host: fc.constantFrom('none', 'none', 'commit', 'store', 'idle', 'partition'),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const steps = fc.array(step, { maxLength: 60 });
const corrections = fc.constantFrom(0, 1500, 6000);

function toEvents(log: readonly Step[], correctionMs: number): MarketEvent[] {
  const accept = GRACE_MS + correctionMs;
  const edges = { 'accept-1': accept - 1, accept, 'accept+1': accept + 1 };
  let newestMs = 20_000;
  return log.map((one, index) => {
    const moveMs = typeof one.move === 'number' ? one.move : edges[one.move];
    // Back and forth: the accept steps also come as disorder.
    const tsMs = Math.max(0, newestMs + (one.target % 2 === 0 ? moveMs : -moveMs));
    const ref = `e${one.target % Math.max(1, index)}`;
    const { seq, priceOk, volOk } = one;
    const fields = { tsUs: tsMs * 1000 + one.micros, seq, priceOk, volOk };
    const text = `${one.price}x${one.size}`;
    if (one.kind === 'cancel') return { kind: 'cancel', id: `e${index}`, ref };
    if (one.kind === 'correct') return aCorrect(`e${index}`, ref, tsMs, text, fields);
    newestMs = Math.max(newestMs, tsMs);
    return aTrade(`e${index}`, tsMs, text, fields);
  });
}

interface Run {
  readonly applied: readonly Applied[];
  readonly emissions: readonly BarEmission[];
  readonly store: ReadonlyMap<string, string>;
}

/**
 * A host: applies, commits now and then, and ends idle. At event `crashAt` it loses what it did since the last commit, is
 * restored from its store and reads again from there.
 */
function drive(
  events: readonly MarketEvent[],
  log: readonly Step[],
  cfg: BarConfig,
  crashAt = -1,
): Run {
  let series: BarSeries = createBarSeries(cfg);
  const store = new Map<string, Uint8Array>();
  const emissions: BarEmission[] = [];
  const applied: Applied[] = [];
  let next = 0;
  const publish = (idle: boolean, partitionClockMs: number): void => {
    series.advance({ idle, partitionClockMs });
    emissions.push(...series.takeEmissions());
  };
  const commit = (upTo: number): void => {
    for (const { part, body } of series.takeDirtyParts()) {
      if (body === null) expect(store.delete(part), `delete ${part}`).to.equal(true);
      else store.set(part, body);
    }
    next = upTo;
  };
  let crashed = false;
  for (let index = 0; index < events.length; index += 1) {
    if (index === crashAt && !crashed) {
      crashed = true;
      series = restoreBarSeries(
        cfg,
        [...store].reverse().map(([part, body]) => ({ part, body })),
      );
      index = next;
    }
    const event = events[index]!;
    applied[index] = series.apply(event);
    const host = log[index]?.host ?? 'none';
    if (host === 'none') continue;
    const ahead = 'tsMs' in event ? event.tsMs + 1000 : 0;
    // `store` commits what was counted and leaves its publication for later.
    if (host !== 'store') publish(host === 'idle', host === 'partition' ? ahead : 0);
    commit(index + 1);
  }
  publish(true, 0);
  commit(events.length);
  const stored = [...store].map(([part, body]) => [part, new TextDecoder().decode(body)] as const);
  return { applied, emissions, store: new Map(stored.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

const keyOf = (bar: BarEmission): string => `${bar.windowSizeMs} ${bar.windowStartMs}`;

function latest(emissions: readonly BarEmission[]): Map<string, BarEmission> {
  return new Map(emissions.map((emission) => [keyOf(emission), emission]));
}

/** P1: the last published state of every window is its batch recomputation. */
function expectBatch(emissions: readonly BarEmission[], expected: ReturnType<typeof batch>): void {
  const published = latest(emissions);
  for (const [key, bar] of expected.bars) {
    const emission = published.get(key);
    if (bar.ohlc === null && emission === undefined) continue;
    expect(emission, key).not.to.equal(undefined);
    if (emission === undefined) continue;
    const { values } = emission;
    const ohlc = [values.openE18, values.highE18, values.lowE18, values.closeE18];
    expect(ohlc, key).to.deep.equal(bar.ohlc ?? [null, null, null, null]);
    expect(values.volumeE18, key).to.equal(bar.volumeE18);
    expect(values.count, key).to.equal(bar.count);
    expect(values.vwapE18, key).to.equal(bar.vwapE18);
    if (bar.realisedVolatility === null) expect(values.realisedVolatility).to.equal(null);
    else expect(values.realisedVolatility).to.be.closeTo(bar.realisedVolatility, 1e-9);
    published.delete(key);
  }
  const unknown = [...published.keys()].filter((key) => !expected.bars.has(key));
  expect(unknown).to.deep.equal([]);
}

describe('a bar series, for any log', () => {
  it('publishes in the end what a batch computes from the accepted pairs (P1)', () => {
    fc.assert(
      fc.property(steps, corrections, (log, correctionMs) => {
        const cfg = config(correctionMs);
        const events = toEvents(log, correctionMs);
        expectBatch(drive(events, log, cfg).emissions, batch(events, cfg));
      }),
      { numRuns: 400 },
    );
  });

  it('accepts or reports each (record, window) pair, by event time alone (P3)', () => {
    fc.assert(
      fc.property(steps, corrections, (log, correctionMs) => {
        const cfg = config(correctionMs);
        const events = toEvents(log, correctionMs);
        const expected = batch(events, cfg);
        const { applied } = drive(events, log, cfg);
        let clockMs = -1;
        for (const [index, event] of events.entries()) {
          if (event.kind === 'trade') clockMs = Math.max(clockMs, event.tsMs);
          const { verdict, latePairs } = applied[index]!;
          const isUnknown = latePairs[0]?.reason === 'unknown_target';
          const late = isUnknown ? cfg.sizesMs : latePairs.map((pair) => pair.windowSizeMs);
          const expectedLate = cfg.sizesMs.filter((size) =>
            expected.latePairs.has(`${event.id} ${size}`),
          );
          expect(late, event.id).to.deep.equal(expectedLate);
          expect(verdict).to.equal(late.length === cfg.sizesMs.length ? 'late' : 'applied');
          for (const pair of latePairs) {
            expect(pair.latenessMs).to.be.at.least(0);
            if (pair.reason !== 'window_closed') continue;
            const closesMs = pair.windowStartMs + pair.windowSizeMs + GRACE_MS + correctionMs;
            expect(pair.latenessMs).to.equal(clockMs - closesMs);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('loses nothing when disorder stays within the accepted time, and sorting changes nothing (P4)', () => {
    const trades = fc.array(fc.tuple(fc.nat(30_000), fc.nat(2000), step), { maxLength: 40 });
    fc.assert(
      fc.property(trades, (items) => {
        const cfg = config(1500);
        const sorted = items
          .map(([tsMs, delayMs, one], index) => ({
            arrivesMs: tsMs + delayMs,
            one,
            event: aTrade(`e${index}`, tsMs, `${one.price}x${one.size}`, {
              tsUs: tsMs * 1000 + one.micros,
              seq: one.seq,
              priceOk: one.priceOk,
              volOk: one.volOk,
            }),
          }))
          .sort((a, b) => a.event.tsMs - b.event.tsMs);
        const shuffled = [...sorted].sort((a, b) => a.arrivesMs - b.arrivesMs);
        const run = (order: typeof sorted): Run =>
          drive(
            order.map(({ event }) => event),
            order.map(({ one }) => one),
            cfg,
          );
        const a = run(shuffled);
        const b = run(sorted);
        expect(a.applied.flatMap(({ latePairs }) => latePairs)).to.deep.equal([]);
        const values = (emissions: readonly BarEmission[]): object =>
          Object.fromEntries(
            [...latest(emissions)].map(([key, bar]) => [key, bar.values] as const),
          );
        expect(values(a.emissions)).to.deep.equal(values(b.emissions));
      }),
      { numRuns: 200 },
    );
  });

  it('numbers revisions without gaps and never repeats an unchanged value (P5)', () => {
    fc.assert(
      fc.property(steps, corrections, (log, correctionMs) => {
        const { emissions } = drive(toEvents(log, correctionMs), log, config(correctionMs));
        const before = new Map<string, BarEmission>();
        for (const emission of emissions) {
          const last = before.get(keyOf(emission));
          before.set(keyOf(emission), emission);
          expect(emission.revision).to.equal((last?.revision ?? 0) + 1);
          if (last === undefined) {
            expect(emission.values.openE18).not.to.equal(null);
            expect(emission.status).not.to.equal('revised');
            continue;
          }
          const sameStatus = last.status === emission.status;
          if (sameStatus) expect(emission.values).not.to.deep.equal(last.values);
          if (last.status !== 'provisional') expect(emission.status).to.equal('revised');
          expect(emission.watermarkMs).to.be.at.least(last.watermarkMs);
        }
        for (const { status } of before.values()) expect(status).not.to.equal('provisional');
      }),
      { numRuns: 300 },
    );
  });

  it('continues from its stored parts at any cut as if nothing had happened (P6)', () => {
    fc.assert(
      fc.property(steps, corrections, fc.nat(), (log, correctionMs, crash) => {
        const cfg = config(correctionMs);
        const events = toEvents(log, correctionMs);
        const straight = drive(events, log, cfg);
        const crashed = drive(events, log, cfg, crash % (events.length + 1));
        expect(crashed.applied).to.deep.equal(straight.applied);
        expect(crashed.emissions).to.deep.equal(straight.emissions);
        expect([...crashed.store]).to.deep.equal([...straight.store]);
      }),
      { numRuns: 600 },
    );
  });

  it('gives the same verdicts and values however the log is cut into batches (I6)', () => {
    fc.assert(
      fc.property(steps, corrections, (log, correctionMs) => {
        const cfg = config(correctionMs);
        const events = toEvents(log, correctionMs);
        const cut = drive(events, log, cfg);
        const uncut = drive(events, [], cfg);
        expect(cut.applied).to.deep.equal(uncut.applied);
        for (const [key, bar] of latest(uncut.emissions)) {
          expect(latest(cut.emissions).get(key)?.values, key).to.deep.equal(bar.values);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('rolls small bars up to the large ones when nothing is late (P8)', () => {
    fc.assert(
      fc.property(steps, (log) => {
        const trades = log.map((one) => ({ ...one, kind: 'trade' as const, priceOk: true }));
        const cfg = config(60_000);
        const bars = latest(drive(toEvents(trades, 1500), trades, cfg).emissions);
        for (const large of bars.values()) {
          if (large.windowSizeMs === 1000) continue;
          const parts = [...bars.values()]
            .filter((bar) => bar.windowSizeMs === 1000)
            .filter(({ windowStartMs: at }) => at >= large.windowStartMs && at < large.windowEndMs)
            .sort((a, b) => a.windowStartMs - b.windowStartMs)
            .map(({ values }) => values);
          const highs = parts.map(({ highE18 }) => highE18 ?? 0n);
          expect(large.values.openE18).to.equal(parts[0]?.openE18);
          expect(large.values.closeE18).to.equal(parts.at(-1)?.closeE18);
          expect(large.values.highE18).to.equal(highs.reduce((a, b) => (a > b ? a : b)));
          expect(large.values.volumeE18).to.equal(
            parts.reduce((sum, { volumeE18 }) => sum + volumeE18, 0n),
          );
          expect(large.values.count).to.equal(parts.reduce((sum, { count }) => sum + count, 0));
        }
      }),
      { numRuns: 100 },
    );
  });
});
