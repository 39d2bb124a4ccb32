import type { Span } from './contract.ts';

/** A run of the rewritten text: a copy of its origin, unit by unit, or something that stands for the whole of it. */
interface Piece {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly copied: boolean;
}

/** A text made from another, with the way back. `null` pieces: equal to its origin. */
export interface MappedText {
  readonly text: string;
  readonly pieces: readonly Piece[] | null;
  readonly origin: MappedText | null;
}

export function unmapped(text: string): MappedText {
  return { text, pieces: null, origin: null };
}

export interface Rewriter {
  /** Copies what was not taken yet up to `from`, then puts `replacement` for `from..to`. Calls come in the order of the text. */
  readonly replace: (from: number, to: number, replacement: string) => void;
  /** Leaves out what was not taken yet up to `to`. */
  readonly skipTo: (to: number) => void;
  /** @param end what lies behind it is left out */
  readonly finish: (end?: number) => MappedText;
}

export function rewrite(origin: MappedText): Rewriter {
  const pieces: Piece[] = [];
  let text = '';
  let taken = 0;
  const copyTo = (to: number): void => {
    if (to <= taken) return;
    pieces.push({ at: text.length, from: taken, to, copied: true });
    text += origin.text.slice(taken, to);
    taken = to;
  };
  return {
    replace(from, to, replacement) {
      copyTo(from);
      if (replacement !== '')
        pieces.push({ at: text.length, from: Math.max(from, 0), to, copied: false });
      text += replacement;
      taken = to;
    },
    skipTo(to) {
      taken = Math.max(taken, to);
    },
    finish(end = origin.text.length) {
      copyTo(end);
      return { text, pieces, origin };
    },
  };
}

/** Where a non-empty range of a rewritten text comes from, in the text that everything was made from. */
export function originOf(mapped: MappedText, start: number, end: number): Span {
  let span: Span = { start, end };
  for (let at: MappedText | null = mapped; at !== null; at = at.origin) {
    if (at.pieces === null) continue;
    const first = pieceAt(at.pieces, span.start);
    const last = pieceAt(at.pieces, span.end - 1);
    if (first === undefined || last === undefined) return { start: 0, end: 0 };
    span = {
      start: first.copied ? first.from + span.start - first.at : first.from,
      end: last.copied ? last.from + span.end - last.at : last.to,
    };
  }
  return span;
}

function pieceAt(pieces: readonly Piece[], at: number): Piece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}
