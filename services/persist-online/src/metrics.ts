import {
  createLagGauges,
  type Counter,
  type Gauge,
  type Histogram,
  type LagGauges,
  type Metrics,
} from '@groundswell/runtime';

export interface ProjectionMetrics {
  readonly values: Counter;
  readonly conflicts: Counter;
  readonly skipped: Counter;
  readonly rebuilds: Counter;
  readonly rebuildSeconds: Histogram;
  /** Partitions with a known position: those that are read. */
  readonly tasksOwned: Gauge;
  readonly lag: LagGauges;
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
    // As derive-* export it, so that the same rule holds.
    tasksOwned: metrics.gauge({
      name: 'tasks_owned',
      help: 'Partitions this process reads; over all replicas the number of partitions.',
      labels: ['group'],
    }),
    lag: createLagGauges(metrics),
  };
}
