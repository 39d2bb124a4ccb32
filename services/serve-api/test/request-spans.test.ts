import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Span } from '@groundswell/domain';
import { UnauthenticatedError } from '@groundswell/auth';
import { expect } from 'chai';
import { createTestApp } from './app-rig.ts';

const TRACE = 'a'.repeat(32);
const CALLER = 'b'.repeat(16);
const OWN = 'c'.repeat(32);
const SECRETS = ['v1:someone', 'token-of-someone', 'needle'];

describe('spans of requests', () => {
  const spans: Span[] = [];
  let server: Server;

  before(async function () {
    // The validator reads the whole document.
    this.timeout(10_000);
    server = createServer(
      createTestApp({
        newTraceId: () => OWN,
        verifier: { verify: () => Promise.reject(new UnauthenticatedError('missing')) },
        allowance: {
          take: () => Promise.resolve({ allowed: true, tokensLeft: 1, retryAfterMs: 0 }),
        },
        spans: { keeps: ({ sampled }) => sampled, add: (span) => void spans.push(span) },
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  /** Ask once, as someone whom no span may name. */
  async function ask(path: string, traceparent?: string): Promise<readonly Span[]> {
    const { port } = server.address() as AddressInfo;
    const headers = {
      connection: 'close',
      authorization: 'Bearer token-of-someone',
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    spans.length = 0;
    await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text();
    return [...spans];
  }

  it('go on with the trace of the caller', async () => {
    const [span] = await ask('/openapi.json', `00-${TRACE}-${CALLER}-01`);
    expect(span).to.include({ name: 'getOpenapi', kind: 'server', parentSpanId: CALLER });
    expect(span?.trace.traceId).to.equal(TRACE);
    expect(span?.trace.spanId)
      .to.match(/^[0-9a-f]{16}$/)
      .and.not.equal(CALLER);
    expect(span?.attributes).to.deep.equal({
      'http.request.method': 'GET',
      'http.route': '/openapi.json',
      'http.response.status_code': 200,
    });
  });

  it('begin a trace where the caller sent none, or none that is valid', async () => {
    for (const header of [undefined, 'nonsense', `00-${'0'.repeat(32)}-${CALLER}-01`]) {
      const [span] = await ask('/openapi.json', header);
      expect(span?.trace.traceId, header).to.equal(OWN);
      expect(span?.parentSpanId, header).to.equal(null);
    }
  });

  it('keep the decision of the caller not to record', async () => {
    expect(await ask('/openapi.json', `00-${TRACE}-${CALLER}-00`)).to.deep.equal([]);
  });

  it('name the operation and its route, never who asked, about whom, or for what', async () => {
    const [span] = await ask('/v1/investors/v1:someone/peers?needle=1');
    expect(span).to.include({ name: 'getTradingPeers' });
    expect(span?.attributes).to.include({
      'http.route': '/v1/investors/{investor_key}/peers',
      'http.response.status_code': 401,
    });
    for (const secret of SECRETS) expect(JSON.stringify(span)).to.not.include(secret);
  });

  it('are not made for addresses that are no operation', async () => {
    expect(await ask('/v1/nothing/here')).to.deep.equal([]);
  });
});
