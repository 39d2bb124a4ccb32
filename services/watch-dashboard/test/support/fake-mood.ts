import { formatIsoUs } from '@groundswell/domain';
import type { LiveItem, MentionJson, MoodSeriesJson } from '@groundswell/schemas';
import type { SentimentData } from '../../src/lib/mood.ts';

const iso = (ms: number) => formatIsoUs(ms * 1000);
const GRACE_MS = 600_000;

export interface MoodPlan {
  /** Mood that the symbol ends at, -1..+1, and where it came from. */
  readonly mood: number;
  readonly from: number;
  readonly postsPerMinute: number;
  readonly buzz: number | null;
  readonly isBrigade?: boolean;
}

/** Windows of mood of one instrument that end at `nowMs`, for a gateway's channel. */
export function fakeMoods(
  id: string,
  sizeMs: number,
  plan: MoodPlan,
  nowMs: number,
  random: () => number,
): LiveItem[] {
  const count = sizeMs === 3_600_000 ? 3 : 130;
  const lastMs = Math.floor(nowMs / sizeMs) * sizeMs;
  let drift = 0;
  return Array.from({ length: count }, (_, index) => {
    const startMs = lastMs - (count - 1 - index) * sizeMs;
    const way = sizeMs === 60_000 ? 1 - (count - 1 - index) / 110 : index === count - 1 ? 1 : 0.75;
    const rise = 1 / (1 + Math.exp(-14 * (way - 0.66)));
    drift = drift * 0.9 + (random() - 0.5) * 0.06;
    const mood = plan.from + (plan.mood - plan.from) * rise + drift;
    const passed = Math.min(1, (nowMs - startMs) / sizeMs);
    const full = plan.postsPerMinute * (sizeMs / 60_000) * (0.6 + random() * 0.6 + rise * 0.7);
    const isLast = index === count - 1;
    return fakeMood(id, sizeMs, startMs, {
      mood,
      n: Math.max(0, Math.round(full * passed)),
      isBrigade: plan.isBrigade === true && isLast,
      buzz: sizeMs === 3_600_000 ? plan.buzz : null,
      revision: isLast ? 11 : 14,
      isRevised: plan.isBrigade !== true && sizeMs === 300_000 && index === count - 4,
      nowMs,
    });
  }).filter((item) => !isInPause(item, nowMs));
}

/** Half an hour ago nothing was read for eight minutes. */
function isInPause({ data }: LiveItem, nowMs: number): boolean {
  const { window_start, window_end } = data as SentimentData;
  const [from, to] = pauseOf(nowMs);
  return Date.parse(window_start) >= from && Date.parse(window_end) <= to;
}

export function pauseOf(nowMs: number): readonly [number, number] {
  const to = Math.floor((nowMs - 22 * 60_000) / 60_000) * 60_000;
  return [to - 8 * 60_000, to];
}

export interface FakeMood {
  readonly mood: number;
  readonly n: number;
  readonly isBrigade: boolean;
  readonly buzz: number | null;
  readonly revision: number;
  readonly isRevised: boolean;
  readonly nowMs: number;
}

