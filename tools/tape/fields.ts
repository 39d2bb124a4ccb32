import { formatIsoUs, GroundswellError, parseE18, parseIsoUs } from '@groundswell/domain';

/** Problem with one line; the reader adds file and line. */
export class LineProblem extends GroundswellError {
  constructor(problem: string) {
    super(problem, { code: 'GW_BAD_TAPE', retriable: false });
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw missing(name, 'a text', value);
  return value;
}

export function textOrNull(fields: Fields, name: string): string | null {
  return fields[name] === undefined ? null : textOf(fields, name);
}

/** Decimal text, or a JSON number that is short enough to be exact. */
export function decimalOf(fields: Fields, name: string): bigint {
  const value = fields[name];
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw missing(name, 'a decimal', value);
  }
  try {
    return parseE18(String(value));
  } catch {
    throw missing(name, 'a decimal', value);
  }
}

export function decimalOr(fields: Fields, name: string, otherwise: bigint): bigint {
  return fields[name] === undefined ? otherwise : decimalOf(fields, name);
}

export function flagOr(fields: Fields, name: string, otherwise: boolean): boolean {
  const value = fields[name] ?? otherwise;
  if (typeof value !== 'boolean') throw missing(name, 'true or false', value);
  return value;
}

export function integerOrNull(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (value === undefined) return null;
  if (!Number.isSafeInteger(value)) throw missing(name, 'a whole number', value);
  return value as number;
}

/** ms since the epoch, or ISO 8601 with a zone; micros. */
export function timeOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (Number.isSafeInteger(value)) return (value as number) * 1000;
  if (typeof value !== 'string') throw missing(name, 'a time', value);
  try {
    return parseIsoUs(value).us;
  } catch {
    throw missing(name, 'a time (ms, or ISO 8601 with a zone)', value);
  }
}

/** The shortest form that keeps the micros. */
export function timeText(us: number): number | string {
  return us % 1000 === 0 ? us / 1000 : formatIsoUs(us);
}

function missing(name: string, what: string, value: unknown): LineProblem {
  const found = value === undefined ? 'it is missing' : `not ${JSON.stringify(value).slice(0, 60)}`;
  return new LineProblem(`"${name}" must be ${what}, ${found}`);
}
