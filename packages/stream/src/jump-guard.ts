import { GapError } from './errors.ts';
import type { FetchedBatch, RecordSource } from './ports.ts';

/**
 * Judges batches that were fetched beyond the position (H5). The source is sent back once; if it comes again, the jump is accepted where it is
 * only made of offsets that hold no record, which the source passes over unseen.
 */
export class JumpGuard {
  private readonly source: Pick<RecordSource, 'logRanges'>;
  /** Where a partition was last sent back to. */
  private readonly soughtBack = new Map<string, bigint>();

  constructor(source: Pick<RecordSource, 'logRanges'>) {
    this.source = source;
  }

  /**
   * May the batch be processed? False: seek back to `nextOffset`.
   * @throws GapError when records before the fetched offset are gone from the log
   */
  async accepts(
    { topic, partition, fetchedOffset }: FetchedBatch,
    nextOffset: bigint,
  ): Promise<boolean> {
    if (fetchedOffset <= nextOffset) return true;
    const key = `${topic}/${partition}`;
    if (this.soughtBack.get(key) !== nextOffset) {
      this.soughtBack.set(key, nextOffset);
      return false;
    }
    const range = (await this.source.logRanges(topic)).get(partition);
    if (range !== undefined && range.startOffset > nextOffset) {
      const to = String(range.startOffset);
      throw new GapError({ topic, partition, from: String(nextOffset), to });
    }
    return true;
  }
}