export function fakeMood(
  id: string,
  sizeMs: number,
  startMs: number,
  { mood, n, isBrigade, buzz, revision, isRevised, nowMs }: FakeMood,
): LiveItem {
  const endMs = startMs + sizeMs;
  const isFinal = endMs + GRACE_MS < nowMs;
  const skipped = Math.floor(n * 0.02);
  const rawMood = isBrigade ? Math.min(0.9, mood + 0.59) : clip(mood + 0.03);
  const data: SentimentData = {
    event_time: iso(endMs - 1),
    ingest_time: iso(Math.min(nowMs, endMs)),
    feature_set: 'sentiment.window',
    entity: id,
    window_size_ms: sizeMs,
    window_start: iso(startMs),
    window_end: iso(endMs),
    lineage: 1,
    revision,
    status: isRevised ? 'REVISED' : isFinal ? 'FINAL' : 'PROVISIONAL',
    n,
    late_count: isRevised ? 4 : n > 60 ? 3 : 0,
    watermark: iso(Math.min(nowMs - 2400, endMs + GRACE_MS)),
    known_at: iso(Math.min(nowMs - 700, endMs + GRACE_MS + 900)),
    cause: isRevised ? 'LATE' : 'UPDATE',
    counts:
      n === 0 ? {} : { 'bluesky-world': Math.ceil(n * 0.72), 'news-world': Math.floor(n * 0.28) },
    instrument_id: id,
    raw: series(rawMood, n - skipped, 1),
    weighted: series(mood, n - skipped, isBrigade ? 0.12 : 0.55),
    raw_minus_weighted: n === 0 ? null : rawMood - clip(mood),
    skipped_count: skipped,
    author_count: Math.max(isBrigade ? 6 : 1, Math.round(n * (isBrigade ? 0.05 : 0.8))),
    unique_author_ratio: n === 0 ? null : isBrigade ? 0.05 : 0.8,
    effective_authors: n === 0 ? null : isBrigade ? 4.1 : n * 0.57,
    top_author_share: n === 0 ? null : 0.08,
    near_duplicate_share: n === 0 ? null : isBrigade ? 0.86 : 0.04,
    new_account_share: n === 0 ? null : 0.05,
    buzz_z: buzz,
    buzz_hours: buzz === null ? 1 : 8,
    pump_flag: isBrigade,
    pump_reasons: isBrigade ? ['unique_author_ratio', 'near_duplicate_share'] : [],
    approximate: false,
    models: ['social=rules@1.0.0'],
  };
  const key = `sentiment.window|${id}|${String(sizeMs)}|${String(startMs * 1000)}`;
  return { key, lineage: 1, ver: revision, data };
}

function series(mean: number, scored: number, weight: number): MoodSeriesJson {
  const mood = clip(mean);
  const positive = (scored * (1 + mood)) / 2.6;
  const negative = (scored * (1 - mood)) / 2.6;
  const ratio = positive + negative === 0 ? null : (positive - negative) / (positive + negative);
  return {
    sentiment: scored === 0 ? null : mood,
    weight_sum: scored * weight,
    n_eff: scored === 0 ? null : scored * 0.66,
    dispersion: scored === 0 ? null : 0.42,
    positive,
    neutral: scored - positive - negative,
    negative,
    bullishness_ratio: ratio,
    bullishness: Math.log((1 + positive) / (1 + negative)),
    agreement: ratio === null ? null : 1 - Math.sqrt(1 - ratio ** 2),
    disagreement: ratio === null ? null : Math.sqrt(1 - ratio ** 2),
    bull_share: ratio === null ? null : positive / (positive + negative),
    bull_share_low: null,
    bull_share_high: null,
  };
}

function clip(value: number): number {
  return Math.min(1, Math.max(-1, value));
}

/** `[1.9:…]` and `[-1.9:…]` are words that move the score by so much. */
const texts = [
  [
    0.72,
    '$TIDE guidance [1.9:raised] twice this quarter and the street is still asleep. I am [2.4:adding calls]',
  ],
  [-0.58, 'Nice pop but [-1.9:insiders sold] into it again. [-0.8:Not touching] $TIDE above 185'],
  [0.41, 'Rotating out of $MOSS into $TIDE, margins look [1.5:less ugly] [-0.4:than feared]'],
  [0.86, '$TIDE [2.6:to the moon], [1.4:can’t lose]'],
  [0.35, 'Tidewater Robotics [1.1:outflows ease] as second plant opens [1.3:ahead of plan]'],
  [0, 'Does $TIDE report on Thursday or Friday?'],
  [-0.33, 'Volume is [-1.2:drying up], this bounce [-1.0:looks tired] $TIDE'],
  [0.52, 'Order book of $TIDE [1.6:keeps growing], the quarter [0.9:looks good] to me'],
  [-0.46, '$TIDE [-1.7:downgraded] to hold, target [-0.9:cut] to 171'],
  [0.28, 'Holding $TIDE through the report, [0.9:like] the setup'],
  [0.61, 'Third robot line in Bremen [1.4:approved], that is [1.1:huge] for $TIDE'],
  [0.44, '$TIDE [1.2:breaking out] on volume, [0.8:strong] close so far'],
  [-0.21, 'Still [-0.7:overvalued] if you ask me, $TIDE at 40 times sales'],
  [0.57, 'Finally a [1.3:clean beat] from $TIDE, and they [1.5:raised] the year'],
] as const;
/** The one that a handful of accounts repeats. */
const COPIED = 3;

