import type { Span } from './contract.ts';
import { rewrite, unmapped, type MappedText } from './mapped-text.ts';

/** Stands for the target in its clause: in no lexicon. */
const NEUTRAL_TOKEN = 'ticker';
/** A clause is looked for this far on both sides of its target, so that no text is expensive. */
const REACH = 400;
const COORDINATION = /^\s*(?:,?\s*(?:and|or|plus|&|\+|\/)|,)?\s*(?:both\s+)?$/i;
const BOUNDARY = /[,;]|:(?!\d)|[.!?](?=\s|$)|\n|\b(?:but|while|as|despite|whereas)\b/gi;
/** Between two instruments: where what is said of the first ends and what is said of the second begins. */
const TURN = /\b(?:and|to|into|for|then|so|than|over|vs|versus|or)\b/i;
const ROTATION = /\b(?:out of|rotat\w*|mov(?:e|ed|ing)|switch\w*|shift\w*)\b/i;

/** What a post says about one of its instruments. */
export interface Clause {
  readonly text: MappedText;
  /** In "out of X, into Y" the verb decides alone: down for X, up for Y. */
  readonly rotation: 'out' | 'in' | null;
}

/**
 * The clause of a target (S54): up to the next mark or conjunction, and not beyond another instrument unless both are named in one breath
 * ("A and B both"). Instruments become a neutral word.
 */
export function clauseOf(text: string, targets: readonly Span[], target: Span): Clause {
  const sorted = [...targets]
    .filter(({ start, end }) => start < end && end <= text.length)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const at = sorted.findIndex(({ start, end }) => start === target.start && end === target.end);
  let first = at;
  let last = at;
  const joins = (left: Span | undefined, right: Span | undefined): boolean =>
    left !== undefined &&
    right !== undefined &&
    right.start - left.end < 16 &&
    COORDINATION.test(text.slice(left.end, right.start));
  const isNear = (span: Span | undefined): boolean =>
    span !== undefined && Math.abs(span.start - target.start) <= REACH;
  while (isNear(sorted[first - 1]) && joins(sorted[first - 1], sorted[first])) first -= 1;
  while (isNear(sorted[last + 1]) && joins(sorted[last], sorted[last + 1])) last += 1;
  const group = sorted.slice(first, last + 1);
  const groupStart = group[0]?.start ?? target.start;
  const groupEnd = group.at(-1)?.end ?? target.end;
  const before = leftOf(text, groupStart, sorted[first - 1]);
  const after = rightOf(text, groupStart, groupEnd, before, sorted[last + 1]);
  const rewriter = rewrite(unmapped(text));
  rewriter.skipTo(before);
  for (const { start, end } of group)
    if (start >= before) rewriter.replace(start, end, NEUTRAL_TOKEN);
  return {
    text: rewriter.finish(after),
    rotation: rotationOf(text, groupStart, sorted.length > 1),
  };
}

function leftOf(text: string, groupStart: number, previous: Span | undefined): number {
  const limit = Math.max(previous?.end ?? 0, groupStart - REACH);
  let start = limit;
  for (const match of text.slice(limit, groupStart).matchAll(BOUNDARY))
    start = limit + match.index + match[0].length;
  if (start !== limit || previous === undefined) return start;
  // "A up 3% B down": what follows the other instrument is its own, unless a turn hands over ("sold A to buy B") or it had its verb before.
  const between = text.slice(limit, groupStart);
  const turn = TURN.exec(between);
  if (turn !== null) return limit + turn.index + turn[0].length;
  return hasVerbBefore(text, previous) ? limit : groupStart;
}

function rightOf(
  text: string,
  groupStart: number,
  groupEnd: number,
  start: number,
  next: Span | undefined,
): number {
  const limit = Math.min(next?.start ?? text.length, groupEnd + REACH);
  const rest = text.slice(groupEnd, limit);
  // A mark right behind the name is a label ("A: strong quarter"), not an end.
  const label = /^\s*[:-]+/.exec(rest)?.[0].length ?? 0;
  BOUNDARY.lastIndex = 0;
  const boundary = rest.slice(label).search(BOUNDARY);
  if (boundary >= 0) return groupEnd + label + boundary;
  if (next === undefined) return limit;
  const turn = TURN.exec(rest);
  if (turn !== null) return groupEnd + turn.index;
  return /\p{L}/u.test(text.slice(start, groupStart)) ? groupEnd : limit;
}

/** Does the clause of an instrument begin with words ("buying A") rather than with its name ("A soars")? */
function hasVerbBefore(text: string, target: Span): boolean {
  const from = Math.max(0, target.start - REACH);
  const before = text.slice(from, target.start);
  const start = [...before.matchAll(BOUNDARY)].at(-1);
  return /\p{L}/u.test(start === undefined ? before : before.slice(start.index + start[0].length));
}

/** "Out of A, into B", "moved from A to B", "swapped A for B". */
function rotationOf(text: string, start: number, several: boolean): Clause['rotation'] {
  if (!several) return null;
  const from = Math.max(0, start - REACH);
  const before = text.slice(from, start);
  const sentence = text.slice(from, start + REACH);
  if (/\bout of\s+(?:my\s+|the\s+)?$/i.test(before)) return 'out';
  if (/\bswap\w*\s+(?:my\s+)?$/i.test(before)) return 'out';
  if (/\bswap\w*\b[^.;!?]*\sfor\s+$/i.test(before)) return 'in';
  if (!ROTATION.test(sentence)) return null;
  if (/\bfrom\s+$/i.test(before)) return 'out';
  return /\b(?:in)?to\s+(?:more\s+)?$/i.test(before) ? 'in' : null;
}
