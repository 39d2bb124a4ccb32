import { BadDecimalError } from './errors.ts';

/**
 * Exact decimals of one scale, 18, for every price, quantity and amount (W10, FD1): the value times 10^18 in a bigint.
 * Names of such values end in `E18`.
 */
export const SCALE = 18;
export const ONE_E18 = 10n ** 18n;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Integer division that rounds ties to the even neighbour. `divisor` > 0. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  if (rest === 0n) return quotient;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  if (!up) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

/**
 * Parse decimal text to scale 18; digits beyond it are rounded half-even (W10).
 * @throws BadDecimalError for anything but an ordinary decimal number
 */
export function parseE18(text: string): bigint {
  const match = text.length <= 100 ? DECIMAL.exec(text) : null;
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole.length + fraction.length === 0) throw new BadDecimalError(text);
  const shift = SCALE + Number(match[4] ?? 0) - fraction.length;
  const digits = BigInt(whole + fraction);
  const magnitude =
    shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfEven(digits, 10n ** BigInt(-shift));
  return match[1] === '-' ? -magnitude : magnitude;
}

/** Does the text carry more than 18 fraction digits, so that parsing rounds it? */
export function exceedsScale(text: string): boolean {
  return parseE18(text) * 10n ** 30n !== parseScaled(text, 48);
}

function parseScaled(text: string, scale: number): bigint {
  const match = DECIMAL.exec(text);
  if (!match) throw new BadDecimalError(text);
  const fraction = match[3] ?? '';
  const shift = scale + Number(match[4] ?? 0) - fraction.length;
  const digits = BigInt((match[2] ?? '') + fraction);
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return match[1] === '-' ? -magnitude : magnitude;
}

/** Canonical text: no exponent, no trailing zeros, no negative zero. */
export function formatE18(valueE18: bigint): string {
  const negative = valueE18 < 0n;
  const digits = (negative ? -valueE18 : valueE18).toString().padStart(SCALE + 1, '0');
  const whole = digits.slice(0, -SCALE);
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Nearest double; for charts and statistics only, never for money (D4). */
export function e18ToNumber(valueE18: bigint): number {
  return Number(formatE18(valueE18));
}

const LOW_64 = (1n << 64n) - 1n;

/**
 * Avro decimal bytes: big-endian two's complement of minimal length (W10).
 * Whole 64-bit words at a time, because shifting a bigint byte by byte costs several microseconds.
 */
export function e18ToBytes(valueE18: bigint): Uint8Array {
  let words = 1;
  while (BigInt.asIntN(words * 64, valueE18) !== valueE18) words += 1;
  const bytes = new Uint8Array(words * 8);
  const view = new DataView(bytes.buffer);
  let rest = valueE18;
  for (let word = words - 1; word >= 0; word -= 1) {
    view.setBigUint64(word * 8, rest & LOW_64);
    rest >>= 64n;
  }
  // A leading byte that only repeats the sign of the next one says nothing.
  const sign = valueE18 < 0n ? 0xff : 0x00;
  let start = 0;
  while (
    start < bytes.length - 1 &&
    bytes[start] === sign &&
    ((bytes[start + 1] ?? 0) & 0x80) === (sign & 0x80)
  ) {
    start += 1;
  }
  return bytes.subarray(start);
}

/** Inverse of {@link e18ToBytes}; empty bytes are 0. */
export function bytesToE18(bytes: Uint8Array): bigint {
  return readE18(bytes, 0, bytes.length);
}

const word = new DataView(new ArrayBuffer(8));

/** The decimal in `length` bytes from `start`, where it lies. */
export function readE18(bytes: Uint8Array, start: number, length: number): bigint {
  // Up to 6 bytes fit a double exactly, which is much cheaper than shifting a bigint (PF11).
  if (length <= 6) return BigInt(readSmall(bytes, start, length));
  if (length === 7 || length > 14) return readLarge(bytes, start, length);
  const top = length - 8;
  for (let index = 0; index < 8; index += 1) {
    word.setUint8(index, bytes[start + top + index] ?? 0);
  }
  if (top === 0) return word.getBigInt64(0);
  return (BigInt(readSmall(bytes, start, top)) << 64n) | word.getBigUint64(0);
}

function readSmall(bytes: Uint8Array, start: number, length: number): number {
  let small = length > 0 && (bytes[start] ?? 0) >= 128 ? -1 : 0;
  for (let index = 0; index < length; index += 1) small = small * 256 + (bytes[start + index] ?? 0);
  return small;
}

function readLarge(bytes: Uint8Array, start: number, length: number): bigint {
  let value = 0n;
  for (let index = 0; index < length; index += 1) {
    value = (value << 8n) | BigInt(bytes[start + index] ?? 0);
  }
  return BigInt.asIntN(length * 8, value);
}
