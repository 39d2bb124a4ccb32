/** A place in a walk, as the client carries it. Keyset: what comes after these values, never an offset (S51). */
export type CursorParts = readonly (string | number)[];

const VERSION = 1;

export function encodeCursor(walk: string, parts: CursorParts): string {
  return Buffer.from(JSON.stringify([VERSION, walk, ...parts])).toString('base64url');
}

type Types = Readonly<Record<string, 'string' | 'number'>>;
type PartsOf<T extends Types> = {
  readonly [K in keyof T]: T[K] extends 'string' ? string : number;
};

/** The parts of a cursor of this walk, by name and in the order of `types`; null for any other text. */
export function decodeCursor<T extends Types>(
  text: string,
  walk: string,
  types: T,
): PartsOf<T> | null {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null; // not JSON: not a cursor of ours
  }
  if (!Array.isArray(decoded)) return null;
  const [version, name, ...parts] = decoded as unknown[];
  const wanted = Object.entries(types);
  const fits =
    version === VERSION &&
    name === walk &&
    parts.length === wanted.length &&
    wanted.every(([, type], i) => typeof parts[i] === type && isUsable(parts[i]));
  if (!fits) return null;
  return Object.fromEntries(wanted.map(([key], i) => [key, parts[i]])) as PartsOf<T>;
}

function isUsable(part: unknown): boolean {
  return typeof part === 'string' || Number.isSafeInteger(part);
}
