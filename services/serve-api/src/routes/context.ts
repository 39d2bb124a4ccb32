import type { Response } from 'express';
import { InvariantError, type TraceContext } from '@groundswell/domain';
import type { Principal } from '../ports.ts';

/** What the middlewares leave for the handlers of one request. */
export interface RequestContext {
  readonly traceId: string;
  /** Trace and span of the caller, if it sent them. */
  readonly caller: TraceContext | null;
  principal: Principal | null;
}

export function contextOf(res: Response): RequestContext {
  return (res.locals as { context: RequestContext }).context;
}

/** The caller; only for operations with scopes. */
export function principalOf(res: Response): Principal {
  const { principal } = contextOf(res);
  if (principal === null) throw new InvariantError('a handler ran before its guard');
  return principal;
}
