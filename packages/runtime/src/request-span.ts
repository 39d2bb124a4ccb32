import { randomBytes } from 'node:crypto';
import { parseTraceparent, type SpanSink, type TraceContext } from '@groundswell/domain';

/** What may be told of a request: what was asked for by name, never by address, parameters, headers or caller. */
export interface ServedRequest {
  readonly traceId: string;
  /** Of the caller; null where the trace begins here. */
  readonly parent: TraceContext | null;
  /** Name of the operation. */
  readonly operation: string;
  readonly method: string;
  /** With names for what varies: `/v1/instruments/{id}`. */
  readonly route: string;
  readonly status: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** The caller's trace from its `traceparent` header; null without a valid one. */
export function callerTrace(header: string | readonly string[] | undefined): TraceContext | null {
  return typeof header === 'string' ? parseTraceparent(header) : null;
}

/** A span of a request that has been answered. */
export function addRequestSpan(spans: SpanSink, request: ServedRequest): void {
  const { traceId, parent, operation, method, route, status, startMs, endMs } = request;
  const sampled = parent?.sampled ?? true;
  if (!spans.keeps({ traceId, sampled })) return;
  spans.add({
    name: operation,
    kind: 'server',
    trace: { traceId, spanId: randomBytes(8).toString('hex'), sampled },
    parentSpanId: parent?.spanId ?? null,
    startUs: startMs * 1000,
    endUs: endMs * 1000,
    hasFailed: status >= 500,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      ...(status >= 500 ? { 'error.type': String(status) } : {}),
    },
  });
}
