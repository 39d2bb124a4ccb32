import { GroundswellError, fraction, type Fraction } from '@groundswell/domain';
import { compareIds } from './event.ts';
import type { LedgerState } from './state.ts';

/**
 * Lossless JSON of a state: fractions as `{"f":"num/den"}`, maps as `{"m":[[key, value], ...]}`, everything sorted by
 * key. Equal states give equal texts.
 */
export function encodeLedgerState(state: LedgerState): string {
  return JSON.stringify({ version: 1, state: encode(state) });
}

/** @throws GroundswellError GW_INVARIANT for a text that this version of `encodeLedgerState` did not write */
export function decodeLedgerState(text: string): LedgerState {
  try {
    const { version, state } = JSON.parse(text) as { version: number; state: unknown };
    if (version === 1) return decode(state) as LedgerState;
  } catch (cause) {
    throw undecodable(cause);
  }
  throw undecodable(undefined);
}

function encode(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof Map) return { m: sorted(value as Map<string, unknown>) };
  if (isFraction(value)) return { f: `${value.num}/${value.den}` };
  return Object.fromEntries(sorted(Object.entries(value)));
}

function sorted(entries: Iterable<[string, unknown]>): [string, unknown][] {
  return [...entries]
    .sort(([a], [b]) => compareIds(a, b))
    .map(([key, value]) => [key, encode(value)]);
}

function decode(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(decode);
  const { f, m } = value as { f?: string; m?: [string, unknown][] };
  if (f !== undefined) return decodeFraction(f);
  if (m !== undefined) return new Map(m.map(([key, item]) => [key, decode(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

function decodeFraction(text: string): Fraction {
  const [num = '', den = ''] = text.split('/');
  return fraction(BigInt(num), BigInt(den));
}

function isFraction(value: object): value is Fraction {
  return 'num' in value && 'den' in value;
}

function undecodable(cause: unknown): GroundswellError {
  return new GroundswellError('not an encoded ledger state of this version', {
    code: 'GW_INVARIANT',
    retriable: false,
    cause,
  });
}
