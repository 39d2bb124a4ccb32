import { expect } from 'chai';
import fc from 'fast-check';
import {
  moodValues,
  openMoodWindows,
  type Applied,
  type MoodConfig,
  type MoodEmission,
  type MoodEvent,
} from '../src/index.ts';
import { aRecord, START_MS } from './builders.ts';

const GRACE_MS = 500;

/** Small nested windows, so that a few dozen events cross many of them. */
function config(correctionMs: number): MoodConfig {
  return {
    sizesMs: [1000, 4000, 12_000],
    graceMs: GRACE_MS,
    correctionMs,
    idleMs: 300,
    updateMs: [0, 300, 2000],
    buzzSizeMs: 12_000,
    halfLifeMs: 5000,
    maxRecords: 6,
  };
}

/** One generated step; times move from the newest so far, mostly to the edges of the drop rule. */
const step = fc.record({
  kind: fc.constantFrom('mention', 'mention', 'mention', 'mention', 'cancel', 'correct'),
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
  score: fc.integer({ min: -2, max: 2 }),
  text: fc.nat(3),
  author: fc.nat(3),
  target: fc.nat(30),
  seq: fc.option(fc.nat(3), { nil: null }),
  moves: fc.constantFrom(false, false, false, true),
  /** What the host does after the event. */
  host: fc.constantFrom('none', 'none', 'commit', 'store', 'idle', 'partition'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const steps = fc.array(step, { maxLength: 50 });
const corrections = fc.constantFrom(0, 1500, 6000);

function toEvents(log: readonly Step[], correctionMs: number): MoodEvent[] {
  const accept = GRACE_MS + correctionMs;
  const edges = { 'accept-1': accept - 1, accept, 'accept+1': accept + 1 };
  const times: number[] = [];
  let newestMs = 20_000;
  return log.map((one, index) => {
    const moveMs = typeof one.move === 'number' ? one.move : edges[one.move];
    // Back and forth: the accept steps also come as disorder.
    let atMs = Math.max(0, newestMs + (one.target % 2 === 0 ? moveMs : -moveMs));
    const target = one.target % Math.max(1, index);
    const ref = `e${target}`;
    if (one.kind === 'cancel') return { kind: 'cancel', id: `e${index}`, ref };
    // A mention that was scored again keeps its time; some corrections try to move it.
    if (one.kind === 'correct' && !one.moves) atMs = times[target] ?? atMs;
    const record = aRecord(one.kind === 'correct' ? ref : `e${index}`, atMs, {
      score: one.score / 2,
      label: one.score > 0 ? 'POSITIVE' : one.score < 0 ? 'NEGATIVE' : 'NEUTRAL',
      authorKey: `a${one.author}`,
      contentHash: one.text === 0 ? `own ${index}` : `t${one.text}`,
    });
    if (one.kind === 'correct')
      return { kind: 'correct', id: `e${index}`, ref, seq: one.seq, record };
    times[index] = atMs;
    newestMs = Math.max(newestMs, atMs);
    return { kind: 'mention', id: `e${index}`, seq: null, record };
  });
}

interface Run {
  readonly applied: readonly Applied[];
  readonly emissions: readonly MoodEmission[];
  readonly store: ReadonlyMap<string, string>;
}

/**
 * A host: applies, commits now and then, and ends idle. At event `crashAt` it loses what it did since the last commit, is
 * restored from its store and reads again from there.
 */
function drive(
  events: readonly MoodEvent[],
  log: readonly Step[],
  cfg: MoodConfig,
  crashAt = -1,
): Run {
  let windows = openMoodWindows(cfg, true, []);
  const store = new Map<string, Uint8Array>();
  const emissions: MoodEmission[] = [];
  const applied: Applied[] = [];
  let next = 0;
  const publish = (idle: boolean, partitionClockMs: number): void => {
    windows.advance({ idle, partitionClockMs, wallClockMs: Infinity });
    emissions.push(...windows.takeEmissions());
  };
  const commit = (upTo: number): void => {
    for (const { part, body } of windows.takeDirtyParts()) {
      if (body === null) expect(store.delete(part), `delete ${part}`).to.equal(true);
      else store.set(part, body);
    }
    next = upTo;
  };
  let crashed = false;
  for (let index = 0; index < events.length; index += 1) {
    if (index === crashAt && !crashed) {
      crashed = true;
      const parts = [...store].reverse().map(([part, body]) => ({ part, body }));
      windows = openMoodWindows(cfg, true, parts);
      index = next;
    }
    const event = events[index]!;
    applied[index] = windows.apply(event);
    const host = log[index]?.host ?? 'none';
    if (host === 'none') continue;
    const ahead = event.kind === 'mention' ? event.record.eventTimeUs / 1000 + 1000 : 0;
    // `store` commits what was counted and leaves its publication for later.
    if (host !== 'store') publish(host === 'idle', host === 'partition' ? ahead : 0);
    commit(index + 1);
  }
  publish(true, 0);
  commit(events.length);
  const stored = [...store].map(([part, body]) => [part, new TextDecoder().decode(body)] as const);
  return { applied, emissions, store: new Map(stored.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

const keyOf = (one: MoodEmission): string => `${one.windowSizeMs} ${one.windowStartMs}`;
const latest = (emissions: readonly MoodEmission[]): Map<string, MoodEmission> =>
  new Map(emissions.map((emission) => [keyOf(emission), emission]));

describe('the windows of an instrument, for any log', () => {
  it('number revisions without gaps and never repeat an unchanged value (P5)', () => {
    fc.assert(
      fc.property(steps, corrections, (log, correctionMs) => {
        const { emissions } = drive(toEvents(log, correctionMs), log, config(correctionMs));
        const before = new Map<string, MoodEmission>();
        for (const emission of emissions) {
          const last = before.get(keyOf(emission));
          before.set(keyOf(emission), emission);
          expect(emission.revision).to.equal((last?.revision ?? 0) + 1);
          if (last === undefined) {
            expect(emission.values.n).to.be.greaterThan(0);
            expect(emission.status).not.to.equal('revised');
            continue;
          }
          if (last.status === emission.status)
            expect(emission.values).not.to.deep.equal(last.values);
          if (last.status !== 'provisional') expect(emission.status).to.equal('revised');
          expect(emission.watermarkMs).to.be.at.least(last.watermarkMs);
        }
        for (const { status } of before.values()) expect(status).not.to.equal('provisional');
      }),
      { numRuns: 300 },
    );
  });

  it('continue from their stored parts at any cut as if nothing had happened (P6)', () => {
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
      { numRuns: 300 },
    );
  });

  it('give the same verdicts and values however the log is cut into batches (I6)', () => {
    fc.assert(
      fc.property(steps, corrections, (log, correctionMs) => {
        const cfg = config(correctionMs);
        const events = toEvents(log, correctionMs);
        const cut = drive(events, log, cfg);
        const uncut = drive(events, [], cfg);
        expect(cut.applied).to.deep.equal(uncut.applied);
        for (const [key, one] of latest(uncut.emissions)) {
          expect(latest(cut.emissions).get(key)?.values, key).to.deep.equal(one.values);
        }
      }),
      { numRuns: 250 },
    );
  });
});

describe('the windows of an instrument over weeks', () => {
  const hours: MoodConfig = {
    ...config(6000),
    sizesMs: [60_000, 3_600_000],
    updateMs: [0, 0],
    buzzSizeMs: 3_600_000,
    maxRecords: 1000,
  };
  const WEEK_MS = 604_800_000;

  /** Mentions per week, all in the same hour of the week; a restart after every one. */
  function play(counts: readonly number[]): MoodEmission {
    let parts = new Map<string, Uint8Array>();
    let hour: MoodEmission | undefined;
    for (const [week, count] of counts.entries()) {
      for (let nth = 0; nth < count; nth += 1) {
        const windows = openMoodWindows(
          hours,
          true,
          [...parts].map(([part, body]) => ({ part, body })),
        );
        const record = aRecord(`${week}/${nth}`, week * WEEK_MS + nth * 1000);
        windows.apply({ kind: 'mention', id: record.postId, seq: null, record });
        windows.advance({ partitionClockMs: START_MS, idle: false, wallClockMs: 0 });
        for (const one of windows.takeEmissions()) if (one.windowSizeMs === 3_600_000) hour = one;
        for (const { part, body } of windows.takeDirtyParts()) {
          if (body === null) parts.delete(part);
          else parts = parts.set(part, body);
        }
      }
    }
    return hour!;
  }

  it('compare an hour with the same hour of the weeks before, silent ones included', () => {
    const last = play([4, 0, 5, 3, 0, 30]);
    expect(last.values).to.deep.include({ n: 30, buzzHours: 5 });
    const expected = moodValues(
      Array.from({ length: 30 }, (_, i) => aRecord(`5/${i}`, 5 * WEEK_MS + i * 1000)),
      { windowEndMs: last.windowEndMs, buzzHistory: [4, 0, 5, 3, 0] },
    ).buzzZ;
    expect(last.values.buzzZ).to.equal(expected);
    expect(play([4, 1, 5, 30]).values.buzzZ).to.equal(null);
  });

  it('look back eight weeks and no further', () => {
    expect(play([9, 1, 1, 1, 1, 1, 1, 1, 1, 2]).values.buzzHours).to.equal(8);
  });
});
