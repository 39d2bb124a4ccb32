import { randomBytes } from 'node:crypto';
import type { SpanSink } from '@groundswell/domain';
import { addRequestSpan, callerTrace } from '@groundswell/runtime';
import type { RequestHandler } from 'express';
import type { Clock } from '../../ports.ts';

/**
 * A span per request of the ingest route, refused ones too; the sender is not in it. The events that it brings begin traces of their own, which are
 * functions of their ids (ADR 21): a repeated request must not change them.
 */
export function spanned(spans: SpanSink | null, clock: Clock): RequestHandler {
  return (request, response, next) => {
    if (spans !== null) {
      const startMs = clock.nowMs();
      const parent = callerTrace(request.headers['traceparent']);
      response.on('finish', () => {
        addRequestSpan(spans, {
          traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
          parent,
          operation: 'ingestTransactions',
          method: 'POST',
          route: '/v1/ingest/{sender}/transactions',
          status: response.statusCode,
          startMs,
          endMs: clock.nowMs(),
        });
      });
    }
    next();
  };
}
