/**
 * Seeded faults that a test must catch (reliability-tests T1): a test counts because it was seen red. Each is one edit of one file,
 * tried in memory against the tests named; `npm run mutants` and the stage `mutants` of `npm test` run them.
 */
export interface Mutant {
  /** The fault, as somebody would make it. */
  readonly name: string;
  /** Rule that it breaks. */
  readonly rule: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Test files of which one must fail. */
  readonly tests: readonly string[];
}
