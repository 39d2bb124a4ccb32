import { createRecordCodec } from '@groundswell/kafka';
import { inLane, type DeadLetter, type LateEvent } from '@groundswell/schemas';
import type { LateTrade } from '@groundswell/oracle';
import type { Differences } from './differences.ts';
import type { LogTape } from './log-tape.ts';
import type { PlantedPoison } from './poison.ts';
import type { Stack } from './stack.ts';

interface CheckpointRow {
  readonly grp: string;
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: string;
  readonly next_offset: string;
  readonly n_applied: string;
  readonly n_deduped: string;
  readonly n_late: string;
  readonly n_dead: string;
  readonly n_erased: string;
  readonly n_marker: string;
}

export interface Verdicts {
  readonly applied: number;
  readonly deduped: number;
  readonly late: number;
  readonly dead: number;
}

/** I13 in every checkpoint, and the verdicts per keyed partition (O3). */
export async function readAccounts(stack: Stack): Promise<{
  readonly broken: Differences;
  verdicts(topic: 'market.trade.v1' | 'brokerage.transaction.v1'): ReadonlyMap<number, Verdicts>;
}> {
  const rows = await stack.database.query<CheckpointRow>('SELECT * FROM checkpoint');
  const sum = (row: CheckpointRow): bigint =>
    [row.n_applied, row.n_deduped, row.n_late, row.n_dead, row.n_erased, row.n_marker]
      .map(BigInt)
      .reduce((a, b) => a + b, 0n);
  return {
    broken: rows
      .filter((row) => BigInt(row.next_offset) - BigInt(row.first_offset) !== sum(row))
      .map(({ grp, task, topic, partition }) => `${grp} ${task} ${topic}/${partition}`),
    verdicts: (topic) =>
      new Map(
        rows
          .filter((row) => row.topic === inLane(stack.lane, topic))
          .map((row) => [
            row.partition,
            {
              applied: Number(row.n_applied),
              deduped: Number(row.n_deduped),
              late: Number(row.n_late),
              dead: Number(row.n_dead),
            },
          ]),
      ),
  };
}

/** Each planted poison is one row and one record, with its reason and its bytes; nothing else of a topic is dead. */
export async function differencesInDeadLetters(
  stack: Stack,
  tape: LogTape,
  poison: readonly PlantedPoison[],
): Promise<Differences> {
  const codec = createRecordCodec(stack.registry, 'control.dead-letter.v1');
  const records = tape.records('control.dead-letter.v1');
  await codec.prepare(records.map(({ value }) => value));
  const letters = new Map<string, DeadLetter>();
  for (const { value } of records) {
    const letter = codec.decode(value);
    // The topic may repeat (I8); the key tells.
    if (letter.origin !== null) letters.set(letter.eventId, letter);
  }
  const rows = await stack.database.query<{ count: string }>('SELECT count(*) FROM dead_letter');
  const open = poison.map((one) => ({ ...one, text: describe(one) }));
  const found: string[] = [];
  for (const letter of letters.values()) {
    const text = describe({
      topic: letter.origin?.topic.replace(`${stack.lane}.`, '') ?? '',
      stage: letter.stage,
      reason: letter.reason,
      key: letter.originalKey,
      value: letter.originalValue,
    });
    const index = open.findIndex((one) => one.text === text);
    if (index < 0) found.push(`dead letter ${letter.eventId} was not planted: ${letter.reason}`);
    else open.splice(index, 1);
  }
  for (const { kind, topic } of open) found.push(`no dead letter of ${kind} in ${topic}`);
  if (Number(rows[0]?.count) !== poison.length)
    found.push(`${rows[0]?.count} dead letter rows instead of ${poison.length}`);
  return found;
}

function describe(one: {
  readonly topic: string;
  readonly stage: string;
  readonly reason: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}): string {
  const hex = (bytes: Uint8Array | null): string =>
    bytes === null ? 'null' : Buffer.from(bytes).toString('hex');
  return [one.topic, one.stage, one.reason, hex(one.key), hex(one.value)].join('|');
}

/** Late pairs in Postgres and on the topic against the oracle's, with their windows. */
export async function differencesInLate(
  stack: Stack,
  tape: LogTape,
  trades: readonly LateTrade[],
  transactions: readonly string[],
): Promise<Differences> {
  const codec = createRecordCodec(stack.registry, 'control.late-event.v1');
  const records = tape.records('control.late-event.v1');
  await codec.prepare(records.map(({ value }) => value));
  const onTopic = new Map<string, LateEvent>();
  for (const { value } of records) {
    const late = codec.decode(value);
    onTopic.set(late.eventId, late);
  }
  const rows = await stack.database.query<{
    event_id: string;
    window_size_ms: string;
    window_start_us: string;
    reason: string;
  }>('SELECT event_id, window_size_ms, window_start_us, reason FROM late_record');
  const expected = [
    ...trades.map(({ id, sizeMs, startMs, reason }) =>
      lateText(id, sizeMs, startMs * 1000, reason === 'not_applied' ? 'unknown_target' : reason),
    ),
    ...transactions.map((id) => lateText(id, 0, 0, 'future_dated')),
  ];
  const stored = rows.map((row) =>
    lateText(row.event_id, Number(row.window_size_ms), Number(row.window_start_us), row.reason),
  );
  const published = [...onTopic.values()].map((late) =>
    lateText(late.lateEventId, late.windowSizeMs ?? 0, late.windowStartUs ?? 0, late.reason),
  );
  return [
    ...multisetDifferences('late_record', stored, expected),
    ...multisetDifferences('late topic', published, expected),
  ];
}

function lateText(id: string, sizeMs: number, startUs: number, reason: string): string {
  return `${id} ${sizeMs} ${startUs} ${reason}`;
}

/** What one list has more often than the other. */
function multisetDifferences(
  name: string,
  actual: readonly string[],
  expected: readonly string[],
): Differences {
  const balance = new Map<string, number>();
  for (const one of actual) balance.set(one, (balance.get(one) ?? 0) + 1);
  for (const one of expected) balance.set(one, (balance.get(one) ?? 0) - 1);
  return [...balance]
    .filter(([, count]) => count !== 0)
    .map(([one, count]) => `${name}: ${one} ${count > 0 ? 'too often' : 'missing'} (${count})`);
}
