import type { MarketData } from '@groundswell/schemas';
import { touches, type GapSpan } from './source-health.ts';
import { isoMs } from './time.ts';

/** One cell of the completeness strip: a window of one source. */
export interface StripCell {
  readonly startMs: number;
  /**
   * `full` 100 %, `most` >= 99 %, `some` >= 90 %, `few` below; `gap` a hole of unknown or open extent; `open` still provisional;
   * `none` nothing was expected or seen.
   */
  readonly level: 'full' | 'most' | 'some' | 'few' | 'gap' | 'open' | 'none';
  /** A correction or a late event has changed it. */
  readonly isNotched: boolean;
  readonly title: string;
}

/** Cells of one stream over the windows from `firstMs` on; share = seen / (seen + missing). */
export function completenessCells(
  bars: ReadonlyMap<number, MarketData>,
  gaps: readonly GapSpan[],
  stream: { readonly source: string; readonly symbol: string },
  span: { readonly firstMs: number; readonly count: number; readonly sizeMs: number },
): readonly StripCell[] {
  return Array.from({ length: span.count }, (_, index) => {
    const startMs = span.firstMs + index * span.sizeMs;
    const holes = gaps.filter((gap) => touches(gap, stream, startMs, startMs + span.sizeMs));
    return cellOf(startMs, bars.get(startMs) ?? null, holes);
  });
}

function cellOf(startMs: number, bar: MarketData | null, holes: readonly GapSpan[]): StripCell {
  const isNotched =
    bar !== null && (bar.late_count > 0 || bar.status === 'REVISED' || bar.cause !== 'UPDATE');
  const open = holes.filter(({ closed }) => !closed);
  const missing = open.reduce((sum, hole) => sum + (hole.missing ?? Infinity), 0);
  const level = open.length > 0 ? levelOfShare(bar?.n ?? 0, missing) : levelOfBar(bar);
  return { startMs, level, isNotched, title: titleOf(level, bar, missing) };
}

/** A window whose missing events outnumber what 90 % allows reads as a hole, not as a paler shade. */
function levelOfShare(seen: number, missing: number): StripCell['level'] {
  const share = seen / (seen + missing);
  if (!(share > 0)) return 'gap';
  if (share >= 0.99) return 'most';
  if (share >= 0.9) return 'some';
  return 'gap';
}

function levelOfBar(bar: MarketData | null): StripCell['level'] {
  if (bar === null || bar.n === 0) return 'none';
  return bar.status === 'PROVISIONAL' ? 'open' : 'full';
}

function titleOf(level: StripCell['level'], bar: MarketData | null, missing: number): string {
  const seen = bar === null ? 'no trades' : `${String(bar.n)} trades`;
  const late = bar === null || bar.late_count === 0 ? '' : `, ${String(bar.late_count)} late`;
  if (level === 'gap' || level === 'some' || level === 'most') {
    const hole = Number.isFinite(missing) ? `${String(missing)} missing` : 'a hole of unknown size';
    return `${seen}${late}, ${hole}`;
  }
  return `${seen}${late}${level === 'open' ? ', still open' : ''}`;
}

/** Bars by window start, epoch ms. */
export function byStart(bars: readonly MarketData[]): ReadonlyMap<number, MarketData> {
  return new Map(bars.map((bar) => [isoMs(bar.window_start), bar]));
}

/** Share of the windows between first and last bar that are complete and final, 0..1; null without any. */
export function completeShare(cells: readonly StripCell[]): number | null {
  const judged = cells.filter(({ level }) => level !== 'none' && level !== 'open');
  if (judged.length === 0) return null;
  return judged.filter(({ level }) => level === 'full').length / judged.length;
}

/** One row of the strip. */
export interface StripRow {
  readonly source: string;
  readonly cells: ReadonlyMap<number, StripCell>;
}

/**
 * Cells of a source of posts: complete where the watermark has passed and no hole is known, whether or not it wrote about this symbol.
 * @param late windows that a late post changed, by start, epoch ms
 */
export function postCells(
  source: string,
  gaps: readonly GapSpan[],
  watermarkMs: number | null,
  late: ReadonlySet<number>,
  span: { readonly firstMs: number; readonly count: number; readonly sizeMs: number },
): readonly StripCell[] {
  const own = gaps.filter((gap) => gap.source === source && !gap.closed);
  return Array.from({ length: span.count }, (_, index): StripCell => {
    const startMs = span.firstMs + index * span.sizeMs;
    const endMs = startMs + span.sizeMs;
    const isHole = own.some((gap) => gap.fromMs < endMs && gap.toMs > startMs);
    const isPassed = watermarkMs !== null && endMs <= watermarkMs;
    const level = isHole ? 'gap' : isPassed ? 'full' : 'open';
    const title = isHole ? 'a hole' : isPassed ? 'complete' : 'still open';
    return { startMs, level, isNotched: late.has(startMs), title };
  });
}
