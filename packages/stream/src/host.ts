import { isRetriable, toError } from '@groundswell/domain';
import { backoffMs } from './backoff.ts';
import { FencedError, GapError, TruncatedError } from './errors.ts';
import { HostWatch } from './host-watch.ts';
import { JumpGuard } from './jump-guard.ts';
import type { StreamObserver } from './observer.ts';
import type { BatchControl, FetchedBatch, RecordSource, SourceHandlers } from './ports.ts';
import { createSlot, leastPositions, type Slot } from './slot.ts';
import { checkRange, SourceLogs } from './source-logs.ts';
import { Task, type TaskDeps } from './task.ts';

export interface HostDeps extends TaskDeps {
  readonly source: RecordSource;
  readonly observer: StreamObserver;
  readonly group: string;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Called after each commit that left rows in the outbox. */
  readonly onOutbox: () => void;
  /** The set of tasks that this process owns changed. */
  readonly onOwned: (tasks: readonly number[]) => void;
}

/**
 * Runs the tasks of the partitions that the group gave to this process, one {@link Slot} each. Slots are made anew with every generation
 * and nothing of a generation outlives it: work on a slot that is no longer in the table is void.
 */
export class TaskHost implements SourceHandlers {
  private readonly deps: HostDeps;
  private readonly logs: SourceLogs;
  private readonly jumps: JumpGuard;
  private readonly watch: HostWatch;
  private slots = new Map<number, Slot>();
  private fatal: ((error: Error) => void) | null = null;

  constructor(deps: HostDeps) {
    this.deps = deps;
    this.logs = new SourceLogs(deps);
    this.jumps = new JumpGuard(deps.source);
    this.watch = new HostWatch({
      ...deps,
      logs: this.logs,
      idleMs: deps.topology.idleMs,
      slots: () => [...this.slots.values()],
      acquire: (slot) => this.tryAcquire(slot),
      failed: (slot, thrown) => this.failed(slot, thrown),
      stopSlot: (slot, error) => {
        this.stopSlot(slot, error);
      },
      onFatal: (error) => this.fatal?.(error),
    });
  }

  /** Resolves when the consumer runs; `onFatal` is called once it cannot go on. */
  async start(onFatal: (error: Error) => void): Promise<void> {
    this.fatal = onFatal;
    this.watch.start();
    await this.deps.source.start(this);
  }

  async stop(): Promise<void> {
    this.watch.stop();
    await this.deps.source.stop();
    const slots = [...this.slots.values()];
    this.slots = new Map();
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
    const nowUs = this.deps.nowUs();
    this.slots = new Map(partitions.map((number) => [number, createSlot(number, nowUs)]));
    this.deps.onOwned(partitions);
    for (const slot of this.slots.values()) void this.tryAcquire(slot);
  }

  onLost(): void {
    this.slots = new Map();
    this.deps.onOwned([]);
  }

  onCrash(error: Error): void {
    this.fatal?.(error);
  }

  async onBatch(batch: FetchedBatch, control: BatchControl): Promise<bigint> {
    const slots = [...this.slots.values()].filter(
      (slot) => !this.logs.isKeyed(batch.topic) || slot.number === batch.partition,
    );
    if (slots.length === 0) return batch.fetchedOffset;
    const began = this.deps.nowUs();
    const ends = await Promise.all(
      slots.map((slot) => slot.mutex.run(() => this.run(slot, batch, control))),
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
    batch: FetchedBatch,
    control: BatchControl,
  ): Promise<bigint | null> {
    for (;;) {
      if (!this.isCurrent(slot) || control.isStale() || slot.stopped !== null) return null;
      if (slot.task === null) await this.acquire(slot);
      const task = slot.task;
      const position = task?.position(batch.topic, batch.partition);
      if (task === null || position === undefined) return null;
      if (position.nextOffset >= batch.endOffset) return position.nextOffset;
      try {
        if (!(await this.jumps.accepts(batch, position.nextOffset))) return position.nextOffset;
        await this.process(slot, task, batch);
        await control.heartbeat();
      } catch (thrown) {
        await this.failed(slot, thrown);
      }
    }
  }

  private async process(slot: Slot, task: Task, batch: FetchedBatch): Promise<void> {
    const { nowUs, observer, onOutbox } = this.deps;
    const began = nowUs();
    const { counts, outboxRows } = await task.process(batch);
    slot.lastRecordUs = nowUs();
    slot.fences = 0;
    observer.committed(slot.number, batch.topic, counts, (slot.lastRecordUs - began) / 1e6);
    if (outboxRows > 0) onOutbox();
  }

  /** The memory of the task is void (I3). Resolves where it may be acquired again, or never will. @throws what the source has to wait for */
  private async failed(slot: Slot, thrown: unknown): Promise<void> {
    slot.task = null;
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
    this.deps.source.pause(this.logs.keyed.map((topic) => ({ topic, partition: slot.number })));
    this.deps.observer.stopped(slot.number, error);
  }

  /** As soon as nobody works on the slot. `failed` reports what goes wrong; the next batch or visit tries again. */
  private tryAcquire(slot: Slot): Promise<void> {
    return slot.mutex.run(() => this.acquire(slot)).catch(() => undefined);
  }

  /** Take the task: raise its epoch, check its positions against the log, point the source at them. */
  private async acquire(slot: Slot): Promise<void> {
    if (slot.task !== null || slot.stopped !== null || !this.isCurrent(slot)) return;
    try {
      const lease = await this.deps.store.acquire(
        { group: this.deps.group, task: slot.number },
        this.logs.startsOf(slot.number, await this.logs.ranges()),
      );
      // Read again: an owner before us may have moved on since the first look, and a log only grows.
      const now = await this.logs.ranges();
      for (const position of lease.positions) checkRange(position, now);
      if (!this.isCurrent(slot)) return;
      slot.task = new Task(lease, this.deps);
      this.deps.observer.acquired(slot.number, lease.ownerEpoch);
      for (const { topic, partition, nextOffset } of leastPositions(this.slots.values())) {
        this.deps.source.seek({ topic, partition }, nextOffset);
      }
    } catch (thrown) {
      await this.failed(slot, thrown);
    }
  }

  private isCurrent(slot: Slot): boolean {
    return this.slots.get(slot.number) === slot;
  }
}
