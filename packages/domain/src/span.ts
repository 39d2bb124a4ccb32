import type { TraceContext } from './trace-context.ts';

/**
 * A piece of work within a trace, as a trace store shows it. Nothing in it says who or about whom: no keys, ids of investors, addresses or
 * texts; names and values come from closed sets.
 */
export interface Span {
  readonly name: string;
  readonly kind: 'server' | 'producer' | 'consumer' | 'internal';
  /** Of this span itself. */
  readonly trace: TraceContext;
  /** In the same trace, made by another process; null where the trace begins. */
  readonly parentSpanId: string | null;
  /** Epoch micros. */
  readonly startUs: number;
  readonly endUs: number;
  readonly hasFailed: boolean;
  /** Named by the semantic conventions of OpenTelemetry; ours begin with `groundswell.`. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Where spans go, if anywhere. Whoever has none does no work for spans at all. */
export interface SpanSink {
  /** Whether this trace is kept: asked before a span is made, and answered alike by every process. */
  keeps(trace: Pick<TraceContext, 'traceId' | 'sampled'>): boolean;
  /** Takes the span or drops it, at once. Never throws, never waits. */
  add(span: Span): void;
}
