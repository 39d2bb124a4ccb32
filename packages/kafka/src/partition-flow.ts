import { randomInt } from 'node:crypto';
import { isRetriable, toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { BatchControl, FetchedBatch, TopicPartition } from '@groundswell/stream';
import type { PartitionsByTopic } from './co-locating-assigner.ts';
import type { Slot } from './slot.ts';
import { SlotTable } from './slot-table.ts';

/** What the flow can tell the fetching client; calls after its end do nothing. */
export interface FetchControl {
  seek(position: TopicPartition, offset: bigint): void;
  pause(position: TopicPartition): void;
  resume(position: TopicPartition): void;
}

export interface PartitionFlowDeps {
  readonly fetch: FetchControl;
  readonly logger: Logger;
  readonly onBatch: (batch: FetchedBatch, control: BatchControl) => Promise<bigint>;
  /** The handler failed in a way that trying again does not repair. */
  readonly onBug: (error: Error) => void;
}

/** A fetched batch and the ways to answer the client about it. */
export interface Arrival {
  readonly batch: FetchedBatch;
  readonly heartbeat: () => Promise<void>;
  /** The whole batch is done: fetch on behind it. */
  readonly resolve: () => void;
}

type Commit = TopicPartition & { readonly nextOffset: bigint };

const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 30_000;

/**
 * Takes batches to their handler and positions back to the client. It holds the rules that make a source safe: nothing is handed out
 * before the first seek of a generation, nothing of an old generation moves a position, a failed batch comes again.
 */
export class PartitionFlow {
  readonly #deps: PartitionFlowDeps;
  readonly #slots = new SlotTable();
  /** Work on batches that the client does not wait for. */
  readonly #apart = new Set<Promise<void>>();

  constructor(deps: PartitionFlowDeps) {
    this.#deps = deps;
  }

  /** A new generation. The client fetches nothing until each partition is sought: what it would begin at is not the truth (I4). */
  assign(assignment: PartitionsByTopic): void {
    this.#slots.assign(assignment);
    for (const slot of this.#slots.all()) this.#applyPause(slot);
  }

  /** The generation is over; what is still being worked on is void. */
  lose(): void {
    for (const slot of this.#slots.all()) this.#deps.fetch.pause(slot);
    this.#slots.retireAll();
  }

  seek(position: TopicPartition, offset: bigint): void {
    const slot = this.#slots.find(position);
    if (slot === undefined) return;
    slot.seek(offset);
    this.#deps.fetch.seek(slot, offset);
    this.#applyPause(slot);
  }

  setPaused(positions: readonly TopicPartition[], paused: boolean): void {
    for (const position of positions) {
      const slot = this.#slots.find(position);
      if (slot === undefined) continue;
      slot.paused = paused;
      this.#applyPause(slot);
    }
  }

  /** Those of the offsets that this generation may commit. */
  committable<T extends Commit>(offsets: readonly T[]): readonly T[] {
    return offsets.filter(
      (offset) => this.#slots.find(offset)?.mayCommit(offset.nextOffset) === true,
    );
  }

  /** Is this partition being worked on? A batch that is not wanted was fetched before a seek or pause, and comes again. */
  wants(position: TopicPartition): boolean {
    return this.#slots.find(position)?.isOpen === true;
  }

  /** Where the next fetch of a partition begins; null if nothing may be fetched. */
  positionOf(position: TopicPartition): bigint | null {
    return this.#slots.find(position)?.position ?? null;
  }

  /** Resolves when the batch is done, given back, or void; never rejects. */
  async take(arrival: Arrival): Promise<void> {
    const slot = this.#slots.find(arrival.batch);
    if (slot?.isOpen === true) await this.#deliver(slot, arrival);
  }

  /** As {@link take}, for a client that does not wait: the partition is paused meanwhile. */
  takeApart(batch: FetchedBatch): void {
    const slot = this.#slots.find(batch);
    if (slot?.isOpen !== true) return;
    this.#deps.fetch.pause(slot);
    const arrival: Arrival = {
      batch,
      heartbeat: () => Promise.resolve(),
      resolve: () => {
        this.#deps.fetch.seek(slot, batch.endOffset);
      },
    };
    const work = this.#deliver(slot, arrival).finally(() => {
      this.#apart.delete(work);
      this.#applyPause(slot);
    });
    this.#apart.add(work);
  }

  /** Resolves when nothing is worked on apart. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#apart);
  }

  async #deliver(slot: Slot, { batch, heartbeat, resolve }: Arrival): Promise<void> {
    const isStale = slot.begin(batch.endOffset);
    // A heartbeat that fails is repeated by the client's own loop, which then rejoins or crashes: not the batch's concern.
    const control = { isStale, heartbeat: () => heartbeat().catch(() => undefined) };
    try {
      const next = await this.#deps.onBatch(batch, control);
      if (isStale()) return;
      slot.advance(next);
      if (next === batch.endOffset) resolve();
      else this.#deps.fetch.seek(slot, next);
      // One step back repairs a jump (H5); again and again without progress it would be a busy loop.
      slot.failures = next > batch.fetchedOffset ? 0 : slot.failures + 1;
      if (slot.failures > 1) this.#hold(slot);
    } catch (thrown) {
      const error = toError(thrown);
      if (isStale()) return;
      if (!isRetriable(error)) {
        this.#deps.onBug(error);
        return;
      }
      slot.failures += 1;
      this.#deps.logger.warn('batch failed for now', { ...fieldsOf(slot), error });
      this.#hold(slot);
    }
  }

  /** Pause and try again later. The fetch loop goes on, so membership is kept and the other partitions are not held up. */
  #hold(slot: Slot): void {
    const topMs = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(slot.failures, 10));
    slot.hold(topMs / 2 + randomInt(topMs / 2), () => {
      this.#applyPause(slot);
    });
    this.#applyPause(slot);
  }

  #applyPause(slot: Slot): void {
    if (this.#slots.find(slot) !== slot) return;
    if (slot.isOpen) this.#deps.fetch.resume(slot);
    else this.#deps.fetch.pause(slot);
  }
}

function fieldsOf(slot: Slot): { topic: string; partition: number; attempt: number } {
  return { topic: slot.topic, partition: slot.partition, attempt: slot.failures };
}
