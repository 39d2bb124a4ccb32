import type { MoodConfig } from '@groundswell/mood';
import { batchMood, lateMentions } from '@groundswell/oracle';
import type { Mention, SymbolSentiment } from '@groundswell/schemas';
import { expect } from 'chai';
import fc from 'fast-check';
import { MoodOperator } from '../../src/core/mood-operator.ts';
import { aMention, mentionEvent, START_MS } from '../support/builders.ts';
import { expectWindow } from '../support/expect-window.ts';
import { Stored } from '../support/stored.ts';

const WEEK_MS = 604_800_000;

/** Small nested windows; the largest are a whole hour, so that weeks can be compared. */
const config: MoodConfig = {
  sizesMs: [60_000, 600_000, 3_600_000],
  graceMs: 30_000,
  correctionMs: 300_000,
  idleMs: 5_000,
  updateMs: [1000, 5000, 15_000],
  buzzSizeMs: 3_600_000,
  halfLifeMs: 3_600_000,
  maxRecords: 10_000,
};
const rule = {
  sizesMs: config.sizesMs,
  graceMs: config.graceMs,
  correctionMs: config.correctionMs,
};
const isSmall = (entity: string): boolean => entity === 'crypto:TIDE-USD';

const step = fc.record({
  kind: fc.constantFrom('mention', 'mention', 'mention', 'mention', 'cancel', 'correct', 'repeat'),
  entity: fc.constantFrom('crypto:TIDE-USD', 'crypto:TIDE-USD', 'market:all'),
  moveMs: fc.constantFrom(
    0,
    1,
    900,
    20_000,
    61_000,
    -1,
    -59_999,
    -330_000,
    -390_000,
    390_000,
    900_000,
    WEEK_MS,
  ),
  target: fc.nat(40),
  author: fc.nat(4),
  followers: fc.option(fc.constantFrom(0, 9, 999, 10 ** 7), { nil: null }),
  ageDays: fc.option(fc.constantFrom(3, 29.9, 30, 900), { nil: null }),
  text: fc.nat(5),
  bits: fc.option(fc.array(fc.nat(63), { maxLength: 13 }), { nil: null }),
  percent: fc.integer({ min: -100, max: 100 }),
  calibrated: fc.boolean(),
  symbolCount: fc.integer({ min: 1, max: 7 }),
  skipped: fc.constantFrom(false, false, false, true),
  sourceClass: fc.constantFrom('SOCIAL', 'NEWS'),
  source: fc.constantFrom('world', 'reddit'),
  seq: fc.option(fc.nat(2), { nil: null }),
  moves: fc.constantFrom(false, false, false, true),
  /** What the host does after the event. */
  host: fc.constantFrom('none', 'none', 'commit', 'commit', 'crash', 'idle'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function mentionOf(one: Step, id: string, eventTimeUs: number): Mention {
  const simhash = one.bits?.reduce((hash, bit) => hash ^ (1n << BigInt(bit)), 0n);
  return aMention({
    eventId: id,
    eventTimeUs,
    sequence: one.seq,
    source: one.source,
    sourceClass: one.sourceClass,
    authorKey: `a${one.author}`,
    authorFollowers: one.followers,
    authorSinceUs: one.ageDays === null ? null : eventTimeUs - one.ageDays * 86_400_000_000,
    contentHash: one.text === 0 ? `own ${id}` : `t${one.text}`,
    simhash: simhash === undefined ? '' : simhash.toString(16).padStart(16, '0'),
    label: one.percent > 20 ? 'POSITIVE' : one.percent < -20 ? 'NEGATIVE' : 'NEUTRAL',
    score: one.percent / 100,
    confidence: Math.abs(one.percent) / 100,
    calibrated: one.calibrated,
    symbolCount: one.symbolCount,
    stuffed: one.symbolCount > 5,
    skipped: one.skipped ? 'empty' : null,
  });
}

/** The log: what the windows and the oracle both read. */
function toLog(steps: readonly Step[]): readonly Mention[] {
  const records: Mention[] = [];
  let newestMs = START_MS;
  for (const [index, one] of steps.entries()) {
    const past = records[one.target % Math.max(1, index)];
    if (one.kind === 'repeat' && past !== undefined) {
      records.push(past);
      continue;
    }
    const id = `e${index}`;
    const target = past?.op === 'CREATE' ? past : undefined;
    const isNew = one.kind === 'mention' || one.kind === 'repeat';
    const atMs = newestMs + one.moveMs;
    const keeps = one.kind === 'correct' && !one.moves && target !== undefined;
    const record = mentionOf(one, id, keeps ? target.eventTimeUs : atMs * 1000 + (index % 1000));
    if (isNew) {
      newestMs = Math.max(newestMs, atMs);
      records.push({ ...record, instrumentId: one.entity });
      continue;
    }
    records.push({
      ...record,
      op: one.kind === 'cancel' ? 'CANCEL' : 'CORRECT',
      refEventId: target?.eventId ?? 'nobody',
      instrumentId: target?.instrumentId ?? one.entity,
      postId: target?.postId ?? record.postId,
    });
  }
  return records;
}

interface Run {
  readonly last: ReadonlyMap<string, SymbolSentiment>;
  readonly late: ReadonlySet<string>;
  readonly applied: number;
}

/**
 * The task around the operator: claims ids, applies, commits state and derived records together. A crash loses what was not committed; the
 * successor reads the same records again.
 */
async function drive(records: readonly Mention[], steps: readonly Step[]): Promise<Run> {
  const stored = new Stored();
  const seen = new Set<string>();
  const last = new Map<string, SymbolSentiment>();
  const late = new Set<string>();
  let applied = 0;
  let clockMs: number | null = null;
  let operator = new MoodOperator(config, isSmall);
  const transact = async (batch: readonly Mention[], idle: boolean, crashes: boolean) => {
    const fresh: Mention[] = [];
    for (const record of batch) {
      const known = seen.has(record.eventId) || fresh.some((one) => one.eventId === record.eventId);
      if (!known) fresh.push(record);
    }
    await operator.prepare(fresh.map(mentionEvent), stored);
    let clock = clockMs;
    const verdicts = fresh.map((record) => {
      const verdict = operator.apply(mentionEvent(record));
      const tsMs = Math.floor(record.eventTimeUs / 1000);
      if (verdict.verdict === 'applied') clock = Math.max(clock ?? tsMs, tsMs);
      return { record, ...verdict };
    });
    await operator.advance(
      { partitionClockMs: clock, broadcastClockMs: null, idle, wallClockMs: Infinity },
      stored,
    );
    const { state, derived } = operator.take();
    if (crashes) {
      operator = new MoodOperator(config, isSmall);
      return;
    }
    clockMs = clock;
    stored.put(state);
    for (const { record, verdict, latePairs } of verdicts) {
      seen.add(record.eventId);
      if (verdict === 'applied') applied += 1;
      for (const pair of latePairs) {
        const sizes = pair.windowSizeMs === 0 ? config.sizesMs : [pair.windowSizeMs];
        for (const size of sizes) late.add(`${record.eventId} ${size}`);
      }
    }
    for (const one of derived) {
      const record = one.build({ lineage: 1, knownAtUs: 1, positions: [] }) as SymbolSentiment;
      const known = last.get(one.valueKey);
      expect(record.revision, one.valueKey).to.equal((known?.revision ?? 0) + 1);
      last.set(one.valueKey, record);
    }
    expect(stored.text()).not.to.include('never in a window');
  };
  let batch: Mention[] = [];
  for (const [index, record] of records.entries()) {
    batch.push(record);
    const host = steps[index]?.host ?? 'none';
    if (host === 'none') continue;
    if (host === 'crash') await transact(batch, false, true);
    await transact(batch, false, false);
    batch = [];
    if (host === 'idle') await transact([], true, false);
  }
  await transact(batch, false, false);
  await transact([], true, false);
  return { last, late, applied };
}

describe('sentiment windows, for any log of mentions', () => {
  it('end as the oracle recomputes them, through crashes, repeats, corrections and silence (P1, P3)', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 45 }), async (steps) => {
        const records = toLog(steps);
        const verdicts = lateMentions(records, rule);
        const { last, late, applied } = await drive(records, steps);
        expect([...late].sort()).to.deep.equal([...verdicts.late].sort());
        expect(applied).to.equal(verdicts.counts.applied);
        const left = new Map(last);
        const moods = batchMood(verdicts.windows, {
          halfLifeMs: config.halfLifeMs,
          buzzSizeMs: config.buzzSizeMs,
          isSmall,
        });
        for (const expected of moods) {
          const { entity, window_size_ms, window_start_ms, n } = expected;
          const key = `sentiment.window|${entity}|${window_size_ms}|${window_start_ms}`;
          const record = left.get(key);
          left.delete(key);
          // All taken back before it was ever told: there is nothing to say.
          if (record === undefined && n === 0) continue;
          expect(record, key).not.to.equal(undefined);
          expectWindow(record!, expected);
          expect(record!.status).not.to.equal('PROVISIONAL');
        }
        expect([...left.keys()]).to.deep.equal([]);
      }),
      { numRuns: 150 },
    );
  });
});
