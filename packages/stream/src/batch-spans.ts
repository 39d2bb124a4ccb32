import { parseTraceparent, type Span, type SpanSink, type TraceContext } from '@groundswell/domain';

/** Where the work of a transaction came from. */
export interface BatchOrigin {
  readonly group: string;
  /** Physical topic of its batch; null where silence made a value final. */
  readonly topic: string | null;
  readonly startUs: number;
}

/**
 * One span per record that a transaction makes, from the beginning of its batch to its commit. They are held back until then: what was
 * rolled back has made nothing, and is made again with the same ids.
 */
export class BatchSpans {
  private readonly sink: SpanSink;
  private readonly origin: BatchOrigin;
  private readonly held: Omit<Span, 'endUs'>[] = [];

  constructor(sink: SpanSink, origin: BatchOrigin) {
    this.sink = sink;
    this.origin = origin;
  }

  /**
   * @param topic physical topic that the record goes to
   * @param record only the name of its feature set is read
   * @param parent of the event that made it; null where its trace begins with it
   */
  made(topic: string, record: object, traceparent: string, parent: TraceContext | null): void {
    const trace = parseTraceparent(traceparent);
    if (trace === null || !this.sink.keeps(trace)) return;
    const { group, topic: source, startUs } = this.origin;
    const { featureSet } = record as { readonly featureSet?: unknown };
    this.held.push({
      name: `derive ${topic}`,
      kind: source === null ? 'internal' : 'consumer',
      trace,
      parentSpanId: parent?.spanId ?? null,
      startUs,
      hasFailed: false,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.type': 'process',
        'messaging.operation.name': 'derive',
        'messaging.consumer.group.name': group,
        ...(source === null ? {} : { 'messaging.destination.name': source }),
        'groundswell.output.topic': topic,
        ...(typeof featureSet === 'string' ? { 'groundswell.feature_set': featureSet } : {}),
      },
    });
  }

  committed(endUs: number): void {
    for (const span of this.held) this.sink.add({ ...span, endUs });
  }
}
