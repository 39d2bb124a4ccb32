import type { Metrics } from '@groundswell/runtime';

/** Every metric of the service. Senders and reasons are closed sets. */
export type IngestMetrics = ReturnType<typeof createIngestMetrics>;

export function createIngestMetrics(metrics: Metrics) {
  return {
    requests: metrics.counter({
      name: 'ingest_requests_total',
      help: 'Requests by sender (`unknown` where it has no secrets) and status; 401 in numbers: a wrong secret.',
      labels: ['sender', 'status'],
    }),
    seconds: metrics.histogram({
      name: 'ingest_request_seconds',
      help: 'Time to the last byte of the answer, which is given after the acks of the broker.',
      labels: ['sender'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 3, 10, 30],
    }),
    accepted: metrics.counter({
      name: 'ingest_items_accepted_total',
      help: 'Items acked by the broker.',
      labels: ['sender'],
    }),
    refused: metrics.counter({
      name: 'ingest_items_refused_total',
      help: 'Items refused, by reason: tell the sender.',
      labels: ['sender', 'reason'],
    }),
    unresolved: metrics.counter({
      name: 'ingest_items_unresolved_total',
      help: 'Items whose symbol has no instrument yet: add an alias.',
      labels: ['sender'],
    }),
  };
}
