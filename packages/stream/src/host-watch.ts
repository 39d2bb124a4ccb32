import { GroundswellError, toError } from '@groundswell/domain';
import type { StreamObserver } from './observer.ts';
import type { RecordSource } from './ports.ts';
import type { Slot } from './slot.ts';
import { checkRange, type SourceLogs } from './source-logs.ts';

export interface HostWatchDeps {
  readonly logs: SourceLogs;
  readonly source: Pick<RecordSource, 'commit'>;
  readonly observer: Pick<StreamObserver, 'retrying'>;
  readonly nowUs: () => number;
  /** Wall time without records after which a caught-up partition counts as idle (W4). */
  readonly idleMs: number;
  readonly slots: () => readonly Slot[];
  /** Take the task of a slot again, if it is still ours. Reports its failure itself. */
  readonly acquire: (slot: Slot) => Promise<void>;
  /** A transaction failed: drop the task and do what its error asks for. */
  readonly failed: (slot: Slot, thrown: unknown) => Promise<void>;
  readonly stopSlot: (slot: Slot, error: Error) => void;
  readonly onOutbox: () => void;
  readonly onFatal: (error: Error) => void;
}

/** How often an idle task is looked at, and its position compared with the log (I4). */
const IDLE_CHECK_MS = 500;
const LOG_CHECK_MS = 5_000;

/** What a host does while no batch arrives: acquire what was lost, announce what silence makes final, compare positions with the log. */
export class HostWatch {
  private readonly deps: HostWatchDeps;
  private timers: NodeJS.Timeout[] = [];
  private visiting = false;

  constructor(deps: HostWatchDeps) {
    this.deps = deps;
  }

  start(): void {
    this.timers = [
      setInterval(() => void this.visit(), IDLE_CHECK_MS),
      setInterval(() => void this.checkLogs(), LOG_CHECK_MS),
    ];
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private async visit(): Promise<void> {
    if (this.visiting) return;
    this.visiting = true;
    try {
      await this.acquireMissing();
      await this.announceIdle();
    } catch (thrown) {
      this.notice(thrown);
    } finally {
      this.visiting = false;
    }
  }

  private async acquireMissing(): Promise<void> {
    for (const slot of this.deps.slots()) {
      if (slot.task === null && slot.stopped === null) await this.deps.acquire(slot);
    }
  }

  /** W4: a caught-up partition without records announces what is final. */
  private async announceIdle(): Promise<void> {
    const idle = this.deps
      .slots()
      .filter((slot) => slot.task?.hasPending() === true && this.isSilent(slot));
    if (idle.length === 0) return;
    const ranges = await this.deps.logs.ranges();
    for (const slot of idle) {
      await slot.mutex.run(async () => {
        const { task } = slot;
        if (task === null || !this.isSilent(slot)) return;
        const waiting = task.lease.positions.some(
          ({ topic, partition, nextOffset }) =>
            this.deps.logs.isKeyed(topic) &&
            (ranges.get(topic)?.get(partition)?.endOffset ?? 0n) > nextOffset,
        );
        if (waiting) return;
        try {
          if ((await task.idle()) > 0) this.deps.onOutbox();
        } catch (thrown) {
          await this.deps.failed(slot, thrown);
        }
      });
    }
  }

  private isSilent({ lastRecordUs }: Slot): boolean {
    return this.deps.nowUs() - lastRecordUs > this.deps.idleMs * 1000;
  }

  /** I4: positions are compared with the log also while nothing arrives. */
  private async checkLogs(): Promise<void> {
    const { logs, source } = this.deps;
    try {
      // Positions first, then the log: the other way round a busy log would seem to end before us.
      const before = this.deps.slots().map((slot) => ({
        slot,
        task: slot.task,
        positions: (slot.task?.lease.positions ?? []).map((position) => ({ ...position })),
      }));
      const ranges = await logs.ranges();
      const inLog = before.filter(({ slot, task, positions }) => {
        if (slot.task !== task) return false;
        try {
          for (const position of positions) checkRange(position, ranges);
          return true;
        } catch (thrown) {
          this.deps.stopSlot(slot, toError(thrown));
          return false;
        }
      });
      const commits = inLog
        .flatMap(({ positions }) => positions)
        .filter(({ topic }) => logs.isKeyed(topic));
      if (commits.length > 0) await source.commit(commits);
    } catch (thrown) {
      this.notice(thrown);
    }
  }

  /** Timers only notice outages; the batch path decides what to do about them. */
  private notice(thrown: unknown): void {
    const error = toError(thrown);
    if (error instanceof GroundswellError) this.deps.observer.retrying(-1, error);
    else this.deps.onFatal(error);
  }
}
