import { expect } from 'chai';
import fc from 'fast-check';
import type { MoodSeriesJson } from '@groundswell/schemas';
import { explainMood, moodFields, moodFigure } from '../../src/lib/explain-mood.ts';
import { moodBarOf } from '../../src/lib/mood-bar.ts';
import { flagOf, moodCell, moodTrust } from '../../src/lib/mood-cell.ts';
import { moodPointsOf } from '../../src/lib/mood-points.ts';
import { moodSignals } from '../../src/lib/mood-signals.ts';
import {
  currentWindow,
  halfInterval,
  readingOf,
  shareOfVoice,
  shrunkMean,
  type SentimentData,
} from '../../src/lib/mood.ts';
import { rowsInSight } from '../../src/lib/virtual-rows.ts';
import { fakeMood } from '../support/fake-mood.ts';

const T = Date.UTC(2026, 10, 21, 14, 30);
const SIZE = 300_000;

function aWindow(
  change: Partial<SentimentData> & {
    readonly at?: number;
    readonly mood?: number;
    readonly posts?: number;
  } = {},
): SentimentData {
  const { at = 0, mood = 0.4, posts = 20, ...more } = change;
  const item = fakeMood('crypto:TIDE-USD', SIZE, T + at * SIZE, {
    ...{ mood, n: posts, isBrigade: false, buzz: null, revision: 3, isRevised: false },
    nowMs: T + at * SIZE + 60_000,
  });
  return { ...(item.data as SentimentData), ...more };
}

const series = (change: Partial<MoodSeriesJson>): MoodSeriesJson => ({
  ...aWindow().weighted,
  ...change,
});

describe('mood of a window', () => {
  it('draws few posts to the mean of the market (S62)', () => {
    // s (.8, -.2, .5), w (1, .5, 2): S .485714; with m .1: (1.7 + .5) / 8.5
    const three = series({ sentiment: 0.485714285714, weight_sum: 3.5 });
    expect(shrunkMean(three, 0.1)).to.be.closeTo(0.258824, 1e-6);
    expect(shrunkMean(three, null)).to.be.closeTo(0.2, 1e-6);
    expect(shrunkMean(series({ sentiment: null }), 0.1)).to.equal(null);
  });

  it('never lets two posts lead the order', () => {
    const two = shrunkMean(series({ sentiment: 1, weight_sum: 2 }), 0);
    const many = shrunkMean(series({ sentiment: 0.5, weight_sum: 40 }), 0);
    expect(two).to.be.lessThan(many ?? 0);
  });

  it('has an interval of 1.96 standard errors', () => {
    // .309047 / sqrt(2.3333) = .20232
    const half = halfInterval(series({ dispersion: 0.309047, n_eff: 2.3333 }));
    expect(half).to.be.closeTo(1.96 * 0.20232, 1e-4);
    expect(halfInterval(series({ n_eff: 0 }))).to.equal(null);
  });

  it('shows nothing below three scored posts and says what it needs', () => {
    const reading = readingOf(aWindow({ posts: 4, skipped_count: 2 }), 'weighted');
    expect(reading).to.include({ score: null, needs: 'needs 3 scored posts, has 2' });
    expect(moodBarOf(reading, 100)).to.equal(null);
  });

  it('names the other weighting only where they differ by more than 0.1', () => {
    const far = aWindow({ raw_minus_weighted: 0.2, raw: series({ sentiment: 0.6 }) });
    expect(readingOf(far, 'weighted').other).to.equal(0.6);
    expect(readingOf(far, 'raw').other).to.equal(0.4);
    expect(readingOf(aWindow({ raw_minus_weighted: 0.1 }), 'weighted').other).to.equal(null);
  });

  it('takes the newest window with enough posts, at most one back', () => {
    const [first, second, third] = [aWindow(), aWindow({ at: 1 }), aWindow({ at: 2, posts: 1 })];
    expect(currentWindow([first, second, third])).to.equal(second);
    expect(currentWindow([first, aWindow({ at: 1, posts: 1 }), third])).to.equal(third);
    expect(currentWindow([])).to.equal(undefined);
  });

  it('shares the voice of the market', () => {
    expect(shareOfVoice(aWindow({ n: 5 }), aWindow({ n: 20 }))).to.equal(0.25);
    expect(shareOfVoice(aWindow(), undefined)).to.equal(null);
  });
});

