import type { OutgoingRecord } from '@groundswell/stream';
import { sizeOf } from './record-sink.ts';

export interface BatchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

interface OpenBatch {
  readonly records: OutgoingRecord[];
  bytes: number;
  /** Starts the send; its outcome is `acked`. */
  readonly close: () => void;
  readonly acked: Promise<void>;
}

/**
 * The open batch of one partition. It is sent when it is full, or when its time is up and the broker has answered the batch before it:
 * what comes meanwhile travels together, so a slow broker gets fewer and larger requests.
 */
export class PartitionBatcher {
  readonly #send: (records: readonly OutgoingRecord[]) => Promise<void>;
  readonly #limits: BatchLimits;
  #open: OpenBatch | null = null;
  #unanswered = 0;
  #isDue = false;

  constructor(send: (records: readonly OutgoingRecord[]) => Promise<void>, limits: BatchLimits) {
    this.#send = send;
    this.#limits = limits;
  }

  /** Resolves after the ack of the batch that the record went with. */
  add(record: OutgoingRecord): Promise<void> {
    const { maxBytes, maxRecords } = this.#limits;
    const size = sizeOf(record);
    if (this.#open !== null && this.#open.bytes + size > maxBytes) this.sendNow();
    const batch = (this.#open ??= this.#begin());
    batch.records.push(record);
    batch.bytes += size;
    if (batch.records.length >= maxRecords || batch.bytes >= maxBytes) this.sendNow();
    return batch.acked;
  }

  /** The time of what is open is up. */
  sendDue(): void {
    if (this.#unanswered === 0) this.sendNow();
    else this.#isDue = true;
  }

  sendNow(): void {
    const batch = this.#open;
    this.#isDue = false;
    if (batch === null) return;
    this.#open = null;
    this.#unanswered += 1;
    batch.close();
  }

  #begin(): OpenBatch {
    const records: OutgoingRecord[] = [];
    let close = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const acked = closed
      .then(() => this.#send(records))
      .finally(() => {
        this.#unanswered -= 1;
        if (this.#isDue && this.#unanswered === 0) this.sendNow();
      });
    return { records, bytes: 0, close, acked };
  }
}
