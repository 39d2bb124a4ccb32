import { InvariantError } from '@groundswell/domain';
import { topics, type TopicName } from '@groundswell/schemas';
import { GapError, TruncatedError } from './errors.ts';
import type { LogRange, RecordSource, TopicPartition } from './ports.ts';
import type { SourceStart } from './store.ts';
import type { Topology } from './topology.ts';

/** Ranges of the partitions of each physical topic. */
export type LogRanges = ReadonlyMap<string, ReadonlyMap<number, LogRange>>;

export interface SourceLogsDeps {
  readonly topology: Topology;
  readonly source: Pick<RecordSource, 'logRanges'>;
  /** Physical topic -> logical topic of the catalogue. */
  readonly logicalTopic: (physical: string) => TopicName;
  readonly physicalTopic: (logical: TopicName) => string;
}

/** The logs that the tasks of a topology read. Topics are physical here. */
export class SourceLogs {
  /** Of these a task reads the partition with its own number. */
  readonly keyed: readonly string[];
  private readonly all: readonly string[];
  private readonly deps: SourceLogsDeps;

  constructor(deps: SourceLogsDeps) {
    this.deps = deps;
    const names = Object.keys(deps.topology.sources) as TopicName[];
    this.all = names.map((name) => deps.physicalTopic(name));
    this.keyed = this.all.filter((topic) => this.isKeyed(topic));
  }

  isKeyed(topic: string): boolean {
    return topics[this.deps.logicalTopic(topic)].read === 'keyed';
  }

  async ranges(): Promise<LogRanges> {
    const { source } = this.deps;
    return new Map(
      await Promise.all(
        this.all.map(async (topic) => [topic, await source.logRanges(topic)] as const),
      ),
    );
  }

  /** What a task reads, and where it begins if it was never there before. */
  startsOf(task: number, ranges: LogRanges): readonly SourceStart[] {
    return [...ranges].flatMap(([topic, partitions]) =>
      [...partitions]
        .filter(([partition]) => !this.isKeyed(topic) || partition === task)
        .map(([partition, { startOffset }]) => ({
          topic,
          partition,
          partitionCount: partitions.size,
          startOffset,
        })),
    );
  }
}

/**
 * I4: a position lies in its log.
 * @throws GapError before its start, TruncatedError behind its end
 */
export function checkRange(
  { topic, partition, nextOffset }: TopicPartition & { readonly nextOffset: bigint },
  ranges: LogRanges,
): void {
  const range = ranges.get(topic)?.get(partition);
  if (range === undefined)
    throw new InvariantError('a source partition is not in the log', { topic, partition });
  const fields = { topic, partition, nextOffset: String(nextOffset) };
  if (nextOffset < range.startOffset)
    throw new GapError({ ...fields, logStart: String(range.startOffset) });
  if (nextOffset > range.endOffset)
    throw new TruncatedError({ ...fields, logEnd: String(range.endOffset) });
}
