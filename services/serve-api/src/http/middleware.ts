import express, { type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import { callerTrace } from '@groundswell/runtime';
import { Problem } from '../core/problem.ts';
import type { RequestContext } from '../routes/context.ts';

const MAX_BODY_BYTES = 100 * 1024;

/** The caller's trace, if it sent a valid one, else a new one. */
export function traced(newTraceId: () => string): RequestHandler {
  return (req, res, next) => {
    const caller = callerTrace(req.headers['traceparent']);
    const traceId = caller?.traceId ?? newTraceId();
    const context: RequestContext = { traceId, caller, principal: null };
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
    res.setHeader('access-control-allow-methods', 'GET, POST');
    res.setHeader(
      'access-control-allow-headers',
      'authorization, content-type, if-none-match, traceparent',
    );
    res.setHeader('access-control-max-age', '600');
    res.status(204).end();
  };
}

/** Only a POST may have a body, of a size that it names beforehand (S40): so it is known before a byte is read. */
export const boundBodies: RequestHandler = (req, _res, next) => {
  const { 'transfer-encoding': encoding } = req.headers;
  if (bodyBytes(req) > MAX_BODY_BYTES) {
    throw new Problem('too-large', 'A request may have at most 100 KB.');
  }
  if (encoding !== undefined || (req.method !== 'POST' && bodyBytes(req) > 0)) {
    throw new Problem(
      'unsupported-media-type',
      'No body is taken here, or only one with a length.',
    );
  }
  next();
};

/** Length of the body in bytes, as the request names it. */
export function bodyBytes(req: Request): number {
  return Number(req.headers['content-length'] ?? 0);
}

/** Reads JSON in UTF-8 and nothing else. Runs after the guards: nobody without a token has a body parsed. */
export function jsonBody(): readonly RequestHandler[] {
  const isJson: RequestHandler = (req, _res, next) => {
    if (!/^application\/json(; *charset=utf-8)?$/i.test(req.headers['content-type'] ?? '')) {
      throw new Problem('unsupported-media-type', 'The body must be application/json in UTF-8.');
    }
    next();
  };
  return [isJson, express.json({ limit: MAX_BODY_BYTES, inflate: false, strict: true })];
}
