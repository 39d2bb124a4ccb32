import { setTimeout as pause } from 'node:timers/promises';
import type { TopicAdmin } from '@groundswell/kafka';
import type { Database } from '@groundswell/postgres';
import type { RecordSink } from '@groundswell/stream';
import { countWaiting, type LetterFilter } from './dead-letters.ts';
import { outcomeOf, type Outcome } from './redrive-outcome.ts';
import { sendLot, type SentLetter } from './send-letters.ts';

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
  readonly stopped: 'died_again' | 'undecided' | 'interrupted' | 'taken' | null;
}

/** Letters that are under way together: what a fix that is none can cost. */
const LOTS = [1, 2, 5, 10] as const;
const POLL_MS = 200;

/**
 * Sends dead letters to the topic that they came from, with their key, value and headers and an `attempt` one higher. The first goes alone,
 * then up to ten at a time, and each lot must be decided before the next: as soon as one dies again nothing more is sent. Those that died
 * again wait behind all others, so said again it goes on where it ended. What a crash sent twice is deduped by its id. One at a time for a
 * group and topic, whoever says it.
 * @param interrupted ends it after the lot that is under way
 * @param onProgress called after each lot
 */
export async function redrive(
  parts: RedriveParts,
  plan: Redrive,
  interrupted: AbortSignal,
  onProgress: (sofar: Redriven) => void,
): Promise<Redriven> {
  const { database } = parts;
  const none: Redriven = { sent: 0, again: 0, late: 0, unknown: 0, stopped: null };
  const session = await database.session();
  try {
    const [lock] = await session.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [`redrive ${database.schema} ${plan.group} ${plan.topic}`],
    );
    if (lock?.taken !== true) return { ...none, stopped: 'taken' };
    const total = Math.min(plan.limit, await countWaiting(database, plan));
    const actionId = await recordAction(database, plan, total);
    let sofar = none;
    for (let lot = 0; sofar.sent < total && sofar.stopped === null; lot += 1) {
      const size = Math.min(LOTS[lot] ?? 10, total - sofar.sent, plan.perSecond);
      const paced = pause((size / plan.perSecond) * 1000);
      const before = await parts.admin.logRanges(plan.topic);
      const letters = await sendLot(parts, plan, actionId, size);
      if (letters.length === 0) break;
      const isDecided = await decided(parts, plan, letters);
      const { again, late, unknown } = await outcomeOf(database, plan, before, letters);
      const stopped = again > 0 ? 'died_again' : isDecided ? null : 'undecided';
      sofar = {
        sent: sofar.sent + letters.length,
        again,
        late: sofar.late + late,
        unknown: sofar.unknown + unknown,
        stopped,
      };
      onProgress(sofar);
      await paced;
      if (interrupted.aborted && sofar.stopped === null)
        sofar = { ...sofar, stopped: 'interrupted' };
    }
    return sofar;
  } finally {
    await session.close();
  }
}

/** The intention comes first, for what is sent cannot be taken back; the letters that went say which action it was. */
async function recordAction(database: Database, plan: Redrive, total: number): Promise<string> {
  const { group, topic, operator, reason, stage, refusedFor, before, since, perSecond } = plan;
  const filter = { stage, refused_for: refusedFor, before, since };
  const what = { letters: total, ...filter, per_second: perSecond };
  const [row] = await database.query<{ id: string }>(
    `INSERT INTO operator_action (action, grp, topic, operator, reason, what)
     VALUES ('dead_letters_redriven', $1, $2, $3, $4, $5::jsonb) RETURNING id`,
    [group, topic, operator, reason, JSON.stringify(what)],
  );
  return row?.id ?? '';
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
