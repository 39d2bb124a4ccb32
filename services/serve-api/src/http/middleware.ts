import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { Problem } from '../core/problem.ts';
import type { RequestContext } from '../routes/context.ts';

const MAX_BODY_BYTES = 100 * 1024;
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's trace, if it sent a valid one, else a new one. */
export function traced(newTraceId: () => string): RequestHandler {
  return (req, res, next) => {
    const header = req.headers['traceparent'];
    const theirs = typeof header === 'string' ? TRACE_PARENT.exec(header)?.[1] : undefined;
    const valid = theirs !== undefined && !/^0+$/.test(theirs);
    const context: RequestContext = { traceId: valid ? theirs : newTraceId(), principal: null };
    res.locals['context'] = context;
    next();
  };
}

/** This is an API: nothing of it is shown, framed or executed (S55). */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-site' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
  });
}

/** Browsers of listed origins only, never a wildcard (S26). Tokens travel in a header, so no credentials are allowed. */
export function crossOrigin(allowedOrigins: ReadonlySet<string>): RequestHandler {
  return (req, res, next) => {
    res.vary('Origin');
    const { origin } = req.headers;
    const allowed = origin !== undefined && allowedOrigins.has(origin);
    if (allowed) {
      res.setHeader('access-control-allow-origin', origin);
      res.setHeader(
        'access-control-expose-headers',
        'ETag, RateLimit, RateLimit-Policy, Retry-After',
      );
    }
    if (req.method !== 'OPTIONS') {
      next();
      return;
    }
    if (!allowed) throw new Problem('forbidden', 'This origin is not allowed.');
    res.setHeader('access-control-allow-methods', 'GET');
    res.setHeader('access-control-allow-headers', 'authorization, if-none-match, traceparent');
    res.setHeader('access-control-max-age', '600');
    res.status(204).end();
  };
}

/** No operation takes a body (S40). */
export const refuseBodies: RequestHandler = (req, _res, next) => {
  const { 'content-length': length, 'transfer-encoding': encoding } = req.headers;
  if (Number(length ?? 0) > MAX_BODY_BYTES) {
    throw new Problem('too-large', 'A request may have at most 100 KB.');
  }
  if (encoding !== undefined || Number(length ?? 0) > 0) {
    throw new Problem('unsupported-media-type', 'No operation takes a body.');
  }
  next();
};
