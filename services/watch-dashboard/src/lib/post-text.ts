import type { PostData } from './posts.ts';

/** A piece of a post's text, shown as text whatever it holds. */
export interface TextPiece {
  readonly text: string;
  /** `up` and `down` moved the score; `target` is the symbol, `other` another one. */
  readonly kind: 'plain' | 'up' | 'down' | 'target' | 'other';
  /** 1 to 3 by the size of the contribution; 0 for the rest. */
  readonly strength: 0 | 1 | 2 | 3;
  readonly contribution: number | null;
}

/** Longer texts are cut: the record has 300 at most, a page trusts nobody. */
const MAX_UNITS = 300;
/**
 * Marks that turn the direction of what follows or hide in the text, and other control characters (S48). They are taken out of each
 * piece after it was cut, because places are told in units of the text as it came.
 */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

export function textPieces(
  post: Pick<PostData, 'text' | 'words' | 'target_start' | 'target_end' | 'symbol_count'>,
): readonly TextPiece[] {
  const text = cut(post.text ?? '');
  const greatest = Math.max(...post.words.map(({ contribution }) => Math.abs(contribution)), 0);
  const spans = [
    ...post.words.map(({ start, end, contribution }) => ({
      ...{ start, end, contribution },
      kind: contribution < 0 ? ('down' as const) : ('up' as const),
      strength: strengthOf(contribution, greatest),
    })),
    ...symbolSpans(post, text),
  ].sort((a, b) => a.start - b.start);

  const pieces: TextPiece[] = [];
  let at = 0;
  const plain = (to: number) => {
    if (to > at) push(pieces, { text: text.slice(at, to), ...PLAIN });
    at = Math.max(at, to);
  };
  for (const { start, end, ...about } of spans) {
    const isProper = Number.isInteger(start) && start >= at && end > start && end <= text.length;
    if (!isProper) continue; // overlapping or beyond the cut: the text itself is still shown
    plain(start);
    push(pieces, { text: text.slice(start, end), ...about });
    at = end;
  }
  plain(text.length);
  return pieces;
}

const PLAIN = { kind: 'plain', strength: 0, contribution: null } as const;

function push(pieces: TextPiece[], piece: TextPiece): void {
  const text = piece.text.replaceAll(/\s+/g, ' ').replaceAll(UNSEEN, '');
  if (text !== '') pieces.push({ ...piece, text });
}

function symbolSpans(
  post: Pick<PostData, 'target_start' | 'target_end' | 'symbol_count'>,
  text: string,
) {
  const { target_start: start, target_end: end } = post;
  const target = start === null || end === null ? null : { start, end };
  const spans: { start: number; end: number; kind: 'target' | 'other' }[] = [];
  if (target !== null) spans.push({ ...target, kind: 'target' });
  if (post.symbol_count > 1) {
    for (const match of text.matchAll(/\$[A-Za-z][A-Za-z.]{0,9}/g)) {
      const [at, to] = [match.index, match.index + match[0].length];
      const isTarget = target !== null && at < target.end && to > target.start;
      if (!isTarget) spans.push({ start: at, end: to, kind: 'other' });
    }
  }
  return spans.map((span) => ({ ...span, strength: 0 as const, contribution: null }));
}

function strengthOf(contribution: number, greatest: number): 1 | 2 | 3 {
  const share = greatest === 0 ? 0 : Math.abs(contribution) / greatest;
  return share > 0.66 ? 3 : share > 0.33 ? 2 : 1;
}

/** Never between the halves of a surrogate pair. */
function cut(text: string): string {
  if (text.length <= MAX_UNITS) return text;
  const isHalf = /[\ud800-\udbff]/.test(text[MAX_UNITS - 1] ?? '');
  return `${text.slice(0, isHalf ? MAX_UNITS - 1 : MAX_UNITS)}…`;
}
