import type { EventSink } from '@groundswell/connector';
import type { Metrics } from '@groundswell/runtime';

/** Counts events whose symbol has no instrument yet: add an alias (Y6). The connector's own metrics are in packages/connector. */
export function countUnresolved(sink: EventSink, metrics: Metrics): EventSink {
  const unresolved = metrics.counter({
    name: 'unresolved_events_total',
    help: 'Events kept under an unresolved instrument id.',
    labels: ['topic'],
  });
  return {
    async publish(topic, key, eventId, record) {
      await sink.publish(topic, key, eventId, record);
      if (key.startsWith('unresolved:')) unresolved.inc({ topic });
    },
  };
}

export type DayMetrics = ReturnType<typeof createDayMetrics>;

export function createDayMetrics(metrics: Metrics) {
  return {
    days: metrics.counter({
      name: 'past_days_total',
      help: 'Days of products whose prices were published.',
      labels: ['source'],
    }),
    requests: metrics.counter({
      name: 'past_day_requests_total',
      help: 'Requests for past days by outcome; STOP needs a person.',
      labels: ['source', 'outcome'],
    }),
  };
}
