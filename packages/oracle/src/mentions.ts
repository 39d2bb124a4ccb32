import { msOf } from './order.ts';
import { windowStartMs, type WindowRule } from './trades.ts';

/**
 * A mention under the names of its record, as far as moods depend on it: a published record is one as it is, so that nothing stands between
 * the log and the oracle.
 */
export interface MentionRecord {
  readonly eventId: string;
  readonly op: 'CREATE' | 'CORRECT' | 'CANCEL';
  readonly refEventId: string | null;
  readonly sequence: number | null;
  /** The key of everything below. */
  readonly instrumentId: string;
  readonly postId: string;
  readonly eventTimeUs: number;
  readonly source: string;
  readonly sourceClass: string;
  readonly authorKey: string;
  readonly authorFollowers: number | null;
  readonly authorSinceUs: number | null;
  readonly contentHash: string;
  /** 16 hex digits or empty. */
  readonly simhash: string;
  readonly label: 'POSITIVE' | 'NEUTRAL' | 'NEGATIVE';
  readonly score: number;
  readonly confidence: number;
  readonly calibrated: boolean;
  readonly modelId: string;
  readonly modelVersion: string;
  readonly symbolCount: number;
  readonly stuffed: boolean;
  /** Why it has no score (S3). */
  readonly skipped: string | null;
}

/** One window of one instrument: what it counts after all corrections, and whether anything was ever counted. */
export interface MentionWindow {
  readonly entity: string;
  readonly sizeMs: number;
  readonly startMs: number;
  readonly mentions: readonly MentionRecord[];
}

export interface MentionVerdicts {
  readonly windows: readonly MentionWindow[];
  /** `<event id> <size>` of every pair that must not count (W5). */
  readonly late: ReadonlySet<string>;
  readonly counts: { readonly applied: number; readonly deduped: number; readonly late: number };
}

/** A mention that a size accepted, and the corrections of it that the size accepted. */
interface Accepted {
  readonly mention: MentionRecord;
  readonly corrections: MentionRecord[];
  cancelled: boolean;
}

/**
 * Walk the arrivals once per window size and decide each pair by the drop rule (W2, W3, W8): T(key) is the greatest time of the key's
 * mentions so far, moved by a mention before its own check, never by repeats or corrections. A correction counts if its target was
 * accepted, its window still accepts, and the mention stays in it.
 */
export function lateMentions(
  arrivals: readonly MentionRecord[],
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
      if (accepts(arrival, sizeMs, rule, newestMs, accepted)) applied.add(arrival.eventId);
      else late.add(`${arrival.eventId} ${sizeMs}`);
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

function firstOfEachId(arrivals: readonly MentionRecord[]): readonly MentionRecord[] {
  const seen = new Set<string>();
  return arrivals.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
}

function accepts(
  arrival: MentionRecord,
  sizeMs: number,
  { graceMs, correctionMs }: WindowRule,
  newestMs: Map<string, number>,
  accepted: Map<string, Accepted>,
): boolean {
  const { instrumentId, eventTimeUs } = arrival;
  const isOpen = (tsUs: number): boolean =>
    windowStartMs(tsUs, sizeMs) + sizeMs + graceMs + correctionMs >
    (newestMs.get(instrumentId) ?? Number.NEGATIVE_INFINITY);
  if (arrival.op === 'CREATE') {
    const before = newestMs.get(instrumentId) ?? Number.NEGATIVE_INFINITY;
    newestMs.set(instrumentId, Math.max(before, msOf(eventTimeUs)));
    if (!isOpen(eventTimeUs)) return false;
    accepted.set(arrival.eventId, { mention: arrival, corrections: [], cancelled: false });
    return true;
  }
  const target = accepted.get(arrival.refEventId ?? '');
  if (target === undefined || !isOpen(target.mention.eventTimeUs)) return false;
  if (arrival.op === 'CANCEL') {
    target.cancelled = true;
    return true;
  }
  const startOf = (tsUs: number): number => windowStartMs(tsUs, sizeMs);
  if (startOf(eventTimeUs) !== startOf(target.mention.eventTimeUs)) return false;
  target.corrections.push(arrival);
  return true;
}

/** C14: a CANCEL beats every CORRECT, of several CORRECTs the last by (ts, seq, id) stands. */
function windowsOf(accepted: readonly Accepted[], sizeMs: number): readonly MentionWindow[] {
  const windows = new Map<string, { entity: string; startMs: number; mentions: MentionRecord[] }>();
  for (const { mention, corrections, cancelled } of accepted) {
    const { instrumentId: entity, eventTimeUs } = mention;
    const startMs = windowStartMs(eventTimeUs, sizeMs);
    const key = `${startMs} ${entity}`;
    const window = windows.get(key) ?? { entity, startMs, mentions: [] };
    windows.set(key, window);
    const last = corrections.toSorted(compareCorrections).at(-1);
    if (!cancelled) window.mentions.push(last ?? mention);
  }
  return [...windows.values()].map((window) => ({ ...window, sizeMs }));
}

function compareCorrections(a: MentionRecord, b: MentionRecord): number {
  if (a.eventTimeUs !== b.eventTimeUs) return a.eventTimeUs - b.eventTimeUs;
  const bySeq = (a.sequence ?? 0) - (b.sequence ?? 0);
  if (bySeq !== 0) return bySeq;
  return a.eventId < b.eventId ? -1 : 1;
}
