import type { Request, Response } from 'express';
import { soleWindow } from '../core/window-size.ts';
import { Problem } from '../core/problem.ts';
import type { PrivateReads } from '../ports.ts';
import { contextOf, principalOf } from './context.ts';
import { pathText, type FeatureDeps } from './answers.ts';
import { answerHistory, answerLatest, type Series } from './feature-reads.ts';
import type { Handlers } from './handlers.ts';

/** Private features of one investor. */
export function investorRoutes(
  deps: FeatureDeps,
  reads: PrivateReads,
): Pick<Handlers, 'getLatestBehaviour' | 'listBehaviourHistory'> {
  return {
    getLatestBehaviour: async (req, res) => {
      await answerLatest(deps, ownSeries(req, res, reads), req, res);
    },
    listBehaviourHistory: async (req, res) => {
      await answerHistory(deps, ownSeries(req, res, reads), req, res);
    },
  };
}

function ownSeries(req: Request, res: Response, reads: PrivateReads): Series {
  return {
    featureSet: 'investor.behaviour',
    entity: readableKey(req, res, reads),
    window: soleWindow('investor.behaviour'),
  };
}

/**
 * The investor that the path names, if the caller may read it. For anybody else it does not exist (S42): the answer is that of an
 * unknown key.
 */
export function readableKey(req: Request, res: Response, reads: PrivateReads): string {
  res.setHeader('cache-control', 'no-store');
  const investorKey = pathText(req, 'investor_key');
  const principal = principalOf(res);
  const access = reads.access(principal, investorKey);
  if (access !== 'own') {
    reads.audit({
      subject: principal.subject,
      investorKey,
      decision: access === 'audited' ? 'allowed' : 'denied',
      traceId: contextOf(res).traceId,
    });
  }
  if (access === 'refused') throw new Problem('unknown-value', 'Nothing is known of this entity.');
  return investorKey;
}
