export type MoodLabel = 'positive' | 'neutral' | 'negative';

/** `plain` is VADER to the letter, for conformance; `finance` is what the platform uses. */
export type RuleMode = 'plain' | 'finance';

/** A range of UTF-16 code units, `end` exclusive: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * What one word did to a score: its place in the text as it was given, and its valence after every rule (negation, boosters, "but").
 * Over a text they add up to the sum of S16 before punctuation moves it; words that moved nothing are left out.
 */
export interface WordContribution extends Span {
  readonly contribution: number;
}

/** Result of a scorer (S1, S2). `score` = `pPos - pNeg` in [-1, 1]; the three probabilities sum to 1. */
export interface RuleScore {
  readonly label: MoodLabel;
  readonly score: number;
  readonly pNeg: number;
  readonly pNeu: number;
  readonly pPos: number;
  /** Largest of the three, halved where a target was scored by the whole text (S54), 0 if skipped. */
  readonly confidence: number;
  /** Rules are not fitted to probabilities. */
  readonly calibrated: false;
  readonly domain: 'general' | 'social';
  readonly modelId: string;
  readonly modelVersion: string;
  /** Why the text was not scored (S3): it counts in buzz, not in mood. */
  readonly skipped: 'empty' | 'language' | null;
  /** In the order of the text. Of a text above 1,000 characters: of its segments, each with its own sum. */
  readonly words: readonly WordContribution[];
}

export interface ScoreOptions {
  /** BCP 47 tag by the source; anything but English is skipped, absent or `und` is taken as English. */
  readonly lang?: string | null | undefined;
  /** Headline of an article: two more segments of a long text (S4). */
  readonly title?: string | undefined;
}

export interface RuleScorer {
  readonly modelId: string;
  readonly modelVersion: string;
  /** Pure, and never throws whatever the text. */
  readonly score: (text: string, options?: ScoreOptions) => RuleScore;
  readonly scoreBatch: (texts: readonly string[], options?: ScoreOptions) => readonly RuleScore[];
  /**
   * Score of one of the instruments that a post names (S54), by the clause around it.
   * @param targets where the post names instruments, in any order; the whole list, since each bounds the others' clauses
   * @param index which of them
   * @throws InvariantError if there is no such target
   */
  readonly scoreTarget: (
    text: string,
    targets: readonly Span[],
    index: number,
    options?: ScoreOptions,
  ) => RuleScore;
}
