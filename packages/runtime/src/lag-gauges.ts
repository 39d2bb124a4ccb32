import type { Metrics } from './metrics.ts';

/** How far a reader is behind in one partition. */
export interface ShownLag {
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
  readonly seconds: number;
  readonly positionAgeSeconds: number;
}

export interface LagGauges {
  show(group: string, lags: readonly ShownLag[]): void;
  /** What is no longer measured is absent. */
  reset(): void;
}

/** Lag under the names that the alerts know, the same for everything that reads a log. */
export function createLagGauges(metrics: Metrics): LagGauges {
  const records = metrics.gauge({
    name: 'lag_records',
    help: 'Records in the log that are not done: decided by a task, put into the cache, read by a gateway.',
    labels: ['group', 'topic', 'partition'],
  });
  const seconds = metrics.gauge({
    name: 'lag_seconds',
    help: 'Upper bound of the age of the oldest record that is not done; 0 = all are.',
    labels: ['group', 'topic', 'partition'],
  });
  const positionAge = metrics.gauge({
    name: 'position_age_seconds',
    help: 'Time since the position in the log last moved, as this process saw it; old is bad only where there is lag.',
    labels: ['group', 'topic', 'partition'],
  });
  return {
    show(group, lags) {
      for (const lag of lags) {
        const labels = { group, topic: lag.topic, partition: lag.partition };
        records.set(lag.records, labels);
        seconds.set(lag.seconds, labels);
        positionAge.set(lag.positionAgeSeconds, labels);
      }
    },
    reset() {
      for (const gauge of [records, seconds, positionAge]) gauge.reset();
    },
  };
}
