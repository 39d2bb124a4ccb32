import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import { InvariantError, toError, type SpanSink } from '@groundswell/domain';
import type { BucketPolicy } from '@groundswell/redis';
import { addRequestSpan, type Counter, type Histogram, type Logger } from '@groundswell/runtime';
import { serveApiDocument } from '@groundswell/schemas';
import { Problem, problemBody } from './core/problem.ts';
import { authorise, limit, limitFailures, refuseUnknownNames } from './http/guards.ts';
import { boundBodies, crossOrigin, jsonBody, securityHeaders, traced } from './http/middleware.ts';
import { expressPath, operationsOf, type Operation } from './http/operations.ts';
import { toProblem } from './http/to-problem.ts';
import type { Allowance, TokenVerifier } from './ports.ts';
import { contextOf } from './routes/context.ts';
import type { Handler, Handlers } from './routes/handlers.ts';

export interface AppDeps {
  readonly handlers: Omit<Handlers, 'getOpenapi'>;
  /** Answers /health/live, /health/ready and /metrics; false for any other path. */
  readonly serviceRoutes: (req: express.Request, res: express.Response) => boolean;
  readonly verifier: TokenVerifier;
  readonly allowance: Allowance;
  readonly requestPolicy: BucketPolicy;
  readonly refusalPolicy: BucketPolicy;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly trustedProxies: readonly string[];
  readonly newTraceId: () => string;
  readonly nowMs: () => number;
  readonly requests: Counter;
  readonly seconds: Histogram;
  /** Null = nobody wants spans. */
  readonly spans?: SpanSink | null;
  readonly log: Logger;
}

const SERVICE_OPERATIONS = new Set(['getLiveness', 'getReadiness', 'getMetrics']);

/**
 * The HTTP surface, made from the OpenAPI document: an operation without handler, or a handler without operation, does not start.
 * Order: trace, headers, origin, body, service routes | who, may, how often (per operation) | request and response validation |
 * handlers | problems. So nobody learns about parameters without a token.
 */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.enable('strict routing').enable('case sensitive routing');
  app.set('trust proxy', deps.trustedProxies.length === 0 ? false : deps.trustedProxies);
  app.set('query parser', 'simple');

  app.use(traced(deps.newTraceId), observed(deps), securityHeaders());
  app.use(crossOrigin(deps.allowedOrigins), boundBodies);
  app.use((req, res, next) => {
    if (!deps.serviceRoutes(req, res)) next();
  });

  const handlers: Handlers = {
    ...deps.handlers,
    getOpenapi: (_req, res) => {
      res.json(serveApiDocument);
      return Promise.resolve();
    },
  };
  const operations = operationsOf(serveApiDocument).filter(({ id }) => !SERVICE_OPERATIONS.has(id));
  const refusals = limitFailures(deps.allowance, deps.refusalPolicy);
  for (const operation of operations) {
    const path = expressPath(operation.path);
    app[methodOf(operation)](
      path,
      named(operation),
      authorise(operation, deps.verifier, refusals),
      limit(operation, deps.allowance, deps.requestPolicy),
      refuseUnknownNames(operation),
      ...(operation.method === 'post' ? jsonBody() : []),
    );
  }
  app.use(
    openApiValidator({
      apiSpec: serveApiDocument as never,
      validateApiSpec: true,
      validateRequests: { allowUnknownQueryParameters: false },
      validateResponses: true,
      validateSecurity: false,
      validateFormats: false,
    }),
  );
  for (const operation of operations) {
    app[methodOf(operation)](expressPath(operation.path), handlerOf(handlers, operation.id));
  }
  const orphan = Object.keys(handlers).find((id) => !operations.some((one) => one.id === id));
  if (orphan !== undefined) throw new InvariantError('a handler without operation', { orphan });

  app.use(() => {
    throw new Problem('not-found', 'There is no such resource.');
  });
  app.use(asProblem(deps.log));
  return app;
}

/** A GET changes nothing (S56); a POST has a body. Other methods are not served. */
function methodOf({ id, method }: Operation): 'get' | 'post' {
  if (method === 'get' || method === 'post') return method;
  throw new InvariantError('a method that is not served', { operation: id });
}

function handlerOf(handlers: Handlers, id: string): RequestHandler {
  const handler = (handlers as unknown as Readonly<Record<string, Handler | undefined>>)[id];
  if (handler === undefined)
    throw new InvariantError('an operation without handler', { operation: id });
  return async (req, res) => {
    if (!res.hasHeader('cache-control')) res.setHeader('cache-control', 'private, no-cache');
    await handler(req, res);
  };
}

/** Metrics and spans name the operation, never the address that was asked: labels are bounded. */
function named(operation: Operation): RequestHandler {
  return (_req, res, next) => {
    res.locals['operation'] = operation;
    next();
  };
}

function observed({ requests, seconds, nowMs, spans = null }: AppDeps): RequestHandler {
  return (req, res, next) => {
    const startMs = nowMs();
    res.on('finish', () => {
      const { operation: asked } = res.locals as { readonly operation?: Operation };
      const operation = asked?.id ?? 'none';
      const { statusCode: status } = res;
      const endMs = nowMs();
      requests.inc({ operation, status });
      seconds.observe((endMs - startMs) / 1000, { operation });
      if (spans === null || asked === undefined) return;
      const { traceId, caller: parent } = contextOf(res);
      const { method } = req;
      const { path: route } = asked;
      addRequestSpan(spans, { traceId, parent, operation, method, route, status, startMs, endMs });
    });
    next();
  };
}

function asProblem(log: Logger): ErrorRequestHandler {
  return (thrown, _req, res, next) => {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const problem = toProblem(thrown);
    const { traceId } = contextOf(res);
    if (problem.status >= 500) {
      const level = problem.status === 500 ? 'error' : 'warn';
      log[level]('request failed', { traceId, status: problem.status, error: toError(thrown) });
    }
    res.removeHeader('etag');
    res.status(problem.status).set({ 'cache-control': 'no-store', ...problem.headers });
    res.type('application/problem+json').send(JSON.stringify(problemBody(problem, traceId)));
  };
}
