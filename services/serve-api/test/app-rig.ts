import type { Express } from 'express';
import { createMetrics } from '@groundswell/runtime';
import { createApp, type AppDeps } from '../src/app.ts';
import { createApiMetrics } from '../src/metrics.ts';

export const nothing = () => Promise.resolve();
const handlers: AppDeps['handlers'] = {
  listLatestFeatures: nothing,
  getLatestFeature: nothing,
  listFeatureHistory: nothing,
  listFeatureRevisions: nothing,
  getLatestBehaviour: nothing,
  listBehaviourHistory: nothing,
  listLots: nothing,
  getTradingPeers: nothing,
  listExecutions: nothing,
  listInstruments: nothing,
  getInstrument: nothing,
  listSources: nothing,
  getCatalogue: nothing,
  explainFeature: nothing,
  listPosts: nothing,
  predict: nothing,
  getModelsStatus: nothing,
  getFlow: nothing,
  getConservation: nothing,
  listDeadLetters: nothing,
};

/** The HTTP surface without stores: handlers that answer nothing, guards that are not to be asked. */
export function createTestApp(deps: Partial<AppDeps> = {}, more: object = {}): Express {
  const { requests, seconds } = createApiMetrics(createMetrics('test'));
  const quiet = () => undefined;
  return createApp({
    handlers: { ...handlers, ...more },
    serviceRoutes: () => false,
    verifier: { verify: () => Promise.reject(new Error('not called')) },
    allowance: { take: () => Promise.reject(new Error('not called')) },
    requestPolicy: { capacity: 1, refillPerSecond: 1 },
    refusalPolicy: { capacity: 1, refillPerSecond: 1 },
    allowedOrigins: new Set(),
    trustedProxies: [],
    newTraceId: () => '',
    nowMs: () => 0,
    requests,
    seconds,
    log: {
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: quiet,
      child: () => {
        throw new Error('not called');
      },
    },
    ...deps,
  });
}
