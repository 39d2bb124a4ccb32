import type { Advance, Lease, TaskTransaction } from '@groundswell/stream';
import type { Queryable } from './database.ts';
import { moveCheckpoint } from './task/checkpoint.ts';
import { claimJournal, claimSeen, stampJournal } from './task/claims.ts';
import { claimMarks, markSpans, newestMarks } from './task/marks.ts';
import { writeHistory, writeLatest, writeOutbox } from './task/outputs.ts';
import { writeDeadLetters, writeLate } from './task/refused.ts';
import { keysByTag, pendingKeys, readJournal, readState, writeState } from './task/state.ts';

export interface FencedTransaction extends TaskTransaction {
  /** What was written, for the lease to follow after the commit. */
  moved(): { readonly advances: readonly Advance[]; readonly knownAtUs: number };
}

/** The statements of one batch, each one row per key by UNNEST (X5, PF23). They stand in `task/`, by what they read and write. */
export function createTaskTransaction(
  tx: Queryable,
  lease: Lease,
  floorUs: number,
): FencedTransaction {
  const { id } = lease;
  const claimed: string[] = [];
  let moved: { advances: readonly Advance[]; knownAtUs: number } = { advances: [], knownAtUs: 0 };
  return {
    floorUs,
    moved: () => moved,
    claimSeen: (claims) => claimSeen(tx, id, claims),
    async claimJournal(claims) {
      const verdict = await claimJournal(tx, id, claims);
      claimed.push(...verdict.fresh);
      return verdict;
    },
    claimMarks: (marks) => claimMarks(tx, id, marks),
    state: (keys) => readState(tx, id, keys),
    pendingKeys: (untilMs) => pendingKeys(tx, id, untilMs),
    keysByTag: (tags) => keysByTag(tx, id, tags),
    journal: (keys) => readJournal(tx, id, keys),
    newestMarks: (instrumentIds) => newestMarks(tx, id, instrumentIds),
    markSpans: (instrumentIds, boundsUs) => markSpans(tx, id, instrumentIds, boundsUs),
    async write(writes) {
      const { outbox, advances, knownAtUs } = writes;
      await stampJournal(tx, id, claimed, knownAtUs);
      await writeState(tx, id, writes.state);
      await writeOutbox(tx, lease, outbox);
      await writeHistory(tx, lease, writes.history);
      await writeLatest(tx, lease, writes.latest);
      await writeDeadLetters(tx, id, writes.deadLetters);
      await writeLate(tx, id, writes.late);
      await moveCheckpoint(tx, lease, writes);
      moved = { advances, knownAtUs: outbox.length > 0 ? knownAtUs : 0 };
    },
  };
}
