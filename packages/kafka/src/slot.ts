import type { TopicPartition } from '@groundswell/stream';

/**
 * One assigned partition in one generation of the group. States: unpositioned (nothing is fetched) -> open <-> paused by its owner
 * or holding back after a failure; retired when the generation ends, for good. A batch is stale once its slot is retired or was
 * sought elsewhere since, and then can neither move the position nor commit (H4, K4).
 */
export class Slot implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Failures or fetches without progress in a row; drives the back-off. */
  failures = 0;
  paused = false;
  #position: bigint | null = null;
  #soughtFrom: bigint | null = null;
  #reached: bigint | null = null;
  #moves = 0;
  #retired = false;
  #held: NodeJS.Timeout | null = null;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** Where the next fetch begins; null before the first seek of this generation. */
  get position(): bigint | null {
    return this.#position;
  }

  /** May its batches be worked on? */
  get isOpen(): boolean {
    return !this.#retired && this.#position !== null && !this.paused && this.#held === null;
  }

  get isHeld(): boolean {
    return this.#held !== null;
  }

  /** The owner points the partition somewhere: earlier batches are void. */
  seek(offset: bigint): void {
    this.#moves += 1;
    this.#position = offset;
    this.#soughtFrom = offset;
    this.#reached = offset;
  }

  /** A batch was handed out; commits up to its end become possible. */
  begin(endOffset: bigint): () => boolean {
    const moves = this.#moves;
    if (this.#reached === null || endOffset > this.#reached) this.#reached = endOffset;
    return () => this.#retired || this.#moves !== moves;
  }

  /** The owner of a batch that is not stale goes on here. */
  advance(next: bigint): void {
    this.#position = next;
    if (this.#soughtFrom !== null && next < this.#soughtFrom) this.#soughtFrom = next;
  }

  /** Only what this generation was given can be committed: between where it began and the end of what it got. */
  mayCommit(nextOffset: bigint): boolean {
    if (this.#retired || this.#soughtFrom === null || this.#reached === null) return false;
    return nextOffset >= this.#soughtFrom && nextOffset <= this.#reached;
  }

  /** Fetch nothing for a while. */
  hold(forMs: number, released: () => void): void {
    if (this.#held !== null) clearTimeout(this.#held);
    this.#held = setTimeout(() => {
      this.#held = null;
      released();
    }, forMs);
  }

  retire(): void {
    this.#retired = true;
    if (this.#held !== null) clearTimeout(this.#held);
    this.#held = null;
  }
}
