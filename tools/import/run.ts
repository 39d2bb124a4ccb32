import { createDatabase } from '@groundswell/postgres';
import { postAll, requestsOf, type Posted } from './door.ts';
import { answeredBefore, enterInstruments, type EnteredInstruments } from './instruments.ts';
import type { ImportPlan, RejectedRow } from './plan.ts';
import { refusedRow } from './preview.ts';
import type { Profile } from './profile.ts';
import type { ImportTarget } from './target.ts';

/** What became of a file: `accepted` and `rejected` together are all of its rows. */
export interface ImportResult {
  readonly accepted: number;
  /** Rows that were not understood, and rows that the platform refused, by line. */
  readonly rejected: readonly RejectedRow[];
  readonly instruments: EnteredInstruments;
  /** Every request of this file was answered before: nothing new can have come of it. */
  readonly wasImported: boolean;
}

export interface ImportObserver {
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  posted(rows: number): void;
}

/** Enter what is new of the instruments, then take the rows to the door. @throws ImportError */
export async function importPlan(
  plan: ImportPlan,
  profile: Profile,
  { door, databaseUrl, lane }: ImportTarget,
  { signal, nowMs, posted }: ImportObserver,
): Promise<ImportResult> {
  const database = createDatabase({
    url: databaseUrl,
    lane,
    applicationName: 'import',
    maxConnections: 2,
  });
  try {
    const requests = requestsOf(plan.rows);
    const ids = requests.map(({ id }) => id);
    const before = await answeredBefore(database, door.sender, ids);
    const instruments = await enterInstruments(database, door.sender, plan.rows, profile);
    let done = 0;
    const { accepted, refused }: Posted = await postAll(door, requests, {
      signal,
      nowMs,
      onPosted: (rows) => {
        done += rows;
        posted(done);
      },
    });
    const rejected = [...plan.rejected, ...refused.map(refusedRow)].sort((a, b) => a.line - b.line);
    const wasImported = requests.length > 0 && before === requests.length;
    return { accepted, rejected, instruments, wasImported };
  } finally {
    await database.close();
  }
}
