import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  type Resource,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Span, SpanSink } from '@groundswell/domain';
import type { TracingSettings } from './tracing-config.ts';

/** The door to OpenTelemetry. Nobody imports it but `tracing.ts`, and only when there is somewhere to export to. */

export interface SpanExportOptions extends TracingSettings {
  /** Of the process, as attributes of its resource. */
  readonly process: Readonly<Record<string, string>>;
  /** What became of spans; `error` null = the collector has them. */
  readonly onSettled: (spans: number, error: Error | null) => void;
}

export interface SpanExport {
  keeps: SpanSink['keeps'];
  /** @returns false when the queue is full: the span is gone */
  add(span: Span): boolean;
  /** Sends what waits; resolves when it was taken or given up. */
  stop(): Promise<void>;
}

/** Spans that wait for their turn: some megabytes while a collector is away. */
export const MAX_WAITING = 2048;

/** Ids are given, not made (ADR 21), so spans are built as data: no tracer, no context, nothing global. */
export function createSpanExport(options: SpanExportOptions): SpanExport {
  const { url, ratio, asksParent, onSettled } = options;
  const sampler = new TraceIdRatioBasedSampler(ratio);
  const resource = defaultResource()
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
    .merge(resourceFromAttributes(options.process));
  const otlp = new OTLPTraceExporter({ url });
  let waiting = 0;
  const exporter: SpanExporter = {
    export(spans, done) {
      waiting -= spans.length;
      otlp.export(spans, (result) => {
        const failure = result.error ?? null;
        onSettled(spans.length, failure);
        done(result);
      });
    },
    forceFlush: () => otlp.forceFlush(),
    shutdown: () => otlp.shutdown(),
  };
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: MAX_WAITING });
  return {
    keeps: ({ traceId, sampled }) =>
      (sampled || !asksParent) &&
      sampler.shouldSample(null, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED,
    add(span) {
      // The processor would drop it too, but without a word.
      if (waiting >= MAX_WAITING) return false;
      waiting += 1;
      processor.onEnd(readable(span, resource));
      return true;
    },
    stop: () => processor.shutdown(),
  };
}

const KINDS: Readonly<Record<Span['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};
const SCOPE = { name: 'groundswell' };

function readable(span: Span, resource: Resource): ReadableSpan {
  const { name, kind, trace, parentSpanId, startUs, endUs, hasFailed, attributes } = span;
  const { traceId, spanId } = trace;
  const own = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => own,
    ...(parentSpanId === null
      ? {}
      : { parentSpanContext: { ...own, spanId: parentSpanId, isRemote: true } }),
    startTime: hrTime(startUs),
    endTime: hrTime(endUs),
    duration: hrTime(Math.max(0, endUs - startUs)),
    ended: true,
    status: { code: hasFailed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: { ...attributes },
    links: [],
    events: [],
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function hrTime(us: number): HrTime {
  return [Math.floor(us / 1e6), Math.round(us % 1e6) * 1000];
}
