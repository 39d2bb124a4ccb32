import type { Counter, Gauge, Histogram, Metrics } from '@groundswell/runtime';

export interface ProjectionMetrics {
  readonly values: Counter;
  readonly conflicts: Counter;
  readonly skipped: Counter;
  readonly rebuilds: Counter;
  readonly rebuildSeconds: Histogram;
  /** Partitions with a known position: those that are read. */
  readonly tasksOwned: Gauge;
  readonly lagRecords: Gauge;
  readonly lagSeconds: Gauge;
  readonly positionAge: Gauge;
}

/** Every metric of this service. */
export function createProjectionMetrics(metrics: Metrics): ProjectionMetrics {
  return {
    values: metrics.counter({
      name: 'projection_values_total',
      help: 'Values by what the cache did with them: applied, superseded (older), same (repeated).',
      labels: ['topic', 'outcome'],
    }),
    conflicts: metrics.counter({
      name: 'version_conflict_total',
      help: 'Values whose version is stored with other content. Never expected: look for a producer that reuses versions.',
      labels: ['topic'],
    }),
    skipped: metrics.counter({
      name: 'projection_skipped_total',
      help: 'Records of our own topics that could not be decoded or named. Never expected: the producer is broken.',
      labels: ['topic', 'reason'],
    }),
    rebuilds: metrics.counter({
      name: 'projection_rebuilds_total',
      help: 'Rebuilds of the cache: complete, or lost on the way.',
      labels: ['outcome'],
    }),
    rebuildSeconds: metrics.histogram({
      name: 'projection_rebuild_seconds',
      help: 'Duration of complete rebuilds.',
      buckets: [0.1, 0.5, 1, 5, 15, 60, 300],
    }),
    // As derive-* export them, so that the same rules hold.
    tasksOwned: metrics.gauge({
      name: 'tasks_owned',
      help: 'Partitions this process reads; over all replicas the number of partitions.',
      labels: ['group'],
    }),
    lagRecords: metrics.gauge({
      name: 'lag_records',
      help: 'Records in the log that the cache does not have.',
      labels: ['group', 'topic', 'partition'],
    }),
    lagSeconds: metrics.gauge({
      name: 'lag_seconds',
      help: 'Upper bound of the age of the oldest record that the cache does not have; 0 = it has all.',
      labels: ['group', 'topic', 'partition'],
    }),
    positionAge: metrics.gauge({
      name: 'position_age_seconds',
      help: 'Time since the position in the log last moved; old is bad only where there is lag.',
      labels: ['group', 'topic', 'partition'],
    }),
  };
}
