import { ONE_E18, SCALE, divideHalfEven } from './decimal.ts';
import { GroundswellError } from './errors.ts';

/** An exact rational number in lowest terms, denominator > 0. */
export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

export const ZERO: Fraction = { num: 0n, den: 1n };

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** @throws GroundswellError GW_DIVISION_BY_ZERO when `den` is 0 */
export function fraction(num: bigint, den = 1n): Fraction {
  if (den === 0n) {
    throw new GroundswellError('division by zero', {
      code: 'GW_DIVISION_BY_ZERO',
      retriable: false,
    });
  }
  if (num === 0n) return ZERO;
  const sign = den < 0n ? -1n : 1n;
  const common = gcd(num, sign * den);
  return { num: (sign * num) / common, den: (sign * den) / common };
}

export function fractionFromE18(valueE18: bigint): Fraction {
  return fraction(valueE18, ONE_E18);
}

export function add(a: Fraction, b: Fraction): Fraction {
  if (a.den === b.den) return fraction(a.num + b.num, a.den);
  return fraction(a.num * b.den + b.num * a.den, a.den * b.den);
}

export function neg(a: Fraction): Fraction {
  return { num: -a.num, den: a.den };
}

export function sub(a: Fraction, b: Fraction): Fraction {
  return add(a, neg(b));
}

export function mul(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.num, a.den * b.den);
}

export function div(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den, a.den * b.num);
}

export function abs(a: Fraction): Fraction {
  return a.num < 0n ? neg(a) : a;
}

/** Negative, 0 or positive, as for a sort. */
export function cmp(a: Fraction, b: Fraction): number {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isZero(a: Fraction): boolean {
  return a.num === 0n;
}

export function sign(a: Fraction): number {
  return a.num < 0n ? -1 : a.num > 0n ? 1 : 0;
}

/** Nearest value of scale 18, ties to even. */
export function toE18(a: Fraction): bigint {
  return divideHalfEven(a.num * ONE_E18, a.den);
}

/** Round half-even to `decimals` (0..18) places; the result is still scaled by 10^18 (C2: money is published with 8). */
export function roundE18(a: Fraction, decimals: number): bigint {
  const unit = 10n ** BigInt(decimals);
  return divideHalfEven(a.num * unit, a.den) * 10n ** BigInt(SCALE - decimals);
}

/** Nearest double, exact to about 1e-15 relative; for statistics only (C2). */
export function toNumber(a: Fraction): number {
  const negative = a.num < 0n;
  const num = negative ? -a.num : a.num;
  // 60 significant bits of the quotient as an integer, scaled back by a power of two.
  const shift = Math.max(0, 60 - (bitLength(num) - bitLength(a.den)));
  const scaled = (num << BigInt(shift)) / a.den;
  const value = Number(scaled) / 2 ** shift;
  return negative ? -value : value;
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(16).length * 4;
}