describe('mood bar', () => {
  const reading = (score: number, half: number | null = null, other: number | null = null) => ({
    ...{ score, half, other, needs: null },
  });

  it('goes from the middle to the mean', () => {
    expect(moodBarOf(reading(0.5), 100)?.bar).to.eql({ x: 50, width: 25 });
    expect(moodBarOf(reading(-0.5), 100)?.bar).to.eql({ x: 25, width: 25 });
    expect(moodBarOf(reading(0), 100)?.bar).to.eql({ x: 50, width: 1 });
  });

  it('cuts the whisker off at the ends of the scale and puts the tick at the other mean', () => {
    const bar = moodBarOf(reading(0.9, 0.3, -0.2), 100);
    expect(bar?.whisker?.from).to.be.closeTo(80, 1e-9);
    expect(bar?.whisker?.to).to.equal(100);
    expect(bar?.tick).to.be.closeTo(40, 1e-9);
  });

  it('stays inside its box whatever comes', () => {
    const any = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(any, any, any, (score, half, other) => {
        const bar = moodBarOf(reading(score, Math.abs(half), other), 92);
        if (bar === null) return false;
        const ends = [bar.bar.x, bar.bar.x + bar.bar.width - 1, bar.tick ?? 0];
        ends.push(bar.whisker?.from ?? 0, bar.whisker?.to ?? 0);
        return ends.every((x) => x >= 0 && x <= 92);
      }),
    );
  });
});

describe('cell of mood', () => {
  const inputs = {
    windows: [aWindow()],
    hours: [],
    market: [],
    weighting: 'weighted' as const,
    gaps: [],
    behind: () => [],
    nowMs: T + 61_000,
  };

  it('holds texts, keys and trust of the same window', () => {
    const cell = moodCell(inputs);
    expect(cell).to.include({ score: '+0.40', buzz: '—', posts: '20', flag: null });
    expect(cell?.buzzTitle).to.equal('no hour has been counted yet');
    expect(cell?.trust.state).to.equal('provisional');
    expect(moodCell({ ...inputs, windows: [] })).to.equal(null);
  });

  it('says how many weeks a buzz lacks', () => {
    const hours = [aWindow({ buzz_z: null, buzz_hours: 2 })];
    expect(moodCell({ ...inputs, hours })?.buzzTitle).to.equal('needs 4 weeks of this hour, has 2');
  });

  it('is marked where a source of its posts has a hole', () => {
    const gap = { source: 'bluesky-world', stream: 'posts', missing: 9, reason: '', closed: false };
    const hole = { ...gap, fromMs: T + 1000, toMs: T + 2000 };
    expect(moodTrust(aWindow(), { ...inputs, gaps: [hole] }).state).to.equal('gap');
    const before = { ...gap, fromMs: T - 9000, toMs: T - 1 };
    expect(moodTrust(aWindow(), { ...inputs, gaps: [before] }).state).to.equal('provisional');
    const elsewhere = { ...hole, source: 'coinbase' };
    expect(moodTrust(aWindow(), { ...inputs, gaps: [elsewhere] }).state).to.equal('provisional');
  });

  it('flags a brigade by S68, and copies that moved the raw mean while no history is known', () => {
    expect(flagOf(aWindow({ pump_flag: true }))).to.equal('brigade');
    const moved = { raw_minus_weighted: 0.5, near_duplicate_share: 0.6 };
    expect(flagOf(aWindow(moved))).to.equal('copies');
    expect(flagOf(aWindow({ ...moved, near_duplicate_share: 0.2 }))).to.equal(null);
    expect(flagOf(aWindow({ ...moved, posts: 5 }))).to.equal(null);
  });
});

