import { createTopicAdmin } from '@groundswell/kafka';
import { createProjectionStore } from '@groundswell/redis';
import { inLane, topics, type TopicName } from '@groundswell/schemas';
import type { LogTape } from './log-tape.ts';
import type { Stack } from './stack.ts';
import { until, type Progress } from './until.ts';
import type { WorldRun } from './world-run.ts';

/** Topics that `persist-online` projects. */
const PROJECTED = [
  'feature.symbol.market.v1',
  'feature.investor.behaviour.v1',
  'control.source-status.v1',
  'control.gap.v1',
] as const satisfies readonly TopicName[];

/** Every trade that the venue has is settled by the connector: acked, dead, or part of a declared gap. */
export async function connectorsAreDone(stack: Stack, world: WorldRun): Promise<void> {
  await until(
    'the broker to get its answers',
    () => {
      const left = world.broker().pending().length;
      return left === 0 || `${left} items left`;
    },
    { signal: stack.signal },
  );
  await until('the cursor of the connector', () => cursorProgress(stack, world.newestServed()), {
    signal: stack.signal,
  });
}

/** True once the stored cursor stands behind these trade ids. */
export async function cursorProgress(
  { database }: Pick<Stack, 'database'>,
  newest: ReadonlyMap<string, number>,
): Promise<Progress> {
  const [row] = await database.query<{ position: Record<string, number> }>(
    `SELECT position FROM connector_cursor WHERE connector = 'world'`,
  );
  const behind = [...newest].filter(([product, id]) => (row?.position[product] ?? 0) < id + 1);
  if (behind.length === 0) return true;
  return behind.map(([product, id]) => `${product} ${row?.position[product]}/${id + 1}`).join(' ');
}

/** Nothing is under way any more: positions at the end of their logs, outbox empty, no window waits, Redis and the tape complete. */
export async function quiesce(stack: Stack, tape: LogTape): Promise<void> {
  const redis = createProjectionStore(stack.redis);
  const admin = createTopicAdmin(stack.kafka);
  await until(
    'everything to come to rest',
    async () => {
      const open = await stack.database.query<{ what: string; count: string }>(
        `SELECT 'outbox' AS what, count(*) FROM outbox
         UNION ALL SELECT 'pending windows', count(*) FROM state
         WHERE pending_at_ms IS NOT NULL AND grp LIKE '%derive-market' -- ledgers always wait for the end of a day`,
      );
      const lines = open
        .filter(({ count }) => count !== '0')
        .map((row) => `${row.count} ${row.what}`);
      lines.push(...(await checkpointsBehind(stack)));
      const taped = await tape.behind();
      if (taped !== null) lines.push(`tape ${taped}`);
      for (const topic of PROJECTED) {
        const ranges = [...(await admin.logRanges(inLane(stack.lane, topic)))];
        const stored = await redis.positions(ranges.map(([partition]) => ({ topic, partition })));
        ranges.forEach(([partition, { endOffset }], index) => {
          const at = stored[index] ?? null;
          // Statuses come for ever: there it is enough to be near.
          const slack = topic === 'control.source-status.v1' ? 50n : 0n;
          if (at === null || at + slack < endOffset)
            lines.push(`Redis ${topic}/${partition} at ${at} of ${endOffset}`);
        });
      }
      return lines.length === 0 || lines.slice(0, 8).join('; ');
    },
    { signal: stack.signal, everyMs: 300 },
  );
}

/**
 * Checkpoints of the derive services that do not stand at the end of their logs, and partitions that nobody has begun.
 *
 * @param goal where they should stand; undefined for partitions that do not matter
 */
export async function checkpointsBehind(
  stack: Stack,
  goal?: (topic: TopicName, partition: number) => bigint | undefined,
): Promise<string[]> {
  const admin = createTopicAdmin(stack.kafka);
  const lines: string[] = [];
  for (const topic of ['market.trade.v1', 'brokerage.transaction.v1', 'market.mark.v1'] as const) {
    const physical = inLane(stack.lane, topic);
    const rows = await stack.database.query<{ task: number; partition: number; at: string }>(
      'SELECT task, partition, next_offset AS at FROM checkpoint WHERE topic = $1',
      [physical],
    );
    const ends = await admin.logRanges(physical);
    const copies =
      topics[topic].read === 'broadcast' ? topics['brokerage.transaction.v1'].partitions : 1;
    if (rows.length !== ends.size * copies)
      lines.push(`${topic}: ${rows.length} of ${ends.size * copies} checkpoints`);
    for (const { task, partition, at } of rows) {
      const end =
        (goal === undefined ? ends.get(partition)?.endOffset : goal(topic, partition)) ?? 0n;
      if (BigInt(at) < end) lines.push(`task ${task} ${topic}/${partition} at ${at} of ${end}`);
    }
  }
  return lines;
}
