import { createHash } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { UnauthenticatedError, type Principal } from '@groundswell/auth';
import type { BucketPolicy } from '@groundswell/redis';
import type { Allowance, TokenVerifier } from '../ports.ts';
import type { Operation } from './operations.ts';
import { Problem } from '../core/problem.ts';
import { bodyBytes } from './middleware.ts';
import { contextOf } from '../routes/context.ts';

/** Who is calling, and may they? A token is read from the Authorization header only (S10). */
export function authorise(
  operation: Operation,
  verifier: TokenVerifier,
  failures: (req: Request) => Promise<void>,
): RequestHandler {
  return async (req, res, next) => {
    if (operation.scopes.length === 0) {
      next();
      return;
    }
    let principal: Principal;
    try {
      const token = /^bearer +(\S+) *$/i.exec(req.headers.authorization ?? '')?.[1];
      if (token === undefined) throw new UnauthenticatedError('missing');
      principal = await verifier.verify(token);
    } catch (thrown) {
      if (thrown instanceof UnauthenticatedError) await failures(req);
      throw thrown;
    }
    if (!operation.scopes.some((scope) => principal.scopes.has(scope))) {
      throw new Problem(
        'forbidden',
        `One of these scopes is needed: ${operation.scopes.join(', ')}.`,
      );
    }
    contextOf(res).principal = principal;
    next();
  };
}

/** The validator lets unknown names with brackets pass (`a[b]`), so names are compared here. */
export function refuseUnknownNames({ queryNames }: Operation): RequestHandler {
  return (req, _res, next) => {
    if (Object.keys(req.query).some((name) => !queryNames.has(name))) {
      throw new Problem('bad-request', 'A query parameter is not known.');
    }
    next();
  };
}

/** Tokens that a request costs: reads of many things cost more, so that a batch is no way round the limit (S50). */
export function costOf(operation: Operation, req: Request): number {
  if (operation.id === 'listLatestFeatures') {
    const { entities } = req.query as { readonly entities?: string | readonly string[] };
    return 1 + Math.floor(String(entities).split(',', 100).length / 10);
  }
  // Scoring costs CPU by the length of what is scored.
  if (operation.id === 'predict') return 1 + Math.floor(bodyBytes(req) / 2048);
  return /explain|listPosts|Lots|Executions|History|Revisions|Conservation|DeadLetters/.test(
    operation.id,
  )
    ? 5
    : 1;
}

/** One bucket per principal, address and route class, shared by the replicas (S50). */
export function limit(
  operation: Operation,
  allowance: Allowance,
  policy: BucketPolicy,
): RequestHandler {
  const routeClass = routeClassOf(operation);
  return async (req, res, next) => {
    const { principal } = contextOf(res);
    if (principal !== null) {
      const key = bucketKey(routeClass, principal.subject, req);
      const cost = Math.min(costOf(operation, req), policy.capacity);
      const answer = await allowance.take(key, policy, cost);
      const windowSeconds = Math.ceil(policy.capacity / policy.refillPerSecond);
      res.setHeader('ratelimit-policy', `"${routeClass}";q=${policy.capacity};w=${windowSeconds}`);
      const resetSeconds = Math.ceil(
        (policy.capacity - answer.tokensLeft) / policy.refillPerSecond,
      );
      res.setHeader('ratelimit', `"${routeClass}";r=${answer.tokensLeft};t=${resetSeconds}`);
      if (!answer.allowed) throw tooMany(answer.retryAfterMs);
    }
    next();
  };
}

/** Classes do not use up each other's allowance. */
function routeClassOf({ id, path }: Operation): string {
  if (path.startsWith('/v1/ops/')) return 'ops';
  return id === 'predict' ? 'predict' : 'read';
}

/** Bad tokens are counted per address: guessing them ends soon. */
export function limitFailures(
  allowance: Allowance,
  policy: BucketPolicy,
): (req: Request) => Promise<void> {
  return async (req) => {
    const answer = await allowance.take(bucketKey('refused', '', req), policy, 1);
    if (!answer.allowed) throw tooMany(answer.retryAfterMs);
  };
}

/** `remoteAddress` unless a trusted proxy stands before us; hashed, so that no subject or address stands in a key. */
function bucketKey(routeClass: string, subject: string, req: Request): string {
  const hash = createHash('sha256')
    .update(`${subject}\0${req.ip ?? ''}`)
    .digest('base64url');
  return `${routeClass}:${hash}`;
}

function tooMany(retryAfterMs: number): Problem {
  return new Problem('too-many-requests', 'The allowance is used up; see Retry-After.', {
    'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
  });
}
