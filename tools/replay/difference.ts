/** Outcome of a comparison key by key. */
export interface Comparison {
  readonly equal: number;
  readonly different: number;
  /** The first few, in words. */
  readonly examples: readonly string[];
}

const MAX_EXAMPLES = 5;
/** Doubles differ in their last digits by the order of operations (C2). */
const TOLERANCE = 1e-9;

/** Collects what is equal and what is not. */
export class Tally {
  #equal = 0;
  #different = 0;
  readonly #examples: string[] = [];

  /** @param problem what is different, or null */
  add(problem: string | null): void {
    if (problem === null) this.#equal += 1;
    else {
      this.#different += 1;
      if (this.#examples.length < MAX_EXAMPLES) this.#examples.push(problem);
    }
  }

  result(): Comparison {
    return { equal: this.#equal, different: this.#different, examples: this.#examples };
  }
}

/**
 * First field in which two values of JSON differ, or null. Texts, whole numbers and structure must be equal; other numbers
 * to 1e-9 of their size (C2).
 */
export function firstDifference(actual: unknown, expected: unknown, path = ''): string | null {
  if (actual === expected) return null;
  if (typeof actual === 'number' && typeof expected === 'number') {
    const whole = Number.isInteger(actual) && Number.isInteger(expected);
    const near = Math.abs(actual - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
    if (!whole && near) return null;
  } else if (isObject(actual) && isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const found = firstDifference(
        actual[key],
        expected[key],
        path === '' ? key : `${path}.${key}`,
      );
      if (found !== null) return found;
    }
    return null;
  }
  return `${path} is ${shown(actual)}, not ${shown(expected)}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
}
