import { InvariantError } from '@groundswell/domain';
import type { RuleMode, RuleScore, RuleScorer, ScoreOptions, Span } from './contract.ts';
import { analyseFinance } from './finance/analyse.ts';
import { rewrite, unmapped, type MappedText } from './mapped-text.ts';
import { analysePlain, type Analysis } from './plain.ts';
import { LONG_TEXT_LENGTH, segmentsOf } from './segments.ts';
import { clauseOf } from './target.ts';

/** Of rules and lexicons together: it changes with any changed output (S70). */
export const modelVersion = '1.0.0';

const POSITIVE_FROM = 0.05;
/** How much less a score is worth that was meant for the whole text (S54). */
const WHOLE_TEXT_FACTOR = 0.5;
/** Valence of a rotation's verb. */
const ROTATION_VALENCE = 1.8;

/** The rule scorer R. `finance` reads texts above 1,000 characters by segments (S4); `plain` never does: it is for conformance. */
export function createRuleScorer({ mode }: { readonly mode: RuleMode }): RuleScorer {
  const analyse = mode === 'finance' ? analyseFinance : analysePlain;
  const modelId = `vader-${mode}`;
  const identity = {
    calibrated: false,
    domain: mode === 'finance' ? 'social' : 'general',
    modelId,
    modelVersion,
  } as const;

  const scored = (analysis: Pick<Analysis, 'compound' | 'words'>, factor = 1): RuleScore => {
    const c = analysis.compound;
    const size = Math.abs(c);
    return {
      label: c >= POSITIVE_FROM ? 'positive' : c <= -POSITIVE_FROM ? 'negative' : 'neutral',
      score: c,
      pNeg: Math.max(-c, 0),
      pNeu: 1 - size,
      pPos: Math.max(c, 0),
      confidence: Math.max(size, 1 - size) * factor,
      ...identity,
      skipped: null,
      words: analysis.words,
    };
  };
  const score = (text: string, options?: ScoreOptions): RuleScore => {
    const skipped = skipReason(text, options?.lang);
    if (skipped !== null) return { ...scored({ compound: 0, words: [] }, 0), skipped };
    if (mode === 'plain' || text.length <= LONG_TEXT_LENGTH) return scored(analyse(unmapped(text)));
    return scored(analyseLong(text, options?.title, analyse));
  };
  const scoreTarget: RuleScorer['scoreTarget'] = (text, targets, index, options) => {
    const target = targets[index];
    if (target === undefined) throw new InvariantError('a target of the text', { index });
    const whole = score(text, options);
    if (whole.skipped !== null || targets.length < 2) return whole;
    const clause = clauseOf(text, targets, target);
    if (clause.rotation !== null) {
      const contribution = clause.rotation === 'out' ? -ROTATION_VALENCE : ROTATION_VALENCE;
      const compound = contribution / Math.sqrt(contribution ** 2 + 15);
      return scored({ compound, words: [{ start: target.start, end: target.end, contribution }] });
    }
    const analysis = analyse(clause.text);
    if (analysis.words.length > 0) return scored(analysis);
    return { ...whole, confidence: whole.confidence * WHOLE_TEXT_FACTOR };
  };
  return {
    modelId,
    modelVersion,
    score,
    scoreBatch: (texts, options) => texts.map((text) => score(text, options)),
    scoreTarget,
  };
}

function skipReason(text: string, lang: string | null | undefined): RuleScore['skipped'] {
  if (text.trim() === '') return 'empty';
  if (lang === undefined || lang === null || lang === '') return null;
  const primary = lang.toLowerCase().split(/[-_]/, 1)[0];
  return primary === 'en' || primary === 'und' ? null : 'language';
}

/** S4: the mean over the segments that say anything; the title counts as two of them. */
function analyseLong(
  text: string,
  title: string | undefined,
  analyse: (source: MappedText) => Analysis,
): Pick<Analysis, 'compound' | 'words'> {
  const parts = segmentsOf(text).map((segment) => analyse(cut(text, segment)));
  const heads = title === undefined ? [] : [analyse(unmapped(title.slice(0, LONG_TEXT_LENGTH)))];
  const polar = [...heads, ...heads, ...parts].filter(({ words }) => words.length > 0);
  const sum = polar.reduce((total, { compound }) => total + compound, 0);
  return {
    compound: polar.length === 0 ? 0 : sum / polar.length,
    words: parts.flatMap(({ words }) => words),
  };
}

function cut(text: string, { start, end }: Span): MappedText {
  const rewriter = rewrite(unmapped(text));
  rewriter.skipTo(start);
  return rewriter.finish(end);
}
