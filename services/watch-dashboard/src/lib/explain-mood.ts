import { explainPath, revisionsPath } from './api.ts';
import { factsOf, type Explanation, type ExplanationLine } from './explain.ts';
import { formatCount, formatNumber, formatShare, NOTHING } from './format.ts';
import { buzzNeeds, buzzText, moodText } from './mood-cell.ts';
import {
  halfInterval,
  readingOf,
  scoredCount,
  type SentimentData,
  type Weighting,
} from './mood.ts';
import { symbolOf } from './source-health.ts';
import { sizeText } from './time.ts';

/** Figures of a window of mood that can be explained. */
export type MoodField = 'mood' | 'difference' | 'agreement' | 'buzz' | 'voices';

export const moodFields: readonly MoodField[] = [
  'mood',
  'difference',
  'agreement',
  'buzz',
  'voices',
];

export interface MoodFigure {
  readonly field: MoodField;
  readonly label: string;
  readonly value: string;
  /** Unit or second figure beside it. */
  readonly beside: string;
  readonly formula: string;
  readonly rule: string;
}

/** @param data the hour for `buzz`, else the window that is looked at */
export function moodFigure(data: SentimentData, field: MoodField, by: Weighting): MoodFigure {
  const reading = readingOf(data, by);
  const series = data[by];
  const hasScore = reading.score !== null;
  switch (field) {
    case 'mood': {
      const half = hasScore ? halfInterval(series) : null;
      const spread = half === null ? '' : `±${formatNumber(half, { decimals: 2 })}`;
      return {
        ...{ field, label: `Mood ${sizeText(data.window_size_ms)}`, rule: 'S61, S62' },
        value: moodText(reading.score),
        beside: reading.needs ?? spread,
        formula: hasScore
          ? `S = Σ w·s / Σ w = ${two((series.sentiment ?? 0) * series.weight_sum)} / ${two(series.weight_sum)} = ${moodText(series.sentiment)}${spread === '' ? '' : ` ${spread}`}`
          : (reading.needs ?? ''),
      };
    }
    case 'difference':
      return {
        ...{ field, label: 'Raw − weighted', rule: 'S60, S68' },
        value: hasScore ? moodText(data.raw_minus_weighted) : NOTHING,
        beside: reading.needs ?? `raw ${moodText(data.raw.sentiment)}`,
        formula: `${moodText(data.raw.sentiment)} − (${moodText(data.weighted.sentiment)}) = ${moodText(data.raw_minus_weighted)}`,
      };
    case 'agreement': {
      const polar = data.raw.positive + data.raw.negative;
      return {
        ...{ field, label: 'Agreement', rule: 'S62' },
        value: hasScore ? formatNumber(series.agreement, { decimals: 2 }) : NOTHING,
        beside:
          reading.needs ??
          `${formatCount(Math.round(polar))} of ${formatCount(scoredCount(data))} polar`,
        formula: `A = 1 − √(1 − B²), B = (M+ − M−) / M = (${two(series.positive)} − ${two(series.negative)}) / ${two(series.positive + series.negative)}`,
      };
    }
    case 'buzz':
      return {
        ...{ field, label: 'Buzz', rule: 'S62' },
        value: buzzText(data),
        beside: buzzNeeds(data) ?? 'z, hour of week',
        formula: `z = (ln(1 + n) − median) / max(1.4826 MAD, 0.3), n = ${formatCount(data.n)}, median and MAD of ${formatCount(data.buzz_hours)} such hours`,
      };
    case 'voices':
      return {
        ...{ field, label: 'Voices', rule: 'S67' },
        value: formatNumber(data.effective_authors, { decimals: 0 }),
        beside: 'effective authors',
        formula: `(Σ W)² / Σ W² over ${formatCount(data.author_count)} authors = ${two(data.effective_authors)}`,
      };
  }
}

export function explainMood(data: SentimentData, field: MoodField, by: Weighting): Explanation {
  const figure = moodFigure(data, field, by);
  const name = field === 'mood' ? `mood, ${by}` : figure.label.toLowerCase();
  return {
    value: figure.value,
    about: `${symbolOf(data.instrument_id)} · ${name} · ${sizeText(data.window_size_ms)}`,
    window: data,
    pathTitle: 'From posts to number',
    path: pathOf(data, by),
    formula: figure.formula,
    sources: Object.entries(data.counts).map(([source, count]) => ({ name: source, count })),
    revisionsPath: revisionsPath(data),
    explainPath: explainPath(data),
    figureName: figure.label,
    figureOf: (value) =>
      moodFigure({ ...data, ...(value as Partial<SentimentData>) }, field, by).value,
    facts: [
      { name: 'Model', value: data.models.length === 0 ? NOTHING : data.models.join(', ') },
      ...factsOf(data, figure.rule),
    ],
    postCount: data.n,
  };
}

function pathOf(data: SentimentData, by: Weighting): readonly ExplanationLine[] {
  const skipped = data.skipped_count;
  return [
    { name: 'posts seen', rule: null, value: formatCount(data.n) },
    {
      name: 'without a score',
      rule: 'S3',
      value: skipped === 0 ? '0' : `\u2212${formatCount(skipped)}`,
    },
    { name: 'counted', rule: null, value: formatCount(scoredCount(data)), isTotal: true },
    {
      name: 'in clusters of copies',
      rule: 'S64',
      value: data.near_duplicate_share === null ? NOTHING : formatShare(data.near_duplicate_share),
    },
    { name: 'late', rule: 'W3', value: formatCount(data.late_count) },
    { name: 'Σ w', rule: by === 'raw' ? 'S61' : 'S61, S64–S66', value: two(data[by].weight_sum) },
    {
      name: 'effective, n_eff',
      rule: 'S62',
      value: formatNumber(data[by].n_eff, { decimals: 1 }),
      isTotal: true,
    },
  ];
}

function two(value: number | null): string {
  return formatNumber(value, { decimals: 2 });
}
