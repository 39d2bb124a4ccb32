import { expect } from 'chai';
import { batchMood, lateMentions, type MentionRecord, type MoodBatch } from '../src/index.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const START_MS = 1_769_997_600_000; // a whole hour
const rule = { sizesMs: [60_000, HOUR_MS], graceMs: 600_000, correctionMs: 3_000_000 };
const moodRule = { halfLifeMs: HOUR_MS, buzzSizeMs: HOUR_MS, isSmall: () => true };

const posted = (id: string, atMs: number, more: Partial<MentionRecord> = {}): MentionRecord => ({
  eventId: id,
  op: 'CREATE',
  refEventId: null,
  sequence: null,
  instrumentId: 'i',
  postId: id,
  eventTimeUs: (START_MS + atMs) * 1000,
  source: 'world',
  sourceClass: 'SOCIAL',
  authorKey: `author of ${id}`,
  authorFollowers: null,
  authorSinceUs: null,
  contentHash: `text of ${id}`,
  simhash: '',
  label: 'POSITIVE',
  score: 1,
  confidence: 1,
  calibrated: false,
  modelId: 'rules',
  modelVersion: '1.0.0',
  symbolCount: 1,
  stuffed: false,
  skipped: null,
  ...more,
});

function windowOf(
  arrivals: readonly MentionRecord[],
  sizeMs: number,
  startMs = 0,
): MoodBatch | undefined {
  const { windows } = lateMentions(arrivals, rule);
  return batchMood(windows, moodRule).find(
    (one) => one.window_size_ms === sizeMs && one.window_start_ms === START_MS + startMs,
  );
}

describe('sentiment windows recomputed as a batch', () => {
  it('weighs by the age at the end of the window', () => {
    // Half an hour before the end: 2^-.5; at the start: 2^-1.
    const arrivals = [posted('a', 0), posted('b', HOUR_MS / 2, { score: -1, label: 'NEGATIVE' })];
    const hour = windowOf(arrivals, HOUR_MS);
    expect(hour?.raw.weight_sum).to.be.closeTo(0.5 + Math.SQRT1_2, 1e-12);
    expect(hour?.raw.sentiment).to.be.closeTo((0.5 - Math.SQRT1_2) / (0.5 + Math.SQRT1_2), 1e-12);
    expect(hour?.raw).to.deep.include({ bullishness_ratio: 0, agreement: 0, bull_share: 0.5 });
    expect(hour?.raw.bull_share_low).to.be.closeTo(0.094531, 1e-6); // Wilson, 1 of 2
  });

  it('counts 12 authors of one text as 10 + 10/11 + 10/12, and one of them twice as once', () => {
    const copies = Array.from({ length: 12 }, (_, i) =>
      posted(`c${String(i).padStart(2, '0')}`, i, { contentHash: 'same' }),
    );
    const again = posted('x', 50, { contentHash: 'same', authorKey: 'author of c00' });
    const hour = windowOf([...copies, again], HOUR_MS);
    expect(hour?.weighted.positive).to.be.closeTo(10 + 10 / 11 + 10 / 12, 1e-12);
    expect(hour?.near_duplicate_share).to.equal(1);
  });

  it('caps five posts of one author at 3 + 1/4 + 1/5', () => {
    const own = Array.from({ length: 5 }, (_, i) => posted(`p${i}`, i, { authorKey: 'a' }));
    const hour = windowOf(own, HOUR_MS);
    expect(hour?.weighted.positive).to.be.closeTo(3.45, 1e-12);
    expect(hour).to.deep.include({ effective_authors: 1, top_author_share: 1, author_count: 1 });
  });

  it('compares an hour with the weeks before and flags a loud one of few authors', () => {
    const weeks = [10, 12, 8, 11, 9, 10, 13, 10];
    const before = weeks.flatMap((n, week) =>
      Array.from({ length: n }, (_, i) => posted(`w${week}/${i}`, week * WEEK_MS + i)),
    );
    const now = Array.from({ length: 60 }, (_, i) =>
      posted(`now/${i}`, 8 * WEEK_MS + i, { authorKey: `a${i % 20}` }),
    );
    const hour = windowOf([...before, ...now], HOUR_MS, 8 * WEEK_MS);
    expect(hour?.buzz_z).to.be.closeTo(5.7099286379164695, 1e-9);
    expect(hour?.pump_flag).to.equal(true);
  });

  it('drops what is late for one size, and corrections of what is gone or moved', () => {
    const arrivals: MentionRecord[] = [
      posted('a', 0),
      posted('b', 60_000 + 3_600_000), // closes the first minute, to the millisecond
      posted('late', 59_999),
      posted('gone', 0, { op: 'CANCEL', refEventId: 'a' }),
      posted('moved', 3_599_999, { op: 'CORRECT', refEventId: 'b', postId: 'b', sequence: 1 }),
      posted('a', 0),
    ];
    const { late, counts } = lateMentions(arrivals, rule);
    expect([...late].sort()).to.deep.equal(
      ['gone 60000', 'late 60000', 'moved 3600000', 'moved 60000'].sort(),
    );
    expect(counts).to.deep.equal({ applied: 4, deduped: 1, late: 1 });
    // The minute keeps what it accepted, the hour has it taken back.
    expect(windowOf(arrivals, 60_000)?.n).to.equal(1);
    expect(windowOf(arrivals, HOUR_MS)?.n).to.equal(1);
  });
});
