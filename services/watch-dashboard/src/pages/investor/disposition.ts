import { formatNumber, NOTHING } from '../../lib/format.ts';
import type { DispositionEffect, InvestorRecord } from './record.ts';

/** Odean 1998, 10,000 households 1991-96: PGR 0.1442 - PLR 0.0863 (features.md B1). */
export const PUBLISHED_MEAN = 0.1442 - 0.0863;
/** Chances to sell that each side needs before a ratio is shown (C12, B1). */
export const MIN_OPPORTUNITIES = 5;
/** Two-sided 95 % of the normal distribution. */
const Z95 = 1.96;

/** Point and band on the line -1..+1. */
export interface Estimate {
  readonly effect: DispositionEffect;
  readonly de: number;
  /** de -+ 1.96 se within [-1, 1]; null without a standard error. */
  readonly band: { readonly low: number; readonly high: number } | null;
}

/** What the panel shows of one trailing window. */
export interface DispositionView {
  /** Final after the local day; solid. */
  readonly day: DispositionEffect | null;
  /** With today so far; hollow. */
  readonly running: DispositionEffect | null;
  /** Full liquidations only, against rebalancing and tax selling. */
  readonly fullSale: DispositionEffect | null;
  /** The figure on top: the day-final one if it has its minimum sample, else the running one; null if neither. */
  readonly shown: Estimate | null;
  /** Whether `shown` is final. */
  readonly isFinal: boolean;
  /** Counts for table and sentence: those of `shown`, else the fullest known. */
  readonly counts: DispositionEffect | null;
}

/** Null if the record says nothing about this window: not known. */
export function dispositionView(
  record: Pick<InvestorRecord, 'disposition'>,
  windowDays: number,
): DispositionView | null {
  const of = (kind: DispositionEffect['kind']) =>
    record.disposition?.find((it) => it.kind === kind && it.window_days === windowDays) ?? null;
  const [day, running, fullSale] = [of('ODEAN_DAY'), of('RUNNING'), of('FULL_SALE_ONLY')];
  if (day === null && running === null) return null;
  const final = estimateOf(day);
  const shown = final ?? estimateOf(running);
  const counts = shown?.effect ?? running ?? day;
  return { day, running, fullSale, shown, isFinal: final !== null, counts };
}

/** Null below the minimum sample: the ratio is not shown, whatever the record says (P6). */
export function estimateOf(effect: DispositionEffect | null): Estimate | null {
  if (effect?.de == null || needsOf(effect) !== null) return null;
  return { effect, de: effect.de, band: bandOf(effect.de, effect.se) };
}

export function bandOf(de: number, se: number | null): Estimate['band'] {
  if (se === null || !Number.isFinite(se)) return null;
  const half = Z95 * Math.abs(se);
  return { low: clamp(de - half), high: clamp(de + half) };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}

/** Place of a value of -1..+1 as a share 0..1 of the line. */
export function placeOf(value: number): number {
  return (clamp(value) + 1) / 2;
}

/** What is missing below the minimum sample; null when nothing is. */
export function needsOf({ rg, rl, pg, pl }: DispositionEffect): string | null {
  const [gains, losses] = [rg + pg, rl + pl];
  if (gains >= MIN_OPPORTUNITIES && losses >= MIN_OPPORTUNITIES) return null;
  const min = String(MIN_OPPORTUNITIES);
  return `needs ${min} gains and ${min} losses on offer, has ${String(gains)} and ${String(losses)}`;
}

/** Counts of 100, as everybody reads them. */
export function sentenceOf({ pgr, plr }: DispositionEffect): string | null {
  if (pgr === null || plr === null) return null;
  const [gains, losses] = [pgr, plr].map((share) => String(Math.round(share * 100)));
  return `On days you sold something, you sold ${gains ?? ''} of 100 gains on offer and ${losses ?? ''} of 100 losses.`;
}

/** What the counts leave out; null when everything held had a price. */
export function leftOutOf({ unpriced }: DispositionEffect): string | null {
  if (unpriced === 0) return null;
  const what = unpriced === 1 ? 'holding had' : 'holdings had';
  return `${formatNumber(unpriced, { decimals: 0 })} ${what} no price on a day of sale and ${unpriced === 1 ? 'is' : 'are'} left out.`;
}

export function signed(value: number | null): string {
  return formatNumber(value, { decimals: 2, signed: true });
}

/** `95 % between +0.13 and +0.45 · t 3.6`. */
export function bandText({ effect, band }: Estimate): string {
  if (band === null) return 'no standard error';
  // 0 or 1 on both sides: the normal approximation has nothing to say.
  if (band.low === band.high) return 'no interval: each share is 0 or 1';
  const t = effect.t === null ? '' : ` · t ${formatNumber(effect.t, { decimals: 1 })}`;
  return `95\u2009% between ${signed(band.low)} and ${signed(band.high)}${t}`;
}

export function shareText(share: number | null): string {
  return share === null ? NOTHING : formatNumber(share, { decimals: 2 });
}

/** The picture as a sentence, for those who hear it. */
export function dispositionSentence({ shown, isFinal, running }: DispositionView): string {
  const mean = `Published mean ${signed(PUBLISHED_MEAN)}.`;
  if (shown === null) return `Line from −1 to +1 without a point. ${mean}`;
  const also = isFinal ? estimateOf(running) : null;
  const today = also === null ? '' : ` With today so far ${signed(also.de)}.`;
  return `${signed(shown.de)} on a line from −1 to +1, ${bandText(shown)}.${today} ${mean}`;
}
