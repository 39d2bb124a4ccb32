import { copyBook, emptyBook, oldestFirst, stateOf, type Book } from './book.ts';
import { effectiveEvent } from './corrections.ts';
import {
  canonicalText,
  compareEvents,
  compareIds,
  isCorrection,
  orderKeyOf,
  type LedgerEvent,
  type OrderKey,
} from './event.ts';
import { applyEvent } from './fold.ts';
import type { LedgerOptions, LedgerState, LedgerStep } from './state.ts';

export interface InsertResult {
  /** `duplicate`: the id is known and the journal unchanged; the first content wins (C14). */
  readonly outcome: 'applied' | 'duplicate';
  /** A duplicate whose content differs from the first. */
  readonly conflict: boolean;
  /** The change lies before the newest event, so that part of the ledger is folded again. */
  readonly late: boolean;
}

/**
 * All events of one investor, in whatever order they arrived, and the ledger they amount to (L7). Its state depends on
 * the set of inserted events only, never on their order.
 */
export interface Journal {
  insert(event: LedgerEvent): InsertResult;
  /** The ledger of all events so far; the same object until the next applied insert. */
  state(): LedgerState;
  /** What is folded, in C1 order: originals with their corrections applied, without the cancelled. A live view. */
  events(): readonly LedgerEvent[];
  /** What each folded event did, in C1 order; refused events did nothing. */
  steps(): readonly LedgerStep[];
  /** Place of the newest folded event; null while there is none. */
  readonly lastOrderKey: OrderKey | null;
  /** Number of distinct ids inserted, corrections included. */
  readonly size: number;
}

/** A fold every so many events is kept, so that a late event replays no more than what follows it (L7). */
export const checkpointEvery = 256;

/** Everything about one id: the fact itself, once it is here, and what corrects it. */
interface Entry {
  original: LedgerEvent | null;
  readonly corrections: LedgerEvent[];
  effective: LedgerEvent | null;
}

/** `book` is the fold of the first `position` events and is never folded on: resume from a copy. */
interface Checkpoint {
  readonly position: number;
  readonly book: Book;
}

export function createJournal(options: LedgerOptions): Journal {
  const known = new Map<string, LedgerEvent>();
  const entries = new Map<string, Entry>();
  const orphans = new Set<string>();
  const ordered: LedgerEvent[] = [];
  const start: Checkpoint = { position: 0, book: emptyBook(options.selection) };
  const checkpoints: Checkpoint[] = [];
  let current: LedgerState | null = null;
  let steps: readonly LedgerStep[] | null = null;

  function insert(event: LedgerEvent): InsertResult {
    const first = known.get(event.id);
    if (first) {
      const conflict = first !== event && canonicalText(first) !== canonicalText(event);
      return { outcome: 'duplicate', conflict, late: false };
    }
    known.set(event.id, event);
    current = null;
    steps = null;
    const before = ordered.length;
    const changedFrom = isCorrection(event) ? correct(event) : bookOriginal(event);
    return { outcome: 'applied', conflict: false, late: changedFrom < before };
  }

  function bookOriginal(event: LedgerEvent): number {
    const entry = entryOf(event.id);
    entry.original = event;
    for (const correction of entry.corrections) orphans.delete(correction.id);
    return refresh(entry);
  }

  function correct(correction: LedgerEvent): number {
    // Without a reference it can have no target; it stays an orphan under its own, correction's, id.
    const entry = entryOf(correction.ref ?? correction.id);
    entry.corrections.push(correction);
    if (!entry.original) orphans.add(correction.id);
    return refresh(entry);
  }

  function entryOf(id: string): Entry {
    let entry = entries.get(id);
    if (!entry) entries.set(id, (entry = { original: null, corrections: [], effective: null }));
    return entry;
  }

  /** Bring the folded list up to date with one entry; returns the first position that changed. */
  function refresh(entry: Entry): number {
    const before = entry.effective;
    entry.effective = entry.original && effectiveEvent(entry.original, entry.corrections);
    let changedFrom = ordered.length;
    if (before) {
      changedFrom = positionOf(ordered, before);
      ordered.splice(changedFrom, 1);
    }
    if (entry.effective) {
      const position = positionOf(ordered, entry.effective);
      ordered.splice(position, 0, entry.effective);
      changedFrom = Math.min(changedFrom, position);
    }
    while ((checkpoints.at(-1)?.position ?? 0) > changedFrom) checkpoints.pop();
    return changedFrom;
  }

  /** Fold in stretches that end at a checkpoint, from the newest one that is still valid. */
  function fold(): Book {
    for (;;) {
      const from = checkpoints.at(-1) ?? start;
      if (from.position === ordered.length) return from.book;
      // The end of the last fold was kept only to continue from; those at every 256th event stay.
      if (from.position % checkpointEvery !== 0) checkpoints.pop();
      const boundary = (Math.floor(from.position / checkpointEvery) + 1) * checkpointEvery;
      const position = Math.min(boundary, ordered.length);
      const book = copyBook(from.book);
      for (const event of ordered.slice(from.position, position)) applyEvent(book, event, options);
      checkpoints.push({ position, book });
    }
  }

  return {
    insert,
    state: () => (current ??= stateOf(fold(), [...orphans].sort(compareIds))),
    steps: () => (steps ??= oldestFirst(fold().steps)),
    events: () => ordered,
    get lastOrderKey() {
      const last = ordered.at(-1);
      return last ? orderKeyOf(last) : null;
    },
    get size() {
      return known.size;
    },
  };
}

/** Index of the event, or where it belongs: the first position whose event is not before it. */
function positionOf(ordered: readonly LedgerEvent[], event: LedgerEvent): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = ordered[middle];
    if (candidate !== undefined && compareEvents(candidate, event) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
