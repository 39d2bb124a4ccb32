import { vaderRules } from './generated/vader-rules.ts';

/** Rows `token<TAB>number`; of a repeated token the last one holds (S12). */
export function readLexicon(rows: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    rows.map((row) => {
      const tab = row.lastIndexOf('\t');
      return [row.slice(0, tab), Number(row.slice(tab + 1))] as const;
    }),
  );
}

/** Change of the next valence by a degree word: up .293, down -.293. */
export const boosters: ReadonlyMap<string, number> = new Map([
  ...vaderRules.boosters_up.map((word) => [word, vaderRules.B_INCR] as const),
  ...vaderRules.boosters_down.map((word) => [word, vaderRules.B_DECR] as const),
]);

export const specialCases: ReadonlyMap<string, number> = new Map(
  Object.entries(vaderRules.special_cases),
);

/** The longest word of each expression of several words: where none of these occurs, no expression does. */
export const idiomWords: ReadonlySet<string> = new Set(
  [...specialCases.keys(), ...boosters.keys()]
    .map((phrase) => phrase.split(' '))
    .filter((words) => words.length > 1)
    .map((words) =>
      words.reduce((longest, word) => (word.length > longest.length ? word : longest)),
    ),
);

const negations: ReadonlySet<string> = new Set(vaderRules.negations);

export function isNegation(lower: string): boolean {
  return negations.has(lower) || lower.includes("n't");
}
