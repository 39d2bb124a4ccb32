import { toError } from '@groundswell/domain';
import { backoffMs } from './backoff.ts';
import type { StreamObserver } from './observer.ts';
import type { RecordSink } from './ports.ts';
import type { OutboxStore, PendingRow } from './store.ts';
import { recordHeaders } from './trace.ts';

export interface RelayDeps {
  readonly outbox: OutboxStore;
  readonly sink: RecordSink;
  readonly group: string;
  readonly observer: StreamObserver;
  readonly random: () => number;
  /** Rows per round. */
  readonly maxRows?: number;
  /** Poll interval without a hint, ms. */
  readonly pollMs?: number;
}

/**
 * Publishes the outbox of the tasks that this process owns: stored bytes as they are, in id order per partition, marked only after the
 * broker's ack (I8, OC5). Correct when two overlap: versions tell repeats apart.
 */
export class Relay {
  private readonly deps: RelayDeps;
  private owned: readonly number[] = [];
  private held: readonly number[] = [];
  private locked = false;
  private wake: (() => void) | null = null;
  private kicked = false;
  private stopping = false;
  private done: Promise<void> = Promise.resolve();

  constructor(deps: RelayDeps) {
    this.deps = deps;
  }

  start(): void {
    this.done = this.loop();
  }

  /** Flush what is there, then end. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.kick();
    await this.done;
    await this.deps.outbox.unlockAll();
  }

  setOwned(tasks: readonly number[]): void {
    this.owned = tasks;
    this.held = [];
    this.kick();
  }

  /** There are new rows. */
  kick(): void {
    this.kicked = true;
    this.wake?.();
  }

  private async loop(): Promise<void> {
    let failures = 0;
    for (;;) {
      this.kicked = false;
      try {
        const more = await this.round();
        failures = 0;
        if (more) continue;
        if (this.stopping) return;
        await this.sleep(this.deps.pollMs ?? 200);
      } catch (thrown) {
        if (this.stopping) return;
        failures += 1;
        this.held = [];
        this.deps.observer.relayFailed(toError(thrown));
        await this.sleep(backoffMs(failures, 100, 30_000, this.deps.random()) + 50, true);
      }
    }
  }

  /** One round over all owned tasks; true when there may be more rows. */
  private async round(): Promise<boolean> {
    const { outbox, group } = this.deps;
    const owned = this.owned;
    if (owned.length === 0) {
      // What was ours may be another process's now: its relay needs the locks.
      if (this.locked) await outbox.unlockAll();
      this.locked = false;
      return false;
    }
    if (this.held.length < owned.length) {
      this.locked = true;
      this.held = await outbox.lock(group, owned);
    }
    if (this.held.length === 0) return false;
    const limit = this.deps.maxRows ?? 1000;
    const rows = await outbox.pending(group, this.held, limit);
    if (rows.length === 0) return false;
    await Promise.all([...(await this.byPartition(rows)).values()].map((send) => send()));
    const upTo = new Map<number, bigint>();
    for (const row of rows) upTo.set(row.task, row.id);
    await outbox.published(group, upTo);
    this.deps.observer.published(rows.length);
    return rows.length === limit;
  }

  private async byPartition(
    rows: readonly PendingRow[],
  ): Promise<Map<string, () => Promise<void>>> {
    const groups = new Map<string, { topic: string; partition: number; rows: PendingRow[] }>();
    for (const row of rows) {
      const partition = await this.deps.sink.partitionFor(row.topic, row.key);
      const key = `${row.topic}/${partition}`;
      const found = groups.get(key);
      if (found) found.rows.push(row);
      else groups.set(key, { topic: row.topic, partition, rows: [row] });
    }
    return new Map(
      [...groups].map(([key, { topic, partition, rows: sends }]) => [
        key,
        () =>
          this.deps.sink.send(
            topic,
            partition,
            sends.map((row) => ({
              key: row.key,
              value: row.payload,
              headers: recordHeaders(row.eventId, row.traceparent ?? undefined),
            })),
          ),
      ]),
    );
  }

  private sleep(ms: number, deaf = false): Promise<void> {
    if (this.kicked && !deaf) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(end, ms);
      if (!deaf || this.stopping) this.wake = end;
    });
  }
}
