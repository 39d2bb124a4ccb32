import type { PostMention, SocialPost, WordContribution } from '@groundswell/schemas';
import type { RuleScore, RuleScorer } from '@groundswell/sentiment';
import { MARKET, type Draft, type ScorePost } from '../core/draft.ts';
import { postIdOf } from '../core/post-state.ts';

/** Below this an instrument is not meant (S51). */
const MIN_CONFIDENCE = 0.5;
/** More cashtags than this are bait (S55). */
const MAX_CASHTAGS = 5;
/** Longest text that is shown on (S54), UTF-16 code units. */
const SHOWN_LENGTH = 300;

/** One instrument of a post and all places that name it. */
interface Named {
  readonly instrumentId: string;
  readonly places: readonly PostMention[];
}

/**
 * Creates the step that scores a post: one draft per instrument that it names, and one of the whole text for the market. A post that names
 * several is scored by the clause of each (S54). A repost is no new text (E6): it says nothing.
 */
export function createScorePostStep(scorer: RuleScorer): ScorePost {
  return function scorePost(post) {
    if (post.repostOf !== null) return [];
    const named = instrumentsOf(post);
    if (named.length === 0) return [];
    const text = post.text ?? '';
    const whole = scorer.score(text, { lang: post.lang });
    const stuffed = post.mentions.filter(({ kind }) => kind === 'CASHTAG').length > MAX_CASHTAGS;
    const base = { symbolCount: named.length, stuffed };
    const drafts = named.map(({ instrumentId, places }, index): Draft => {
      const target = places.find(({ start, end }) => end > start);
      const several = named.length > 1 && target !== undefined;
      const score = several
        ? scorer.scoreTarget(text, [target, ...otherPlaces(named, instrumentId)], 0, {
            lang: post.lang,
          })
        : whole;
      const draft = draftOf(post, score);
      return {
        ...draft,
        ...base,
        instrumentId,
        isPrimary: index === 0,
        resolutionConfidence: Math.max(...places.map(({ confidence }) => confidence)),
        ...placeOf(target, draft.text),
      };
    });
    return [...drafts, { ...draftOf(post, whole), ...base, instrumentId: MARKET }];
  };
}

/** Where the shown text names the instrument, if it shows that place. */
function placeOf(
  target: PostMention | undefined,
  text: string | null,
): Pick<Draft, 'targetStart' | 'targetEnd'> {
  const shown = target !== undefined && text !== null && target.end <= text.length;
  return shown
    ? { targetStart: target.start, targetEnd: target.end }
    : { targetStart: null, targetEnd: null };
}

/** By first place in the text. */
function instrumentsOf({ mentions }: SocialPost): readonly Named[] {
  const places = new Map<string, PostMention[]>();
  for (const mention of mentions) {
    const { instrumentId, confidence, homoglyph } = mention;
    if (instrumentId === null || homoglyph || confidence < MIN_CONFIDENCE) continue;
    places.set(instrumentId, [...(places.get(instrumentId) ?? []), mention]);
  }
  return [...places]
    .map(([instrumentId, found]) => ({ instrumentId, places: found }))
    .sort((a, b) => (a.places[0]?.start ?? 0) - (b.places[0]?.start ?? 0));
}

/** What bounds the clause of one instrument: the places of the others. */
function otherPlaces(named: readonly Named[], instrumentId: string): readonly PostMention[] {
  return named
    .filter((one) => one.instrumentId !== instrumentId)
    .flatMap(({ places }) => places.filter(({ start, end }) => end > start));
}

function draftOf(
  post: SocialPost,
  score: RuleScore,
): Omit<Draft, 'instrumentId' | 'symbolCount' | 'stuffed'> {
  const text = shownText(post);
  return {
    source: post.source,
    feed: post.feed,
    ingestTimeUs: post.ingestTimeUs,
    eventTimeNanosRem: null,
    postId: postIdOf(post),
    postRevision: post.nativeRev ?? '0',
    sourceClass: post.sourceClass,
    authorKey: post.authorKey,
    authorFollowers: post.authorFollowers,
    authorSinceUs: post.authorSinceUs,
    contentHash: post.contentHash,
    simhash: post.simhash,
    label: labels[score.label],
    score: score.score,
    pNeg: score.pNeg,
    pNeu: score.pNeu,
    pPos: score.pPos,
    confidence: score.confidence,
    calibrated: score.calibrated,
    modelId: score.modelId,
    modelVersion: score.modelVersion,
    skipped: score.skipped,
    isPrimary: false,
    resolutionConfidence: 1,
    symbolsAsOf: post.symbolsAsOf,
    targetStart: null,
    targetEnd: null,
    text,
    words: text === null ? [] : shownWords(score.words, text.length),
  };
}

/**
 * What may be shown on of a text, cut between characters; null where the source does not let us, or wants it back at a time of its own. What
 * no database stores (U+0000, halves of a character) becomes U+FFFD: places stay where they are.
 */
function shownText({ text, redistributeText, eraseByUs }: SocialPost): string | null {
  if (text === null || !redistributeText || eraseByUs !== null) return null;
  const cut = text.slice(0, SHOWN_LENGTH);
  const half = /[\uD800-\uDBFF]$/.test(cut) && text.length > SHOWN_LENGTH;
  return (half ? cut.slice(0, -1) : cut).toWellFormed().replaceAll('\u0000', '\uFFFD');
}

function shownWords(
  words: readonly WordContribution[],
  length: number,
): readonly WordContribution[] {
  return words
    .filter(({ end }) => end <= length)
    .map(({ start, end, contribution }) => ({ start, end, contribution }));
}

const labels = { positive: 'POSITIVE', neutral: 'NEUTRAL', negative: 'NEGATIVE' } as const;
