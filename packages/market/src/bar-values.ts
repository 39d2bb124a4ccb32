import { ONE_E18, divideHalfEven } from '@groundswell/domain';
import type { Accumulator } from './accumulator.ts';

/** The published numbers of one bar (M1). The four prices are null together, when no print set a price. */
export interface BarValues {
  readonly openE18: bigint | null;
  readonly highE18: bigint | null;
  readonly lowE18: bigint | null;
  readonly closeE18: bigint | null;
  readonly volumeE18: bigint;
  /** Prints that count in volume. */
  readonly count: number;
  /** Exact quotient rounded once, half-even, to 8 decimals (C2); null without volume at a price (C12). */
  readonly vwapE18: bigint | null;
  /** From the 1 s closes inside the window; null on other sizes and without a return (M7). */
  readonly realisedVolatility: number | null;
  /** Returns behind it; null on sizes that carry no volatility. */
  readonly returnCount: number | null;
}

const VWAP_UNIT = 10n ** 8n;

export function barValues(
  acc: Accumulator,
  volatility: {
    readonly realisedVolatility: number | null;
    readonly returnCount: number;
  } | null,
): BarValues {
  const { first, last } = acc;
  const priced = first !== null && last !== null;
  return {
    openE18: priced ? first.priceE18 : null,
    highE18: priced ? acc.highE18 : null,
    lowE18: priced ? acc.lowE18 : null,
    closeE18: priced ? last.priceE18 : null,
    volumeE18: acc.volumeE18,
    count: acc.count,
    vwapE18: vwapE18(acc),
    realisedVolatility: volatility?.realisedVolatility ?? null,
    returnCount: volatility?.returnCount ?? null,
  };
}

/** As `roundE18(fraction, 8)`, without bringing the huge quotient to lowest terms first. */
function vwapE18(acc: Accumulator): bigint | null {
  const pricedVolumeE18 = acc.volumeE18 - acc.unpricedVolumeE18;
  if (pricedVolumeE18 <= 0n) return null;
  const units = divideHalfEven(acc.turnoverE36 * VWAP_UNIT, pricedVolumeE18 * ONE_E18);
  return units * (ONE_E18 / VWAP_UNIT);
}

export function sameValues(a: BarValues, b: BarValues): boolean {
  return (
    a.openE18 === b.openE18 &&
    a.highE18 === b.highE18 &&
    a.lowE18 === b.lowE18 &&
    a.closeE18 === b.closeE18 &&
    a.volumeE18 === b.volumeE18 &&
    a.count === b.count &&
    a.vwapE18 === b.vwapE18 &&
    a.realisedVolatility === b.realisedVolatility &&
    a.returnCount === b.returnCount
  );
}
