import type { OutgoingRecord } from '@groundswell/stream';
import { sizeOf } from './record-sink.ts';

export interface BatchLimits {
  readonly lingerMs: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
}

interface OpenBatch {
  readonly records: OutgoingRecord[];
  bytes: number;
  /** Starts the send; its outcome is `acked`. */
  readonly close: () => void;
  readonly acked: Promise<void>;
  readonly timer: NodeJS.Timeout;
}

/** The open batch of one partition. It is sent when it is full, when its time is up, or when told to. */
export class PartitionBatcher {
  readonly #send: (records: readonly OutgoingRecord[]) => Promise<void>;
  readonly #limits: BatchLimits;
  #open: OpenBatch | null = null;

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

  sendNow(): void {
    const batch = this.#open;
    if (batch === null) return;
    this.#open = null;
    clearTimeout(batch.timer);
    batch.close();
  }

  #begin(): OpenBatch {
    const records: OutgoingRecord[] = [];
    let close = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const timer = setTimeout(() => {
      this.sendNow();
    }, this.#limits.lingerMs);
    return { records, bytes: 0, close, acked: closed.then(() => this.#send(records)), timer };
  }
}
