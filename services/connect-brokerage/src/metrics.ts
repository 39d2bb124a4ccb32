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