describe('signals of mood', () => {
  const nowMs = T + 3 * SIZE;

  it('tells a flip once, with where it came from', () => {
    const windows = [
      aWindow({ mood: -0.06 }),
      aWindow({ at: 1, mood: 0.47 }),
      aWindow({ at: 2, mood: 0.5 }),
    ];
    const found = moodSignals(windows, nowMs, 'UTC');
    expect(found.map(({ kind }) => kind)).to.eql(['flip']);
    expect(found[0]?.text).to.match(
      /^Mood crossed from −0\.06 to \+0\.47 in 10 min, agreement 0\.\d\d\.$/,
    );
  });

  it('calls neither a small crossing nor a rise on one side a flip', () => {
    expect(
      moodSignals([aWindow({ mood: -0.1 }), aWindow({ at: 1, mood: 0.1 })], nowMs, 'UTC'),
    ).to.eql([]);
    expect(
      moodSignals([aWindow({ mood: 0.1 }), aWindow({ at: 1, mood: 0.8 })], nowMs, 'UTC'),
    ).to.eql([]);
  });

  it('forgets what is older than an hour', () => {
    const windows = [aWindow({ mood: -0.4 }), aWindow({ at: 1, mood: 0.4 })];
    expect(moodSignals(windows, T + 3_600_000, 'UTC')).to.have.length(1);
    expect(moodSignals(windows, T + 3_600_000 + 2 * SIZE, 'UTC')).to.eql([]);
  });
});

describe('points of the mood pane', () => {
  const axis = { sizeMs: SIZE, stepMs: SIZE, fromMs: T, untilMs: T + 9 * SIZE };

  it('breaks the line where windows are missing and marks the last one before', () => {
    const windows = [aWindow(), aWindow({ at: 1 }), aWindow({ at: 4 })];
    const points = moodPointsOf(windows, axis);
    expect(points.map(({ data }) => data !== null)).to.eql([true, true, false, false, true]);
    expect(points.map(({ isEdge }) => isEdge)).to.eql([false, true, false, false, false]);
  });

  it('stands on every finer place that its window covers, and never beyond the last', () => {
    const points = moodPointsOf([aWindow()], { ...axis, stepMs: 60_000, untilMs: T + 120_000 });
    expect(points.map(({ startMs }) => startMs - T)).to.eql([0, 60_000, 120_000]);
  });

  it('begins with the axis', () => {
    const points = moodPointsOf([aWindow(), aWindow({ at: 1 })], { ...axis, fromMs: T + SIZE });
    expect(points.map(({ startMs }) => startMs)).to.eql([T + SIZE]);
  });
});

describe('explanation of mood', () => {
  it('adds up to the shown number, for 200 windows, raw and weighted', () => {
    const number = (text: string) => Number(text.replaceAll('−', '-').replaceAll(',', ''));
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.integer({ min: 3, max: 900 }),
        fc.constantFrom('raw', 'weighted'),
        (mood, posts, by) => {
          const data = aWindow({ mood, posts });
          const { formula, value } = explainMood(data, 'mood', by);
          const [, above = '', below = ''] = /= (\S+) \/ (\S+) =/.exec(formula) ?? [];
          const shown = number(value);
          // Both are rounded to .01: their quotient may be off by that over the sum, and .005 of its own.
          return Math.abs(number(above) / number(below) - shown) <= 0.0051 + 0.011 / number(below);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has every figure, and a reason where there is none', () => {
    for (const field of moodFields) {
      expect(moodFigure(aWindow(), field, 'weighted').formula, field).not.to.equal('');
      if (field === 'voices') continue;
      const none = moodFigure(aWindow({ posts: 1 }), field, 'weighted');
      expect(none.value, field).to.equal('—');
      expect(none.beside, field).to.match(/^needs /);
    }
  });

  it('counts from posts seen to posts counted', () => {
    const { path } = explainMood(aWindow({ posts: 118, skipped_count: 6 }), 'mood', 'weighted');
    const value = (name: string) => path.find((line) => line.name === name)?.value;
    expect([value('posts seen'), value('without a score'), value('counted')]).to.eql([
      '118',
      '−6',
      '112',
    ]);
  });
});

describe('rows in sight', () => {
  it('are those in the view and six more on each side', () => {
    expect(rowsInSight(0, 300, 30, 1000)).to.eql({ from: 0, to: 16 });
    expect(rowsInSight(3000, 300, 30, 1000)).to.eql({ from: 94, to: 116 });
    expect(rowsInSight(29_900, 300, 30, 1000)).to.eql({ from: 990, to: 1000 });
  });

  it('never leave the list', () => {
    expect(rowsInSight(-500, 300, 30, 4)).to.eql({ from: 0, to: 0 });
    expect(rowsInSight(99_999, 300, 30, 4)).to.eql({ from: 4, to: 4 });
    expect(rowsInSight(0, 300, 0, 4)).to.eql({ from: 0, to: 4 });
  });
});
