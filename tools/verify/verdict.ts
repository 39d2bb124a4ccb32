import type { Check, Outcome } from './types.ts';

/** What a run of checks comes to. */
export interface Verdict {
  /** The last line of the table. */
  readonly summary: string;
  readonly exitCode: 0 | 1;
}

/**
 * @param isStrict a check that was not run counts as failed: where everything must be there, a job that lost a tool would stay green
 */
export function verdictOf(outcomes: readonly Outcome[], isStrict: boolean): Verdict {
  const count = (status: Outcome['status']): number =>
    outcomes.filter((outcome) => outcome.status === status).length;
  const [failed, missed] = [count('failed'), count('not run')];
  const counted = isStrict && missed > 0 ? ', which counts as failed (--strict)' : '';
  return {
    summary: `${count('passed')} passed, ${failed} failed, ${missed} not run${counted}`,
    exitCode: failed > 0 || counted !== '' ? 1 : 0,
  };
}

/** Which checks words choose. */
export interface Choice {
  /** Empty: all. */
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** Words are parts of a check's name or of the names of its tools. */
export function choose(checks: readonly Check[], { only, except }: Choice): readonly Check[] {
  const isNamed = ({ name, tools }: Check, words: readonly string[]): boolean =>
    words.some((word) =>
      [name, ...tools.map((tool) => tool.name)].some((text) => text.includes(word)),
    );
  return checks.filter(
    (check) => (only.length === 0 || isNamed(check, only)) && !isNamed(check, except),
  );
}
