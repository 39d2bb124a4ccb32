import { GroundswellError, InvariantError, isRetriable, toError } from '@groundswell/domain';
import { topics, type TopicName } from '@groundswell/schemas';
import { backoffMs } from './backoff.ts';
import { FencedError, GapError, TruncatedError } from './errors.ts';
import { Mutex } from './mutex.ts';
import type { StreamObserver } from './observer.ts';
import type {
  BatchControl,
  FetchedBatch,
  LogRange,
  RecordSource,
  SourceHandlers,
} from './ports.ts';
import type { TaskStore } from './store.ts';
import { Task, type TaskDeps } from './task.ts';

export interface HostDeps extends TaskDeps {
  readonly source: RecordSource;
  readonly store: TaskStore;
  readonly observer: StreamObserver;
  readonly group: string;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Called after each commit that left rows in the outbox. */
  readonly onOutbox: () => void;
  /** The set of tasks that this process owns changed. */
  readonly onOwned: (tasks: readonly number[]) => void;
}

/** One assigned task of this generation: acquiring, running or stopped. */
interface Slot {
  readonly number: number;
  readonly mutex: Mutex;
  task: Task | null;
  stopped: Error | null;
  lastRecordUs: number;
  fences: number;
}

/** How often an idle task is looked at, and its position compared with the log (I4). */
const IDLE_CHECK_MS = 500;
const LOG_CHECK_MS = 5_000;

/**
 * Runs the tasks of the partitions that the group gave to this process. Lifecycle of a slot: assigned -> acquiring -> running ->
 * (fenced -> acquiring)* -> dropped, or stopped until the next assignment. Nothing of a generation outlives it.
 */
export class TaskHost implements SourceHandlers {
  private readonly deps: HostDeps;
  private readonly keyed: readonly TopicName[];
  private readonly broadcast: readonly TopicName[];
  private slots = new Map<number, Slot>();
  private generation = 0;
  /** Where a partition was last sent back to, because a fetch began beyond its position (H5). */
  private readonly soughtBack = new Map<string, bigint>();
  private visiting = false;
  private timers: NodeJS.Timeout[] = [];
  private fatal: ((error: Error) => void) | null = null;

  constructor(deps: HostDeps) {
    this.deps = deps;
    const names = Object.keys(deps.topology.sources) as TopicName[];
    this.keyed = names.filter((name) => topics[name].read === 'keyed');
    this.broadcast = names.filter((name) => topics[name].read === 'broadcast');
  }

  /** Resolves when the consumer runs; `onFatal` is called once it cannot go on. */
  async start(onFatal: (error: Error) => void): Promise<void> {
    this.fatal = onFatal;
    this.timers.push(
      setInterval(() => void this.visitIdle(), IDLE_CHECK_MS),
      setInterval(() => void this.checkLogs(), LOG_CHECK_MS),
    );
    await this.deps.source.start(this);
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.deps.source.stop();
    const slots = [...this.slots.values()];
    this.slots = new Map();
    this.generation += 1;
    // A batch that is under way finishes or fails by itself; its commit is fenced like any other.
    await Promise.all(slots.map((slot) => slot.mutex.run(() => Promise.resolve())));
  }

  /** Tasks that stopped, for readiness. */
  stopped(): readonly { readonly task: number; readonly error: Error }[] {
    return [...this.slots.values()].flatMap((slot) =>
      slot.stopped === null ? [] : [{ task: slot.number, error: slot.stopped }],
    );
  }

  owned(): readonly number[] {
    return [...this.slots.values()].filter((slot) => slot.task !== null).map((slot) => slot.number);
  }

  onAssigned(partitions: readonly number[]): void {
    this.generation += 1;
    const nowUs = this.deps.nowUs();
    this.slots = new Map(
      partitions.map((number) => [
        number,
        { number, mutex: new Mutex(), task: null, stopped: null, lastRecordUs: nowUs, fences: 0 },
      ]),
    );
    this.deps.onOwned(partitions);
    for (const slot of this.slots.values()) {
      // `failed` has reported it; the next batch or idle visit tries again.
      void slot.mutex.run(() => this.acquire(slot, this.generation)).catch(() => undefined);
    }
  }

  onLost(): void {
    this.generation += 1;
    this.slots = new Map();
    this.deps.onOwned([]);
  }

  onCrash(error: Error): void {
    this.fatal?.(error);
  }

