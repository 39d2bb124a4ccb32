import { parseIsoUs } from '@groundswell/domain';
import {
  compareEvents,
  createJournal,
  effectiveEvent,
  investorLedger,
  isCorrection,
  lotLives,
  toLedgerEvent,
  type LedgerEvent,
  type LedgerRejection,
  type LedgerState,
  type LotLife,
  type RealisedRecord,
} from '@groundswell/ledger';
import { recordMaps, type TransactionJson } from '@groundswell/schemas';

/** An event of a ledger and when it became readable, epoch micros; null where that was not kept. */
export interface KnownTransaction {
  readonly transaction: TransactionJson;
  readonly knownAtUs: number | null;
}

/** One delivery about an execution: the fact itself, a correction or a cancellation of it. */
export interface ExecutionVersion extends KnownTransaction {
  readonly event: LedgerEvent;
}

/** One execution as it stands, and how it came to that. */
export interface Execution {
  /** What is folded; of a cancelled one what was folded before. */
  readonly event: LedgerEvent;
  readonly eventTimeUs: number;
  /** What the newest version did: CANCEL took it back. */
  readonly op: TransactionJson['op'];
  /** The fact first, then its corrections in their own order. */
  readonly versions: readonly [ExecutionVersion, ...ExecutionVersion[]];
  /** It became known after something that happened later; null where that cannot be told. */
  readonly late: boolean | null;
  /** The lots that it took from. */
  readonly closings: readonly RealisedRecord[];
  /** Why the fold left it out. */
  readonly refused: LedgerRejection | null;
}

/** The single facts behind the sums of an investor's published value. */
export interface InvestorLedger {
  readonly state: LedgerState;
  readonly lots: readonly LotLife[];
  /** In order of event time, then id. */
  readonly executions: readonly Execution[];
  /** Event time of what an id names, epoch micros. */
  timeUs(eventId: string): number | null;
}

/**
 * Fold what is known of an investor, by the code that folds it live (N4). With `atUs` only what had happened by then counts, with what
 * is known of it now: a correction that came later is about that time as well.
 */
export function investorLedgerOf(
  known: readonly KnownTransaction[],
  atUs: number | null,
): InvestorLedger {
  const versions = known.flatMap((one): ExecutionVersion[] => {
    const event = toLedgerEvent(recordMaps.Transaction.fromJson(one.transaction));
    return event === null ? [] : [{ ...one, event }];
  });
  const times = new Map(versions.map((one) => [one.event.id, timeOf(one)]));
  const corrections = Map.groupBy(
    versions.filter(({ event }) => isCorrection(event)),
    ({ event }) => event.ref ?? '',
  );
  const originals = versions.filter((one) => !isCorrection(one.event) && isBy(one, atUs));
  const journal = createJournal(investorLedger);
  for (const { event } of originals) {
    journal.insert(event);
    for (const correction of corrections.get(event.id) ?? []) journal.insert(correction.event);
  }
  const state = journal.state();
  const late = lateIds(originals);
  const closings = Map.groupBy(state.realisedRecords, ({ executionId }) => executionId);
  const refused = new Map(state.rejections.map(({ id, reason }) => [id, reason]));
  return {
    state,
    lots: lotLives(state),
    timeUs: (eventId) => times.get(eventId) ?? null,
    executions: originals.flatMap((original): Execution[] => {
      const { id } = original.event;
      const later = (corrections.get(id) ?? []).toSorted((a, b) => compareEvents(a.event, b.event));
      const changes = later.map(({ event }) => event);
      const standing = effectiveEvent(original.event, changes);
      const event =
        standing ??
        effectiveEvent(
          original.event,
          changes.filter(({ type }) => type !== 'CANCEL'),
        );
      if (event?.type !== 'BUY' && event?.type !== 'SELL') return [];
      return [
        {
          event,
          eventTimeUs: timeOf(original),
          op: standing === null ? 'CANCEL' : later.length > 0 ? 'CORRECT' : 'CREATE',
          versions: [original, ...later],
          late: original.knownAtUs === null ? null : late.has(id),
          closings: closings.get(id) ?? [],
          refused: refused.get(id) ?? null,
        },
      ];
    }),
  };
}

function timeOf({ transaction }: KnownTransaction): number {
  return parseIsoUs(transaction.event_time).us;
}

function isBy(one: KnownTransaction, atUs: number | null): boolean {
  return atUs === null || timeOf(one) <= atUs;
}

/** What one commit brought became readable at once, so nothing of it is late against the rest of it. */
function lateIds(originals: readonly ExecutionVersion[]): ReadonlySet<string> {
  const late = new Set<string>();
  let newest: LedgerEvent | null = null;
  const commits = Map.groupBy(originals, ({ knownAtUs }) => knownAtUs ?? 0);
  for (const [, commit] of [...commits].sort(([a], [b]) => a - b)) {
    const before = newest;
    for (const { event } of commit) {
      if (before !== null && compareEvents(event, before) < 0) late.add(event.id);
      if (newest === null || compareEvents(event, newest) > 0) newest = event;
    }
  }
  return late;
}
