import { InvariantError } from '@groundswell/domain';
import type { TopicName } from '@groundswell/schemas';
import type { Candidate } from './classify.ts';
import { recordJson } from './control-records.ts';
import type { JournalClaim, MarkRow, TaskTransaction } from './store.ts';
import type { SourceEvent, SourceSpec } from './topology.ts';

export interface Claimed {
  readonly fresh: readonly Candidate[];
  /** Known ids with other content. */
  readonly conflicts: readonly Candidate[];
}

/** Q6: which candidates are new. Of equal ids in one batch the first counts. */
export async function claim(
  { dedupe }: SourceSpec<TopicName>,
  candidates: readonly Candidate[],
  tx: TaskTransaction,
): Promise<Claimed> {
  if (candidates.length === 0) return { fresh: [], conflicts: [] };
  if (dedupe === 'mark') return claimMarks(candidates, tx);
  const [first = [], ...copies] = rounds(candidates);
  if (dedupe === 'seen') return claimSeen(first, tx);
  const { fresh, conflicts } = await claimJournal(first, tx);
  const all = [...conflicts];
  // Copies in the same batch are judged against what the first one left, as if they came in the next batch (I6).
  for (const round of copies) all.push(...(await claimJournal(round, tx)).conflicts);
  return { fresh, conflicts: all };
}

/** Candidates in rounds of distinct ids: the first of each id, the second of each id, and so on. */
function rounds(candidates: readonly Candidate[]): Candidate[][] {
  const times = new Map<string, number>();
  const found: Candidate[][] = [];
  for (const candidate of candidates) {
    const { eventId } = candidate.event;
    const nth = times.get(eventId) ?? 0;
    times.set(eventId, nth + 1);
    (found[nth] ??= []).push(candidate);
  }
  return found;
}

async function claimMarks(candidates: readonly Candidate[], tx: TaskTransaction): Promise<Claimed> {
  const fresh = await tx.claimMarks(candidates.map(({ event }) => asMark(event)));
  return { fresh: candidates.filter((_, index) => fresh.has(index)), conflicts: [] };
}

async function claimSeen(candidates: readonly Candidate[], tx: TaskTransaction): Promise<Claimed> {
  const known = await tx.claimSeen(
    candidates.map(({ event, record }) => ({
      eventId: event.eventId,
      offset: record.offset,
      eventTimeUs: event.eventTimeUs,
    })),
  );
  const fresh =
    known.size === 0 ? candidates : candidates.filter(({ event }) => !known.has(event.eventId));
  return { fresh, conflicts: [] };
}

async function claimJournal(
  candidates: readonly Candidate[],
  tx: TaskTransaction,
): Promise<Claimed> {
  const claimed = await tx.claimJournal(candidates.map(({ event }) => asJournal(event)));
  return {
    fresh: candidates.filter(({ event }) => claimed.fresh.has(event.eventId)),
    conflicts: candidates.filter(({ event }) => claimed.conflicts.has(event.eventId)),
  };
}

/**
 * The journal keeps the whole record; two deliveries are the same if they differ in nothing but what the delivery made: its time, and
 * the number among equal facts of one request (E10).
 */
function asJournal({ topic, eventId, entity, eventTimeUs, record }: SourceEvent): JournalClaim {
  const json = recordJson(topic, record) as { ingest_time?: string; occurrence?: number };
  return {
    eventId,
    key: entity,
    eventTimeUs,
    body: Buffer.from(JSON.stringify(json)),
    content: JSON.stringify({ ...json, ingest_time: undefined, occurrence: undefined }),
  };
}

function asMark(event: SourceEvent): MarkRow {
  if (event.topic !== 'market.mark.v1') throw new InvariantError('only marks are deduped as marks');
  const { instrumentId, revision, priceE18 } = event.record;
  return { instrumentId, eventTimeUs: event.eventTimeUs, revision, priceE18 };
}
