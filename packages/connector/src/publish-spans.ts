import { parseTraceparent, type SpanSink } from '@groundswell/domain';

/** Watches one event on its way to the broker. Settles as `acked` does. */
export type PublishSpans = (
  topic: string,
  headers: Readonly<Record<string, string>>,
  acked: Promise<void>,
) => Promise<void>;

/**
 * A span per published event, with the very ids of its `traceparent`, so that whatever is made of the event is its child. It is told when
 * the broker has acked; what failed is sent again, under the same ids.
 */
export function createPublishSpans(spans: SpanSink, nowUs: () => number): PublishSpans {
  return (topic, headers, acked) => {
    const trace = parseTraceparent(headers['traceparent'] ?? '');
    if (trace === null || !spans.keeps(trace)) return acked;
    const startUs = nowUs();
    return acked.then(() => {
      spans.add({
        name: `send ${topic}`,
        kind: 'producer',
        trace,
        parentSpanId: null,
        startUs,
        endUs: nowUs(),
        hasFailed: false,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.operation.type': 'send',
          'messaging.operation.name': 'send',
          'messaging.destination.name': topic,
        },
      });
    });
  };
}
