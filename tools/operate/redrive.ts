import { setTimeout as pause } from 'node:timers/promises';
import type { TopicAdmin } from '@groundswell/kafka';
import type { Database } from '@groundswell/postgres';
import type { RecordSink } from '@groundswell/stream';
import { FILTER, countWaiting, filterValues, type LetterFilter } from './dead-letters.ts';
import { outcomeOf, type Outcome } from './redrive-outcome.ts';
import { sendLetters, type SentLetter } from './send-letters.ts';

/** Which letters of which group go back to their topic, how fast, and for the audit row who does it and why. */
export interface Redrive extends LetterFilter {
  readonly group: string;
  readonly topic: string;
  /** Most that are sent now. */
  readonly limit: number;
  readonly perSecond: number;
  /** For the group to decide a lot. */
  readonly waitSeconds: number;
  readonly operator: string;
  readonly reason: string;
}

export interface RedriveParts {
  readonly database: Database;
  readonly sink: RecordSink;
  readonly admin: TopicAdmin;
}

/** What came of it: `stopped` says why not all went. */
export interface Redriven extends Outcome {
  readonly sent: number;
  readonly waiting: number;
  readonly stopped: 'died_again' | 'undecided' | null;
}

/** Below the 50 dead in a row that stop a task (processing.md section 5), whatever else arrives. */
const TOGETHER = 20;
const POLL_MS = 200;

/**
 * Sends dead letters to the topic that they came from, with their key, value and headers and an `attempt` one higher. The first goes alone,
 * then up to twenty at a time, and each lot must be decided before the next: as soon as one dies again nothing more is sent, so a fix that is
 * none costs one record and never a stopped task. Said again it goes on where it ended; what both a crash and a repetition sent twice is
 * deduped by its id.
 * @param onProgress called after each lot
 */
export async function redrive(
  parts: RedriveParts,
  plan: Redrive,
  onProgress: (sofar: Redriven) => void,
): Promise<Redriven> {
  const { database } = parts;
  const total = Math.min(plan.limit, await countWaiting(database, plan));
  const actionId = await recordAction(database, plan, total);
  let sofar: Redriven = { sent: 0, waiting: total, again: 0, late: 0, stopped: null };
  for (let lot = 1; sofar.sent < total && sofar.stopped === null; lot = TOGETHER) {
    const beganMs = performance.now();
    const size = Math.min(lot, total - sofar.sent, Math.max(1, plan.perSecond));
    const before = await parts.admin.logRanges(plan.topic);
    const letters = await sendLot(parts, plan, actionId, size);
    // None left, or another operator has just claimed the same ones.
    if (letters.length === 0 && (await countWaiting(database, plan)) === 0) break;
    if (letters.length === 0) continue;
    const isDecided = await decided(parts, plan, letters);
    const { again, late } = await outcomeOf(database, plan, before, letters);
    const sent = sofar.sent + letters.length;
    const stopped = again > 0 ? 'died_again' : isDecided ? null : 'undecided';
    sofar = {
      ...{ sent, again, late: sofar.late + late, stopped },
      waiting: await countWaiting(database, plan),
    };
    onProgress(sofar);
    await pause(
      Math.max(0, (letters.length / plan.perSecond) * 1000 - (performance.now() - beganMs)),
    );
  }
  return sofar;
}

/** The intention comes first, for what is sent cannot be taken back; the letters that went say which action it was. */
async function recordAction(database: Database, plan: Redrive, total: number): Promise<string> {
  const { group, topic, operator, reason, stage, refusedFor, before, perSecond } = plan;
  const what = { letters: total, stage, refused_for: refusedFor, before, per_second: perSecond };
  const [row] = await database.query<{ id: string }>(
    `INSERT INTO operator_action (action, grp, topic, operator, reason, what)
     VALUES ('dead_letters_redriven', $1, $2, $3, $4, $5::jsonb) RETURNING id`,
    [group, topic, operator, reason, JSON.stringify(what)],
  );
  return row?.id ?? '';
}

/** Claims the next letters and sends them before the claim is committed: a crash between sends them again, two operators send each once. */
async function sendLot(
  { database, sink }: RedriveParts,
  plan: Redrive,
  actionId: string,
  size: number,
): Promise<readonly SentLetter[]> {
  return database.transaction(async (tx) => {
    const claimed = await tx.query<{ partition: number; at: string }>(
      `INSERT INTO redriven_letter (topic, partition, record_offset, attempt, action_id)
       SELECT DISTINCT ON (d.partition, d.record_offset) d.topic, d.partition, d.record_offset, d.attempt + 1, $6::bigint
       FROM dead_letter d WHERE ${FILTER} AND NOT EXISTS (SELECT FROM redriven_letter r
         WHERE (r.topic, r.partition, r.record_offset) = (d.topic, d.partition, d.record_offset))
       ORDER BY d.partition, d.record_offset LIMIT $7
       ON CONFLICT DO NOTHING RETURNING partition, record_offset AS at`,
      [...filterValues(plan), actionId, size],
    );
    return sendLetters(tx, sink, plan, claimed);
  });
}

/** Whether every task of the group has passed what was sent; false when the time is over. */
async function decided(
  { database, admin }: RedriveParts,
  { group, topic, waitSeconds }: Redrive,
  letters: readonly SentLetter[],
): Promise<boolean> {
  const ends = await admin.logRanges(topic);
  const partitions = [...new Set(letters.map(({ partition }) => partition))];
  const untilMs = performance.now() + waitSeconds * 1000;
  for (;;) {
    const rows = await database.query<{ partition: number; at: string }>(
      `SELECT partition, min(next_offset) AS at FROM checkpoint
       WHERE grp = $1 AND topic = $2 AND partition = ANY ($3::int[]) GROUP BY partition`,
      [group, topic, partitions],
    );
    const isBehind = rows.some(
      ({ partition, at }) => BigInt(at) < (ends.get(partition)?.endOffset ?? 0n),
    );
    if (!isBehind && rows.length === partitions.length) return true;
    if (performance.now() > untilMs) return false;
    await pause(POLL_MS);
  }
}
