/**
 * Realised volatility: sqrt of the summed squared log returns between consecutive closes, no mean removed (M7, C11).
 * Closes that are not positive have no logarithm and are passed over.
 * @param closes in time order, any unit (ratios only); existing bars only, never forward-filled
 */
export function realisedVolatility(closes: Iterable<number>): {
  readonly realisedVolatility: number | null;
  readonly returnCount: number;
} {
  let previous: number | null = null;
  let squares = 0;
  let returnCount = 0;
  for (const close of closes) {
    if (!(close > 0)) continue;
    if (previous !== null) {
      squares += Math.log(close / previous) ** 2;
      returnCount += 1;
    }
    previous = close;
  }
  return { realisedVolatility: returnCount === 0 ? null : Math.sqrt(squares), returnCount };
}

/**
 * Scale to a year (M7); null without a return (C12).
 * @param periodsPerYear 252 x 390 for US minutes, 525,600 for crypto minutes
 */
export function annualVolatility(
  realised: number | null,
  returnCount: number,
  periodsPerYear: number,
): number | null {
  if (realised === null || returnCount === 0) return null;
  return realised * Math.sqrt(periodsPerYear / returnCount);
}
