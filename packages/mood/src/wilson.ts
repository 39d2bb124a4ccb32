/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** 95 % interval of a share of `n` voices, n > 0 and not necessarily whole (Wilson 1927). */
export function wilsonInterval(
  share: number,
  n: number,
): { readonly low: number; readonly high: number } {
  const scale = 1 + (Z * Z) / n;
  const centre = (share + (Z * Z) / (2 * n)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  // At shares of 0 and 1 the bound is exactly that, but for rounding.
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