  async onBatch(batch: FetchedBatch, control: BatchControl): Promise<bigint> {
    const logical = this.deps.logicalTopic(batch.topic);
    const slots =
      topics[logical].read === 'keyed'
        ? [this.slots.get(batch.partition)].filter((slot) => slot !== undefined)
        : [...this.slots.values()];
    if (slots.length === 0) return batch.fetchedOffset;
    const began = this.deps.nowUs();
    const generation = this.generation;
    const ends = await Promise.all(
      slots.map((slot) => slot.mutex.run(() => this.run(slot, generation, batch, control))),
    );
    const open = ends.filter((end) => end !== null);
    const end = open.reduce(
      (least, next) => (next < least ? next : least),
      open[0] ?? batch.fetchedOffset,
    );
    const spareMs = this.deps.topology.commitEveryMs - (this.deps.nowUs() - began) / 1000;
    if (end === batch.endOffset && spareMs > 1) await this.deps.sleep(spareMs);
    this.deps.observer.lag(batch.topic, batch.partition, Number(batch.highWatermark - end));
    return end;
  }

  /** All of a batch that this task has not decided; returns where it stands, or null if it takes no part. */
  private async run(
    slot: Slot,
    generation: number,
    batch: FetchedBatch,
    control: BatchControl,
  ): Promise<bigint | null> {
    for (;;) {
      if (generation !== this.generation || control.isStale()) return null;
      if (slot.stopped !== null) return null;
      if (slot.task === null) await this.acquire(slot, generation);
      const task = slot.task;
      const position = task?.position(batch.topic, batch.partition);
      if (task === null || position === undefined) return null;
      if (position.nextOffset >= batch.endOffset) return position.nextOffset;
      try {
        if (batch.fetchedOffset > position.nextOffset) {
          if (!(await this.explained(batch, position.nextOffset))) return position.nextOffset;
        }
        const began = this.deps.nowUs();
        const outcome = await task.process(batch);
        slot.lastRecordUs = this.deps.nowUs();
        slot.fences = 0;
        this.deps.observer.committed(
          slot.number,
          batch.topic,
          outcome.counts,
          (slot.lastRecordUs - began) / 1e6,
        );
        if (outcome.outboxRows > 0) this.deps.onOutbox();
        await control.heartbeat();
      } catch (thrown) {
        slot.task = null;
        await this.failed(slot, thrown);
      }
    }
  }

  /** H5: is the jump from our position to the fetched offset only made of offsets that hold no record? */
  private async explained(batch: FetchedBatch, nextOffset: bigint): Promise<boolean> {
    const key = `${batch.topic}/${batch.partition}`;
    if (this.soughtBack.get(key) !== nextOffset) {
      this.soughtBack.set(key, nextOffset);
      return false;
    }
    const range = (await this.deps.source.logRanges(batch.topic)).get(batch.partition);
    if (range !== undefined && range.startOffset > nextOffset) {
      throw new GapError({
        topic: batch.topic,
        partition: batch.partition,
        from: String(nextOffset),
        to: String(range.startOffset),
      });
    }
    return true;
  }

  private async failed(slot: Slot, thrown: unknown): Promise<void> {
    const error = toError(thrown);
    if (error instanceof FencedError) {
      slot.fences += 1;
      this.deps.observer.fenced(slot.number);
      // Two processes that both believe they own the task must not raise the epoch in lock step (I2).
      await this.deps.sleep(backoffMs(slot.fences, 100, 5_000, this.deps.random()));
      return;
    }
    if (isRetriable(error)) {
      this.deps.observer.retrying(slot.number, error);
      // The source backs off, keeps the membership alive and offers the same records again.
      throw error;
    }
    this.stopSlot(slot, error);
    // Our own bug: the process ends, the position stays (section 5).
    if (!(error instanceof GapError || error instanceof TruncatedError)) this.fatal?.(error);
  }

  private stopSlot(slot: Slot, error: Error): void {
    slot.task = null;
    slot.stopped = error;
    this.deps.source.pause(
      this.keyed.map((name) => ({ topic: this.deps.physicalTopic(name), partition: slot.number })),
    );
    this.deps.observer.stopped(slot.number, error);
  }

  /** Take the task: raise its epoch, check its positions against the log, point the source at them. */
  private async acquire(slot: Slot, generation: number): Promise<void> {
    if (slot.task !== null || slot.stopped !== null || generation !== this.generation) return;
    try {
      const ranges = await this.ranges();
      const lease = await this.deps.store.acquire(
        { group: this.deps.group, task: slot.number },
        [...ranges].flatMap(([topic, partitions]) =>
          [...partitions]
            .filter(([partition]) => !this.isKeyed(topic) || partition === slot.number)
            .map(([partition, range]) => ({
              topic,
              partition,
              partitionCount: partitions.size,
              startOffset: range.startOffset,
            })),
        ),
      );
      // Read again: an owner before us may have moved on since the first look, and a log only grows.
      const now = await this.ranges();
      for (const position of lease.positions) {
        checkRange(position, now.get(position.topic)?.get(position.partition));
      }
      if (generation !== this.generation) return;
      slot.task = new Task(lease, this.deps);
      this.deps.observer.acquired(slot.number, lease.ownerEpoch);
      this.seek();
    } catch (thrown) {
      await this.failed(slot, thrown);
    }
  }

