import { setTimeout as sleep } from 'node:timers/promises';
import { createTopicAdmin, type KafkaClient } from '@groundswell/kafka';
import type { Database } from '@groundswell/postgres';
import { inLane, laneConsumerGroup, topics, type TopicName } from '@groundswell/schemas';
import { ReplayError } from './errors.ts';

export interface QuiesceOptions {
  readonly lane: string;
  readonly kafka: KafkaClient;
  readonly database: Database;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly onProgress: (state: Pending) => void;
  /** Where to look when nothing moves. */
  readonly hint: () => string;
}

/** What stands between now and the end. */
export interface Pending {
  /** Records in the log that some task has not decided, counted once per task that reads them. */
  readonly undecided: number;
  readonly decided: number;
  readonly outboxRows: number;
  /** Entities with windows that are not final. */
  readonly openEntities: number;
}

const POLL_MS = 200;
const NO_PROGRESS_MS = 60_000;

/**
 * Wait until nothing is left to do: checkpoints at the ends of their logs, outbox empty, no window waiting for its end.
 * Producers are judged before their readers: once derive-market is at rest, no further mark can come, so that the ends of the mark logs stand
 * still; likewise mentions and their windows.
 * @throws ReplayError when nothing moved for a minute
 */
export async function awaitQuiescence(options: QuiesceOptions): Promise<void> {
  const { signal, nowMs, onProgress, hint } = options;
  let last = '';
  let movedMs = nowMs();
  for (;;) {
    const state = await pendingOf(options);
    if (state.undecided === 0 && state.outboxRows === 0 && state.openEntities === 0) return;
    onProgress(state);
    const text = JSON.stringify(state);
    if (text !== last) movedMs = nowMs();
    else if (nowMs() - movedMs > NO_PROGRESS_MS) {
      const { undecided, outboxRows, openEntities } = state;
      throw new ReplayError(
        `Nothing moved for a minute: ${undecided} records undecided, ${outboxRows} outbox rows, ${openEntities} entities with open windows. ${hint()}`,
      );
    }
    last = text;
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function pendingOf(options: QuiesceOptions): Promise<Pending> {
  const market = await serviceState(options, 'derive-market', ['market.trade.v1']);
  const behaviour = await serviceState(options, 'derive-behaviour', [
    'brokerage.transaction.v1',
    'market.mark.v1',
  ]);
  const score = await serviceState(options, 'derive-sentiment-score', ['social.post.v1']);
  const mood = await serviceState(options, 'derive-sentiment-window', ['social.mention.v1']);
  const all = [market, behaviour, score, mood];
  const sum = (of: (state: Pending) => number): number =>
    all.reduce((total, state) => total + of(state), 0);
  return {
    undecided: sum(({ undecided }) => undecided),
    decided: sum(({ decided }) => decided),
    outboxRows: sum(({ outboxRows }) => outboxRows),
    // An investor always waits for the next day, which only an event brings; what is remembered of a post waits to be forgotten.
    openEntities: market.openEntities + mood.openEntities,
  };
}

async function serviceState(
  { lane, kafka, database }: QuiesceOptions,
  service: string,
  sources: readonly TopicName[],
): Promise<Pending> {
  const group = laneConsumerGroup(lane, service);
  // One statement, so one snapshot: rows do not move from the log to the outbox in between.
  const [row] = await database.query<{
    positions: { task: number; topic: string; partition: number; next: string; first: string }[];
    outbox: number;
    open: number;
  }>(
    `SELECT
       (SELECT coalesce(json_agg(json_build_object('task', task, 'topic', topic, 'partition', partition,
                 'next', next_offset::text, 'first', first_offset::text)), '[]')
        FROM checkpoint WHERE grp = $1) AS positions,
       (SELECT count(*)::int FROM outbox WHERE grp = $1) AS outbox,
       (SELECT count(DISTINCT (task, key))::int FROM state WHERE grp = $1 AND pending_at_ms IS NOT NULL) AS open`,
    [group],
  );
  const positions = row?.positions ?? [];
  const next = new Map(
    positions.map((p) => [`${p.task}/${p.topic}/${p.partition}`, Number(p.next)]),
  );
  const admin = createTopicAdmin(kafka);
  let undecided = 0;
  for (const source of sources) {
    const topic = inLane(lane, source);
    const { read, partitions } = topics[source];
    for (const [partition, { startOffset, endOffset }] of await admin.logRanges(topic)) {
      const tasks =
        read === 'keyed' ? [partition] : Array.from({ length: partitions }, (_, task) => task);
      for (const task of tasks) {
        const position = next.get(`${task}/${topic}/${partition}`) ?? Number(startOffset);
        undecided += Number(endOffset) - position;
      }
    }
  }
  return {
    undecided,
    decided: positions.reduce((sum, p) => sum + Number(p.next) - Number(p.first), 0),
    outboxRows: row?.outbox ?? 0,
    openEntities: row?.open ?? 0,
  };
}
