import { toError } from '@groundswell/domain';
import type { Queryable } from '@groundswell/postgres';
import { createLagGauges, type Logger, type Metrics } from '@groundswell/runtime';
import { LagBoard, standingsOf, type LogRange } from '@groundswell/stream';
import { OldestRow } from './oldest-row.ts';

/** Between two looks at database and log, ms; well below any scrape interval's worth of staleness that an alert would notice. */
const SAMPLE_EVERY_MS = 5_000;

/** One derivation whose progress is measured. */
export interface SampledGroup {
  /** Name of the topology: the consumer group without its lane. */
  readonly name: string;
  /** Consumer group, as the tables name it. */
  readonly group: string;
  owned(): readonly number[];
  stopped(): readonly unknown[];
  /** First and next offset of every partition of a physical topic. */
  logRanges(topic: string): Promise<ReadonlyMap<number, LogRange>>;
}

export interface ProgressSampler {
  /** One look. @throws what database or log throw; the gauges are empty then, never stale */
  sample(): Promise<void>;
  /** A look every five seconds until the returned function is called. */
  start(log: Logger): () => void;
}

/**
 * What only database and log together can tell: lag, age of checkpoints, outbox, conservation (I13), dead letters. Each process reports the
 * tasks that it owns, so sums over replicas count nothing twice; a task that nobody owns is missing, and shows in `tasks_owned`.
 */
export function createProgressSampler(
  metrics: Metrics,
  database: Queryable,
  groups: readonly SampledGroup[],
  nowMs: () => number,
): ProgressSampler {
  const gauges = createGauges(metrics);
  const boards = new Map(
    groups.map(({ group }) => [group, { lag: new LagBoard(), outbox: new OldestRow() }]),
  );

  async function sampleGroup({
    name,
    group,
    owned,
    stopped,
    logRanges,
  }: SampledGroup): Promise<void> {
    const tasks = owned();
    const board = boards.get(group) ?? { lag: new LagBoard(), outbox: new OldestRow() };
    const checkpoints = await database.query<CheckpointRow>(CHECKPOINTS, [group, tasks]);
    const [outbox] = await database.query<OutboxRow>(OUTBOX, [group, tasks]);
    const dead = await database.query<DeadRow>(DEAD_LETTERS, [group, tasks]);
    const standings = await standingsOf(checkpoints.map(positionOf), logRanges);
    gauges.owned.set(tasks.length, { group: name });
    gauges.stopped.set(stopped().length, { group: name });
    gauges.lag.show(name, board.lag.measure(standings, nowMs()));
    for (const [task, age] of youngest(checkpoints)) {
      gauges.checkpointAge.set(age, { group: name, task });
    }
    const imbalance = checkpoints.reduce((sum, row) => sum + Math.abs(Number(row.imbalance)), 0);
    gauges.imbalance.set(imbalance, { group: name });
    gauges.outboxRows.set(Number(outbox?.rows ?? 0), { group: name });
    const oldest = outbox?.oldest ?? null;
    const age = board.outbox.age(oldest === null ? null : BigInt(oldest), nowMs());
    gauges.outboxOldest.set(age, { group: name });
    for (const { topic, reason, rows } of dead) {
      gauges.deadLetters.set(Number(rows), { group: name, topic, reason });
    }
  }

  async function sample(): Promise<void> {
    try {
      for (const gauge of Object.values(gauges)) gauge.reset();
      for (const group of groups) await sampleGroup(group);
    } catch (thrown) {
      for (const gauge of Object.values(gauges)) gauge.reset();
      throw thrown;
    }
  }

  return {
    sample,
    start(log) {
      let busy = false;
      const look = async (): Promise<void> => {
        if (busy) return;
        busy = true;
        try {
          await sample();
        } catch (thrown) {
          log.warn('progress was not measured', { error: toError(thrown) });
        } finally {
          busy = false;
        }
      };
      void look();
      const timer = setInterval(() => void look(), SAMPLE_EVERY_MS);
      return () => {
        clearInterval(timer);
      };
    },
  };
}

interface CheckpointRow {
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly next_offset: string;
  readonly age: number;
  readonly imbalance: string;
}
interface OutboxRow {
  readonly rows: string;
  readonly oldest: string | null;
}
interface DeadRow {
  readonly topic: string;
  readonly reason: string;
  readonly rows: string;
}

const CHECKPOINTS = `
  SELECT task, topic, partition, next_offset, extract(epoch FROM now() - updated_at)::float8 AS age,
    next_offset - first_offset - n_applied - n_deduped - n_late - n_dead - n_erased - n_marker AS imbalance
  FROM checkpoint WHERE grp = $1 AND task = ANY ($2::int[])`;
const OUTBOX = `
  SELECT count(*) AS rows, min(id) AS oldest FROM outbox WHERE grp = $1 AND task = ANY ($2::int[])`;
/** Reasons are closed sets of the validators and decoders; the limit keeps a surprise from growing the scrape. */
const DEAD_LETTERS = `
  SELECT topic, reason, count(*) AS rows FROM dead_letter WHERE grp = $1 AND task = ANY ($2::int[])
  GROUP BY topic, reason ORDER BY count(*) DESC LIMIT 50`;

function createGauges(metrics: Metrics) {
  return {
    owned: metrics.gauge({
      name: 'tasks_owned',
      help: 'Tasks this process runs; over all replicas the number of partitions.',
      labels: ['group'],
    }),
    stopped: metrics.gauge({
      name: 'tasks_stopped',
      help: 'Tasks stopped for good: they wait for a person.',
      labels: ['group'],
    }),
    lag: createLagGauges(metrics),
    checkpointAge: metrics.gauge({
      name: 'checkpoint_age_seconds',
      help: 'Time since the last commit of a task; old is bad only where there is lag.',
      labels: ['group', 'task'],
    }),
    imbalance: metrics.gauge({
      name: 'conservation_imbalance_records',
      help: 'Records without exactly one verdict (I13). Never other than 0.',
      labels: ['group'],
    }),
    outboxRows: metrics.gauge({
      name: 'outbox_rows',
      help: 'Derived records that are committed and not yet published.',
      labels: ['group'],
    }),
    outboxOldest: metrics.gauge({
      name: 'outbox_oldest_seconds',
      help: 'How long the oldest row of the outbox has been the oldest.',
      labels: ['group'],
    }),
    deadLetters: metrics.gauge({
      name: 'dead_letter_rows',
      help: 'Dead letters kept, by reason.',
      labels: ['group', 'topic', 'reason'],
    }),
  };
}

function positionOf({ topic, partition, next_offset: next }: CheckpointRow) {
  return { topic, partition, nextOffset: BigInt(next) };
}

/** A commit moves every position of its task. */
function youngest(rows: readonly CheckpointRow[]): ReadonlyMap<number, number> {
  const ages = new Map<number, number>();
  for (const { task, age } of rows) ages.set(task, Math.min(age, ages.get(task) ?? Infinity));
  return ages;
}
