import { expect } from 'chai';
import type { Express } from 'express';
import { createMetrics } from '@groundswell/runtime';
import { features, serveApiDocument } from '@groundswell/schemas';
import { createApp, type AppDeps } from '../src/app.ts';
import { isPublic } from '../src/core/window-size.ts';
import { expressPath, operationsOf } from '../src/http/operations.ts';
import { createApiMetrics } from '../src/metrics.ts';

const nothing = () => Promise.resolve();
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
const serviceOperations = ['getLiveness', 'getReadiness', 'getMetrics'];

function app(more: object = {}): Express {
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
  });
}

/** Addresses that Express really has, from its own table. */
function routesOf(express: Express): ReadonlySet<string> {
  const { stack } = express.router as unknown as {
    readonly stack: readonly {
      readonly route?: { readonly path: string; readonly methods: object };
    }[];
  };
  return new Set(
    stack.flatMap(({ route }) =>
      route === undefined
        ? []
        : Object.keys(route.methods).map((method) => `${method} ${route.path}`),
    ),
  );
}

describe('HTTP surface', () => {
  it('has exactly the routes of the document', () => {
    const documented = operationsOf(serveApiDocument)
      .filter(({ id }) => !serviceOperations.includes(id))
      .map(({ method, path }) => `${method} ${expressPath(path)}`);
    expect([...routesOf(app())].sort()).to.deep.equal([...new Set(documented)].sort());
  });

  it('does not start with a handler that the document does not name', () => {
    expect(() => app({ getSecret: nothing })).to.throw('a handler without operation');
  });

  it('does not start with an operation that has no handler', () => {
    expect(() => app({ getCatalogue: undefined })).to.throw('an operation without handler');
  });

  it('knows the scopes of every operation, and which are open on purpose', () => {
    const open = operationsOf(serveApiDocument).filter(({ scopes }) => scopes.length === 0);
    expect(open.map(({ id }) => id)).to.have.members([...serviceOperations, 'getOpenapi']);
  });

  it('fails on an operation that forgot its scopes', () => {
    const paths = { '/x': { get: { operationId: 'x' } } };
    expect(() => operationsOf({ paths })).to.throw('an operation without id or scopes');
    const odd = { '/x': { get: { operationId: 'x', security: [{ bearer: ['root'] }] } } };
    expect(() => operationsOf({ paths: odd })).to.throw('an unknown scope');
  });

  it('offers all public feature sets and no private one', () => {
    const { components } = serveApiDocument as unknown as {
      components: { parameters: { FeatureSet: { schema: { enum: string[] } } } };
    };
    const sets = (Object.keys(features) as (keyof typeof features)[]).filter(isPublic);
    expect(components.parameters.FeatureSet.schema.enum).to.deep.equal(sets);
  });
});
