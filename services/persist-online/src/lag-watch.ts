import { toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { TopicName } from '@groundswell/schemas';
import { LagBoard, standingsOf, type LogRange, type TopicPartition } from '@groundswell/stream';
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
  readonly metrics: Pick<ProjectionMetrics, 'tasksOwned' | 'lag'>;
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
  const watched = groups.map((group) => ({ ...group, board: new LagBoard() }));
  const gauges = [metrics.tasksOwned, metrics.lag];

  async function look(): Promise<void> {
    try {
      const measured = [];
      for (const { name, positions, board } of watched) {
        const ours = positions();
        const lags = board.measure(await standingsOf(ours, logRanges), nowMs());
        measured.push({ name, owned: new Set(ours.map(({ partition }) => partition)).size, lags });
      }
      for (const gauge of gauges) gauge.reset();
      for (const { name, owned, lags } of measured) {
        metrics.tasksOwned.set(owned, { group: name });
        metrics.lag.show(name, lags);
      }
    } catch (thrown) {
      for (const gauge of gauges) gauge.reset();
      throw thrown;
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
