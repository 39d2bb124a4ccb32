import { createRegistryClient, type RegistryClient } from '@groundswell/kafka';
import { expect } from 'chai';
import { startStubRegistry, type StubAnswer, type StubRegistry } from './support/stub-registry.ts';

async function failure(work: Promise<unknown>): Promise<{ code?: string; retriable?: boolean }> {
  return await work.then(
    () => ({}),
    (error: unknown) => error as { code?: string },
  );
}

describe('the registry client', () => {
  let stub: StubRegistry;
  let registry: RegistryClient;

  beforeEach(async () => {
    stub = await startStubRegistry();
    registry = createRegistryClient({ url: stub.url, timeoutMs: 200 });
  });
  afterEach(() => stub.close());

  const outages: Readonly<Record<string, StubAnswer>> = {
    'a 400 without an error code (G1)': { status: 400, body: 'Bad Request' },
    'a 404 of a proxy': { status: 404, body: '<html>not found</html>' },
    'a 404 with a code of something else': { status: 404, body: { error_code: 404 } },
    'a 401': { status: 401, body: { error_code: 40101 } },
    'a 403': { status: 403 },
    'a 429': { status: 429 },
    'a 500 with an error code': { status: 500, body: { error_code: 50001 } },
    'a 502': { status: 502 },
    'a connection that is cut': { status: 0, reset: true },
    'a registry that never answers (G2)': { status: 0, hang: true },
    'a 200 that is no answer': { status: 200, body: { hello: 'world' } },
  };
  for (const [name, answer] of Object.entries(outages)) {
    it(`takes ${name} for an outage, never for an unknown schema`, async () => {
      stub.answer = () => answer;
      expect(await failure(registry.schemaById(7))).to.include({
        code: 'GW_REGISTRY_UNAVAILABLE',
        retriable: true,
      });
      expect(await failure(registry.lookup('s', '"string"'))).to.include({ retriable: true });
    });
  }

  it('takes a refused connection for an outage', async () => {
    await stub.close();
    expect(await failure(registry.schemaById(7))).to.include({ code: 'GW_REGISTRY_UNAVAILABLE' });
    stub = await startStubRegistry();
  });

  it('believes a healthy registry that an id is unknown, and asks once (G3)', async () => {
    stub.answer = () => ({ status: 404, body: { error_code: 40403, message: 'Schema not found' } });
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await failure(registry.schemaById(7))).to.include({
        code: 'GW_SCHEMA_UNKNOWN',
        retriable: false,
      });
    }
    expect(stub.requests).to.deep.equal(['GET /schemas/ids/7']);
  });

  it('asks nobody about ids that cannot exist (G5)', async () => {
    expect(await failure(registry.schemaById(-1))).to.include({ code: 'GW_SCHEMA_UNKNOWN' });
    expect(stub.requests).to.deep.equal([]);
  });

  it('tells a refused schema from an outage', async () => {
    stub.answer = () => ({ status: 409, body: { error_code: 409, message: 'incompatible' } });
    expect(await failure(registry.register('s', '"string"'))).to.include({
      code: 'GW_SCHEMA_INCOMPATIBLE',
      retriable: false,
    });
  });

  it('asks the paths of the Confluent API', async () => {
    stub.answer = () => ({
      status: 200,
      body: { id: 3, version: 1, schema: '"string"', is_compatible: true },
    });
    await registry.lookup('a/b', '"string"');
    await registry.latest('s');
    await registry.setCompatibility('s', 'BACKWARD');
    await registry.checkCompatibility('s', '"string"');
    await registry.register('s', '"string"');
    expect(stub.requests).to.deep.equal([
      'POST /subjects/a%2Fb?normalize=true',
      'GET /subjects/s/versions/latest',
      'PUT /config/s',
      'POST /compatibility/subjects/s/versions/latest?verbose=true',
      'POST /subjects/s/versions?normalize=true',
    ]);
  });
});