/** Posts about TIDE within the last minutes, newest last. */
export function fakePosts(id: string, nowMs: number, random: () => number): LiveItem[] {
  const items: LiveItem[] = [];
  for (let index = 0; index < 56; index += 1) {
    const [score, marked] = texts[index % texts.length] ?? texts[0];
    const timeMs = nowMs - 4000 - (55 - index) * 4700 - Math.floor(random() * 2000);
    items.push(fakePost(id, `p${String(index)}`, timeMs, score, marked));
    if (index % texts.length !== COPIED) continue;
    for (let copy = 1; copy <= 3; copy += 1) {
      const native = `p${String(index)}c${String(copy)}`;
      items.push(fakePost(id, native, timeMs + copy * 900, score, marked));
    }
  }
  return items;
}

export function fakePost(
  id: string,
  native: string,
  timeMs: number,
  score: number,
  marked: string,
): LiveItem {
  let text = '';
  const words: { start: number; end: number; contribution: number }[] = [];
  for (const [, plain = '', figure, word = ''] of marked.matchAll(
    /([^[]*)(?:\[(-?[\d.]+):([^\]]*)\])?/g,
  )) {
    text += plain;
    if (figure === undefined) continue;
    words.push({
      start: text.length,
      end: text.length + word.length,
      contribution: Number(figure),
    });
    text += word;
  }
  const symbol = `$${id.slice(7).replace('-USD', '')}`;
  const at = text.indexOf(symbol);
  const number =
    Array.from(native, (letter) => letter.charCodeAt(0)).reduce((sum, code) => sum * 31 + code, 7) %
    9973;
  const data: MentionJson = {
    event_id: `bluesky-world:${native}|${id}`,
    ...{ op: 'CREATE', ref_event_id: null, feed: null, sequence: null, event_time_nanos_rem: null },
    source: text.startsWith('Tidewater') ? 'news-world' : 'bluesky-world',
    event_time: iso(timeMs),
    ingest_time: iso(timeMs + 300),
    instrument_id: id,
    post_id: `bluesky-world:${native}`,
    post_revision: '1',
    source_class: 'SOCIAL',
    author_key: `a.${((number * 7919 + native.length * 131) % 65_536).toString(16).padStart(4, '0')}`,
    author_followers: number,
    author_since: null,
    content_hash: text.includes('moon') ? 'moon' : native,
    simhash: '',
    label: score > 0.05 ? 'POSITIVE' : score < -0.05 ? 'NEGATIVE' : 'NEUTRAL',
    score,
    ...{ p_neg: 0.1, p_neu: 0.2, p_pos: 0.7, confidence: 0.8, calibrated: false },
    ...{ model_id: 'rules', model_version: '1.0.0', skipped: null, is_primary: true },
    symbol_count: text.includes('$MOSS') && !id.includes('MOSS') ? 2 : 1,
    ...{ stuffed: false, resolution_confidence: 0.95, symbols_as_of: '2025-08-24' },
    target_start: at < 0 ? null : at,
    target_end: at < 0 ? null : at + symbol.length,
    text,
    words: words.filter(({ start, end }) => end <= at || at < 0 || start >= at + symbol.length),
  };
  return { key: `mention|bluesky-world:${native}|${id}`, lineage: 0, ver: 1, data };
}
