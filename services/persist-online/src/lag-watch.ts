import { toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { TopicName } from '@groundswell/schemas';
import {
  ReaderLagBoard,
  type LogRange,
  type ReaderLag,
  type TopicPartition,
} from '@groundswell/stream';
import type { ProjectionMetrics } from './metrics.ts';

/** Next record of a partition that a group follows. */
export interface FollowedPosition extends TopicPartition {
  readonly topic: TopicName;
  readonly nextOffset: bigint;
}

export interface LagWatchDeps {
  readonly groups: readonly {
    /** Consumer group without its lane. */
    readonly name: string;
    positions(): readonly FollowedPosition[];
  }[];
  /** Log ranges of a topic of the catalogue, in this lane. */
  readonly logRanges: (topic: TopicName) => Promise<ReadonlyMap<number, LogRange>>;
  readonly metrics: Pick<
    ProjectionMetrics,
    'tasksOwned' | 'lagRecords' | 'lagSeconds' | 'positionAge'
  >;
  readonly nowMs: () => number;
  readonly log: Logger;
}

export interface LagWatch {
  /** One look. @throws what the log throws; the gauges are empty then, never stale */
  look(): Promise<void>;
  /** A look every ten seconds until the returned function is called. */
  start(): () => void;
}

const LOOK_EVERY_MS = 10_000;

/** How far the groups are behind, whether batches come or not: a reader that stands still tells nothing by itself (F5). */
export function createLagWatch({ groups, logRanges, metrics, nowMs, log }: LagWatchDeps): LagWatch {
  const watched = groups.map((group) => ({ ...group, board: new ReaderLagBoard() }));
  const gauges = [
    metrics.tasksOwned,
    metrics.lagRecords,
    metrics.lagSeconds,
    metrics.positionAge,
  ] as const;

  async function look(): Promise<void> {
    try {
      const measured = [];
      for (const { name, positions, board } of watched) {
        const ours = positions();
        const lags = board.measure(await withEnds(ours), nowMs());
        measured.push({ name, owned: new Set(ours.map(({ partition }) => partition)).size, lags });
      }
      for (const gauge of gauges) gauge.reset();
      for (const one of measured) show(one);
    } catch (thrown) {
      for (const gauge of gauges) gauge.reset();
      throw thrown;
    }
  }

  async function withEnds(positions: readonly FollowedPosition[]) {
    const names = [...new Set(positions.map(({ topic }) => topic))];
    const ranges = new Map(
      await Promise.all(names.map(async (topic) => [topic, await logRanges(topic)] as const)),
    );
    return positions.flatMap((at) => {
      const endOffset = ranges.get(at.topic)?.get(at.partition)?.endOffset;
      return endOffset === undefined ? [] : [{ ...at, endOffset }];
    });
  }

  function show(of: {
    readonly name: string;
    readonly owned: number;
    readonly lags: readonly ReaderLag[];
  }): void {
    const { name: group, owned, lags } = of;
    metrics.tasksOwned.set(owned, { group });
    for (const { topic, partition, records, seconds, positionAgeSeconds } of lags) {
      const labels = { group, topic, partition };
      metrics.lagRecords.set(records, labels);
      metrics.lagSeconds.set(seconds, labels);
      metrics.positionAge.set(positionAgeSeconds, labels);
    }
  }

  return {
    look,
    start() {
      let isBusy = false;
      const timer = setInterval(() => {
        if (isBusy) return;
        isBusy = true;
        look()
          .catch((thrown: unknown) => {
            log.warn('lag was not measured', { error: toError(thrown) });
          })
          .finally(() => {
            isBusy = false;
          });
      }, LOOK_EVERY_MS);
      return () => {
        clearInterval(timer);
      };
    },
  };
}
