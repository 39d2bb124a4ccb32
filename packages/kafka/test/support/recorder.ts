import type { BatchControl, FetchedBatch, RecordSource, SourceHandlers } from '@groundswell/stream';

/** Handlers that write down what a source tells them, and go on behind every batch unless told otherwise. */
export class Recorder implements SourceHandlers {
  readonly batches: FetchedBatch[] = [];
  readonly assignments: (readonly number[])[] = [];
  lost = 0;
  crash: Error | null = null;
  /** Called at each new generation, where a core would read its checkpoint. */
  onGeneration: (partitions: readonly number[]) => void = () => undefined;
  answer: (batch: FetchedBatch, control: BatchControl) => Promise<bigint> = (batch) =>
    Promise.resolve(batch.endOffset);

  /** Begin every assigned partition of these topics at offset 0. */
  seekToStart(source: RecordSource, ...topics: readonly string[]): this {
    this.onGeneration = (partitions) => {
      for (const topic of topics) {
        for (const partition of partitions) source.seek({ topic, partition }, 0n);
      }
    };
    return this;
  }

  values(): readonly string[] {
    return this.batches.flatMap(({ records }) =>
      records.map(({ value }) => Buffer.from(value ?? []).toString()),
    );
  }

  onAssigned(partitions: readonly number[]): void {
    this.assignments.push(partitions);
    this.onGeneration(partitions);
  }

  onLost(): void {
    this.lost += 1;
  }

  onBatch(batch: FetchedBatch, control: BatchControl): Promise<bigint> {
    this.batches.push(batch);
    return this.answer(batch, control);
  }

  onCrash(error: Error): void {
    this.crash = error;
  }
}
