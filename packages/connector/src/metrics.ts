import type { Metrics } from '@groundswell/runtime';

/** Every metric of a connector (K19). Labels are closed sets: sources, backoff classes, states. */
export type ConnectorMetrics = ReturnType<typeof createConnectorMetrics>;

export function createConnectorMetrics(metrics: Metrics) {
  const labels = ['source'] as const;
  return {
    /** 1 while confirmed. Low for minutes: look at the class of the reconnects. */
    up: metrics.gauge({
      name: 'connector_up',
      help: '1 while the subscription is confirmed.',
      labels,
    }),
    reconnects: metrics.counter({
      name: 'connector_reconnects_total',
      help: 'Ended connections by class; STOP needs a person.',
      labels: ['source', 'class'],
    }),
    frames: metrics.counter({
      name: 'connector_frames_total',
      help: 'Frames by what they were; each row counts where a frame holds several.',
      labels: ['source', 'kind'],
    }),
    events: metrics.counter({
      name: 'connector_events_total',
      help: 'Events acked by the broker.',
      labels,
    }),
    duplicates: metrics.counter({
      name: 'connector_duplicates_total',
      help: 'Events that were known already.',
      labels,
    }),
    gapsOpened: metrics.counter({
      name: 'connector_gaps_opened_total',
      help: 'Holes declared open: events are missing for good.',
      labels,
    }),
    gapsClosed: metrics.counter({
      name: 'connector_gaps_closed_total',
      help: 'Declared gaps that were filled after all.',
      labels,
    }),
    repairs: metrics.counter({
      name: 'connector_repair_requests_total',
      help: 'Backfill requests.',
      labels,
    }),
    inFlight: metrics.gauge({
      name: 'connector_in_flight_count',
      help: 'Records without an ack; at the limit reading pauses.',
      labels,
    }),
    lagSeconds: metrics.gauge({
      name: 'connector_lag_seconds',
      help: 'Arrival minus event time of the newest event; may be negative.',
      labels,
    }),
  };
}