  /** Keyed partitions start at their task's position, broadcast ones at the least of all tasks. */
  private seek(): void {
    const tasks = [...this.slots.values()].flatMap((slot) =>
      slot.task === null ? [] : [slot.task],
    );
    const least = new Map<string, { topic: string; partition: number; offset: bigint }>();
    for (const task of tasks) {
      for (const { topic, partition, nextOffset } of task.lease.positions) {
        const key = `${topic}/${partition}`;
        const known = least.get(key);
        if (known === undefined || nextOffset < known.offset) {
          least.set(key, { topic, partition, offset: nextOffset });
        }
      }
    }
    for (const { topic, partition, offset } of least.values()) {
      this.deps.source.seek({ topic, partition }, offset);
    }
  }

  private isKeyed(physical: string): boolean {
    return topics[this.deps.logicalTopic(physical)].read === 'keyed';
  }

  private async ranges(): Promise<Map<string, ReadonlyMap<number, LogRange>>> {
    const names = [...this.keyed, ...this.broadcast].map((name) => this.deps.physicalTopic(name));
    return new Map(
      await Promise.all(
        names.map(async (name) => [name, await this.deps.source.logRanges(name)] as const),
      ),
    );
  }

  /** W4: a caught-up partition without records announces what is final. */
  private async visitIdle(): Promise<void> {
    if (this.visiting) return;
    this.visiting = true;
    try {
      await this.announceIdle();
    } catch (thrown) {
      this.background(thrown);
    } finally {
      this.visiting = false;
    }
  }

  private async announceIdle(): Promise<void> {
    const idleUs = this.deps.topology.idleMs * 1000;
    const { generation } = this;
    for (const slot of this.slots.values()) {
      if (slot.task !== null || slot.stopped !== null) continue;
      // `failed` has reported it; the next visit or batch tries again.
      await slot.mutex.run(() => this.acquire(slot, generation)).catch(() => undefined);
    }
    const idle = [...this.slots.values()].filter(
      (slot) => slot.task?.hasPending() === true && this.deps.nowUs() - slot.lastRecordUs > idleUs,
    );
    if (idle.length === 0) return;
    const ranges = await this.ranges();
    for (const slot of idle) {
      await slot.mutex.run(async () => {
        const { task } = slot;
        if (task === null || this.deps.nowUs() - slot.lastRecordUs <= idleUs) return;
        const waiting = task.lease.positions.some(
          ({ topic, partition, nextOffset }) =>
            this.isKeyed(topic) &&
            (ranges.get(topic)?.get(partition)?.endOffset ?? 0n) > nextOffset,
        );
        if (waiting) return;
        try {
          if ((await task.idle()) > 0) this.deps.onOutbox();
        } catch (thrown) {
          slot.task = null;
          await this.failed(slot, thrown);
        }
      });
    }
  }

  /** I4: positions are compared with the log also while nothing arrives. */
  private async checkLogs(): Promise<void> {
    try {
      // Positions first, then the log: the other way round a busy log would seem to end before us.
      const before = [...this.slots.values()].map((slot) => ({
        slot,
        task: slot.task,
        positions: (slot.task?.lease.positions ?? []).map((position) => ({ ...position })),
      }));
      const ranges = await this.ranges();
      const commits: { topic: string; partition: number; nextOffset: bigint }[] = [];
      for (const { slot, task, positions } of before) {
        if (slot.task !== task) continue;
        try {
          for (const position of positions) {
            checkRange(position, ranges.get(position.topic)?.get(position.partition));
            if (this.isKeyed(position.topic)) commits.push(position);
          }
        } catch (thrown) {
          this.stopSlot(slot, toError(thrown));
        }
      }
      if (commits.length > 0) await this.deps.source.commit(commits);
    } catch (thrown) {
      this.background(thrown);
    }
  }

  /** Timers only notice outages; the batch path decides what to do about them. */
  private background(thrown: unknown): void {
    const error = toError(thrown);
    if (error instanceof GroundswellError) this.deps.observer.retrying(-1, error);
    else this.fatal?.(error);
  }
}

function checkRange(
  { topic, partition, nextOffset }: { topic: string; partition: number; nextOffset: bigint },
  range: LogRange | undefined,
): void {
  if (range === undefined)
    throw new InvariantError('a source partition is not in the log', { topic, partition });
  const fields = { topic, partition, nextOffset: String(nextOffset) };
  if (nextOffset < range.startOffset)
    throw new GapError({ ...fields, logStart: String(range.startOffset) });
  if (nextOffset > range.endOffset)
    throw new TruncatedError({ ...fields, logEnd: String(range.endOffset) });
}
