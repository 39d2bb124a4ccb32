import { readFileSync } from 'node:fs';

/**
 * A password or key that is asked for at the moment it is used: one from a file is read again each time, so a rotated one counts from the
 * next connection on (S80). It shows as `[secret]` wherever it is printed.
 */
export interface Secret {
  /** @throws what the file system throws when the file is gone */
  read(): string;
  /** `[secret]`. */
  toString(): string;
}

/** Keeps a text out of logs: neither JSON nor a template string nor `util.inspect` of the result shows it. */
export function secretText(text: string): Secret {
  return hidden(() => text);
}

/** The one line of a mounted file; the newline at its end does not count. */
export function secretFile(path: string): Secret {
  return hidden(() => readFileSync(path, 'utf8').trimEnd());
}

function hidden(read: () => string): Secret {
  const shown = { toString: () => SHOWN, toJSON: () => SHOWN, [INSPECT]: () => SHOWN };
  return Object.freeze({ read, ...shown });
}

const SHOWN = '[secret]';
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Words of documentation, examples and this repository's local installation: no random secret holds one. */
const KNOWN_WORDS = ['changeme', 'change-me', 'password', 'groundswell', 'example', 'unsafe'];
const LEAST_DISTINCT = 6;

/** Why production does not start with this secret (S71), never quoting it; null = it may be one. */
export function weaknessOf(text: string, leastLength: number): string | null {
  if (text.trim() === '') return 'is empty';
  if (text.length < leastLength) return `has fewer than ${leastLength} characters`;
  if (new Set(text).size < LEAST_DISTINCT) return 'repeats a few characters';
  const lower = text.toLowerCase();
  return KNOWN_WORDS.some((word) => lower.includes(word)) ? 'is a default, not a secret' : null;
}
