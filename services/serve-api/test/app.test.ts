import { expect } from 'chai';
import type { Express } from 'express';
import { features, serveApiDocument } from '@groundswell/schemas';
import { isPublic } from '../src/core/window-size.ts';
import { expressPath, operationsOf } from '../src/http/operations.ts';
import { createTestApp, nothing } from './app-rig.ts';

const serviceOperations = ['getLiveness', 'getReadiness', 'getMetrics'];
const app = (more: object = {}): Express => createTestApp({}, more);

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
