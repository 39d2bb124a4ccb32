/** Fields of an object of a source: nothing about them is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** @returns null for anything but an object */
export function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

/** @returns the empty text for anything but a text */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Parsers of texts throw on bad input; here bad input is an outcome (ER1). */
export function attempt<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
