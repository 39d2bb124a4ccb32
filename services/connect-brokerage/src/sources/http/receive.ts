import { isRetriable, toError, type SpanSink } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { IngestMetrics } from '../../metrics.ts';
import type { Clock } from '../../ports.ts';
import type { IngestOutcome, VerifiedRequest } from '../../topology.ts';
import { mediaTypeOf, readBody } from './body.ts';
import { httpLimits } from './limits.ts';
import { sendProblem } from './problem.ts';
import { refuseSignature } from './signature.ts';
import { spanned } from './spanned.ts';

export interface ReceiverOptions {
  /** Secrets by sender. */
  readonly senders: ReadonlyMap<string, readonly string[]>;
  readonly ingest: (request: VerifiedRequest) => Promise<IngestOutcome>;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
  /** Where spans of requests go; null = nowhere. */
  readonly spans?: SpanSink | null;
  readonly log: Logger;
}

/** `POST /v1/ingest/{sender}/transactions` (T9). Nothing of a body is looked at before its signature is good. */
export function createReceiver(options: ReceiverOptions): Express {
  const { senders, metrics, clock, spans = null, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((request, response, next) => {
    const startMs = clock.nowMs();
    const sender = /^\/v1\/ingest\/([^/]+)\//.exec(request.path)?.[1] ?? '';
    response.on('finish', () => {
      const known = senders.has(sender) ? sender : 'unknown';
      metrics.requests.inc({ sender: known, status: response.statusCode });
      metrics.seconds.observe((clock.nowMs() - startMs) / 1000, { sender: known });
    });
    next();
  });

  // No inflation: a compressed body is refused with 415, so no bomb has to be measured.
  const rawBody = express.raw({
    type: () => true,
    limit: httpLimits.maxBodyBytes,
    inflate: false,
  });
  app.post(
    '/v1/ingest/:sender/transactions',
    spanned(spans, clock),
    refuseMediaType,
    rawBody,
    (request, response) => receive(request, response),
  );
  app.use((_request: Request, response: Response) => {
    sendProblem(response, 404, 'not_found', 'there is nothing at this address');
  });
  app.use((thrown: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    answerError(thrown, response);
  });

  async function receive(request: Request, response: Response): Promise<void> {
    const sender = String(request.params['sender']);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const webhookId = header(request, 'webhook-id');
    const signed = {
      id: webhookId,
      timestamp: header(request, 'webhook-timestamp'),
      signature: header(request, 'webhook-signature'),
      body,
    };
    // An unknown sender is checked like a known one: the answer does not tell which names exist.
    const refusal = refuseSignature(signed, senders.get(sender) ?? [], clock.nowMs());
    if (refusal !== null || webhookId === undefined) {
      log.warn('signature refused', { reason: refusal ?? 'headers_missing' });
      sendProblem(
        response,
        401,
        'bad_signature',
        'the request is not signed with a secret of this sender',
      );
      return;
    }
    const read = readBody(mediaTypeOf(request.headers['content-type']) ?? 'json', body);
    if ('refusal' in read) {
      sendProblem(response, 400, read.refusal, read.detail);
      return;
    }
    const outcome = await options.ingest({ sender, webhookId, body, items: read.items });
    if (outcome.kind === 'answer') response.status(outcome.status).json(outcome.answer);
    else if (outcome.kind === 'conflict') {
      sendProblem(response, 422, 'webhook_id_reused', 'this webhook-id was used for another body');
    } else {
      response.setHeader('Retry-After', String(httpLimits.retryAfterSeconds));
      sendProblem(response, 429, 'busy', 'too many items wait for the broker');
    }
  }

  function answerError(thrown: unknown, response: Response): void {
    const status = (thrown as { status?: unknown }).status;
    if (status === 413) {
      sendProblem(response, 413, 'body_too_large', `at most ${httpLimits.maxBodyBytes} bytes`);
    } else if (status === 415) {
      sendProblem(response, 415, 'unsupported_media_type', 'send the body uncompressed');
    } else if (typeof status === 'number' && status >= 400 && status < 500) {
      sendProblem(response, 400, 'bad_request', 'the request could not be read');
    } else if (isRetriable(thrown)) {
      log.warn('request cannot be taken now', { error: toError(thrown) });
      response.setHeader('Retry-After', String(httpLimits.retryAfterSeconds));
      sendProblem(
        response,
        503,
        'unavailable',
        'a part behind this service does not answer; repeat the request',
      );
    } else {
      log.error('request failed', { error: toError(thrown) });
      sendProblem(response, 500, 'internal', 'the request failed; repeat it later');
    }
  }
  return app;
}

function refuseMediaType(request: Request, response: Response, next: NextFunction): void {
  if (mediaTypeOf(request.headers['content-type']) !== null) {
    next();
    return;
  }
  const detail = 'send application/json or application/x-ndjson in UTF-8';
  sendProblem(response, 415, 'unsupported_media_type', detail);
}

function header(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
