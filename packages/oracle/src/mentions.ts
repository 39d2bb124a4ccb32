import { msOf } from './order.ts';
import { windowStartMs, type WindowRule } from './trades.ts';

/** What a mention says, and what a second scoring replaces. */
export interface MentionContent {
  readonly postId: string;
  readonly tsUs: number;
  readonly source: string;
  readonly author: string;
  readonly followers: number | null;
  readonly authorSinceUs: number | null;
  readonly contentHash: string;
  /** 16 hex digits or empty. */
  readonly simhash: string;
  readonly label: 'POSITIVE' | 'NEUTRAL' | 'NEGATIVE';
  readonly score: number;
  readonly confidence: number;
  readonly calibrated: boolean;
  readonly symbolCount: number;
  readonly stuffed: boolean;
  readonly skipped: boolean;
  readonly model: string;
}

interface Arrival {
  readonly id: string;
  /** Instrument: the key of everything below. */
  readonly entity: string;
}
export interface NewMention extends Arrival {
  readonly kind: 'mention';
  readonly content: MentionContent;
}
export interface MentionCorrection extends Arrival {
  readonly kind: 'correct';
  readonly ref: string;
  readonly seq: number | null;
  readonly content: MentionContent;
}
export interface MentionCancel extends Arrival {
  readonly kind: 'cancel';
  readonly ref: string;
}
export type MentionArrival = NewMention | MentionCorrection | MentionCancel;

/** One window of one instrument: what it counts after all corrections, and whether anything was ever counted. */
export interface MentionWindow {
  readonly entity: string;
  readonly sizeMs: number;
  readonly startMs: number;
  readonly mentions: readonly MentionContent[];
}

export interface MentionVerdicts {
  readonly windows: readonly MentionWindow[];
  /** `<event id> <size>` of every pair that must not count (W5). */
  readonly late: ReadonlySet<string>;
  readonly counts: { readonly applied: number; readonly deduped: number; readonly late: number };
}

/** A mention that a size accepted, and the corrections of it that the size accepted. */
interface Accepted {
  readonly mention: NewMention;
  readonly corrections: MentionCorrection[];
  cancelled: boolean;
}

/**
 * Walk the arrivals once per window size and decide each pair by the drop rule (W2, W3, W8): T(key) is the greatest time of the key's
 * mentions so far, moved by a mention before its own check, never by repeats or corrections. A correction counts if its target was
 * accepted, its window still accepts, and the mention stays in it.
 */
export function lateMentions(
  arrivals: readonly MentionArrival[],
  rule: WindowRule,
): MentionVerdicts {
  const distinct = firstOfEachId(arrivals);
  const late = new Set<string>();
  const applied = new Set<string>();
  const windows: MentionWindow[] = [];
  for (const sizeMs of rule.sizesMs) {
    const newestMs = new Map<string, number>();
    const accepted = new Map<string, Accepted>();
    for (const arrival of distinct) {
      if (accepts(arrival, sizeMs, rule, newestMs, accepted)) applied.add(arrival.id);
      else late.add(`${arrival.id} ${sizeMs}`);
    }
    windows.push(...windowsOf([...accepted.values()], sizeMs));
  }
  return {
    windows,
    late,
    counts: {
      applied: applied.size,
      deduped: arrivals.length - distinct.length,
      late: distinct.length - applied.size,
    },
  };
}

function firstOfEachId(arrivals: readonly MentionArrival[]): readonly MentionArrival[] {
  const seen = new Set<string>();
  return arrivals.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function accepts(
  arrival: MentionArrival,
  sizeMs: number,
  { graceMs, correctionMs }: WindowRule,
  newestMs: Map<string, number>,
  accepted: Map<string, Accepted>,
): boolean {
  const isOpen = (tsUs: number): boolean =>
    windowStartMs(tsUs, sizeMs) + sizeMs + graceMs + correctionMs >
    (newestMs.get(arrival.entity) ?? Number.NEGATIVE_INFINITY);
  if (arrival.kind === 'mention') {
    const { tsUs } = arrival.content;
    const before = newestMs.get(arrival.entity) ?? Number.NEGATIVE_INFINITY;
    newestMs.set(arrival.entity, Math.max(before, msOf(tsUs)));
    if (!isOpen(tsUs)) return false;
    accepted.set(arrival.id, { mention: arrival, corrections: [], cancelled: false });
    return true;
  }
  const target = accepted.get(arrival.ref);
  if (target === undefined || !isOpen(target.mention.content.tsUs)) return false;
  if (arrival.kind === 'cancel') {
    target.cancelled = true;
    return true;
  }
  const startOf = ({ tsUs }: MentionContent): number => windowStartMs(tsUs, sizeMs);
  if (startOf(arrival.content) !== startOf(target.mention.content)) return false;
  target.corrections.push(arrival);
  return true;
}

/** C14: a CANCEL beats every CORRECT, of several CORRECTs the last by (ts, seq, id) stands. */
function windowsOf(accepted: readonly Accepted[], sizeMs: number): readonly MentionWindow[] {
  const windows = new Map<
    string,
    { entity: string; startMs: number; mentions: MentionContent[] }
  >();
  for (const { mention, corrections, cancelled } of accepted) {
    const { entity, content } = mention;
    const startMs = windowStartMs(content.tsUs, sizeMs);
    const key = `${startMs} ${entity}`;
    const window = windows.get(key) ?? { entity, startMs, mentions: [] };
    windows.set(key, window);
    const last = corrections.toSorted(compareCorrections).at(-1);
    if (!cancelled) window.mentions.push(last?.content ?? content);
  }
  return [...windows.values()].map((window) => ({ ...window, sizeMs }));
}

function compareCorrections(a: MentionCorrection, b: MentionCorrection): number {
  if (a.content.tsUs !== b.content.tsUs) return a.content.tsUs - b.content.tsUs;
  const bySeq = (a.seq ?? 0) - (b.seq ?? 0);
  if (bySeq !== 0) return bySeq;
  return a.id < b.id ? -1 : 1;
}
