import type { Counter, Histogram, Metrics } from '@groundswell/runtime';

export interface ApiMetrics {
  readonly requests: Counter;
  readonly seconds: Histogram;
  readonly served: Counter;
}

/** Every metric of this service. */
export function createApiMetrics(metrics: Metrics): ApiMetrics {
  return {
    requests: metrics.counter({
      name: 'http_requests_total',
      help: 'Requests by operation and status; none = no such operation.',
      labels: ['operation', 'status'],
    }),
    seconds: metrics.histogram({
      name: 'http_request_seconds',
      help: 'Time to the last byte.',
      labels: ['operation'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 3],
    }),
    served: metrics.counter({
      name: 'latest_served_total',
      help: 'Latest values by store. Much history: the online store is lost or down.',
      labels: ['from'],
    }),
  };
}
