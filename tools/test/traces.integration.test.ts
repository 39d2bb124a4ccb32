import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createTokenSigner, generateSigningKeyPem } from '@groundswell/auth';
import { parseTraceparent } from '@groundswell/domain';
import {
  createWorld,
  startFakeCoinbase,
  worldInstruments,
  type FakeCoinbase,
} from '@groundswell/simulator';
import {
  openServiceLane,
  startOtlpReceiver,
  type LaneRecord,
  type OtlpReceiver,
  type ReceivedSpan,
  type RunningService,
  type ServiceLane,
} from '@groundswell/testkit';
import { expect } from 'chai';

const SERVER = 2;
const PRODUCER = 4;
const CONSUMER = 5;

/** One trace through three services, as a collector sees it: a trade of a venue, the bar made of it, and a reader who asks about the bar. */
describe('traces over OTLP on real parts', function () {
  this.timeout(180_000);
  let lane: ServiceLane;
  let venue: FakeCoinbase;
  let receiver: OtlpReceiver;
  let issuer: { readonly url: string; readonly token: string; stop(): Promise<unknown> };
  const services: RunningService[] = [];
  const products = worldInstruments.map(({ product }) => product);

  before(async () => {
    lane = await openServiceLane(process.env);
    receiver = await startOtlpReceiver();
    issuer = await startIssuer();
    const world = createWorld({
      seed: 7,
      startUs: Date.now() * 1000,
      ratePerSecond: 50,
      instruments: worldInstruments,
      investors: [],
    });
    venue = await startFakeCoinbase({
      products,
      port: 0,
      nowUs: () => Date.now() * 1000,
      candles: () => [],
    });
    venue.prime(world.lastTradeIds());
    const traced = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=k-123',
      OTEL_TRACES_SAMPLER_ARG: '1',
    };
    const start = async (name: string, env: Readonly<Record<string, string>>): Promise<void> => {
      services.push(await lane.start(`services/${name}/src/main.ts`, { ...traced, ...env }));
    };
    await start('derive-market', {});
    await start('connect-market', {
      COINBASE_WS_URL: venue.wsUrl,
      COINBASE_REST_URL: venue.restUrl,
      MARKET_PAST_DAYS: '0',
    });
    await start('serve-api', { ISSUER_URL: issuer.url, JWKS_URL: `${issuer.url}/keys` });

    // Before that the connector does not know where a product begins.
    await until('a position of every product', async () => {
      const [row] = await lane.database.query<{ position: Record<string, number> }>(
        `SELECT position FROM connector_cursor WHERE connector = 'world'`,
      );
      return products.every((product) => row?.position[product] !== undefined) ? [row] : [];
    });
    for (let index = 0; index < 20; index += 1) {
      const event = world.next();
      if (event.type === 'trade') venue.publish(event, { socket: true, rest: true });
    }
    const bars = await until('a bar', async () => lane.read('feature.symbol.market.v1'));
    const asked = bars.at(-1);
    const { entity } = asked?.record ?? { entity: '' };
    const address = `/v1/features/market.bar/${encodeURIComponent(entity)}/latest?window_size=1m`;
    await fetch(`${services.at(-1)?.url ?? ''}${address}`, {
      headers: {
        authorization: `Bearer ${issuer.token}`,
        traceparent: asked?.headers['traceparent'] ?? '',
      },
    });
    // What waits is sent when a service ends.
    for (const service of services) {
      expect(await service.kill('SIGTERM'), service.output().slice(-500)).to.equal(0);
    }
  });
  after(async () => {
    await lane.close();
    await venue.stop();
    await receiver.stop();
    await issuer.stop();
  });

  async function until<T>(what: string, look: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const deadline = Date.now() + 40_000;
    for (;;) {
      const found = await look();
      if (found.length > 0) return found;
      if (Date.now() > deadline) throw new Error(`${what}: not in time`);
      await pause(300);
    }
  }

  /** The span that carries the ids of the record's header. */
  function spanOf({ headers }: LaneRecord<unknown>): ReceivedSpan | undefined {
    const trace = parseTraceparent(headers['traceparent'] ?? '');
    return receiver.spans.find(
      ({ traceId, spanId }) => traceId === trace?.traceId && spanId === trace.spanId,
    );
  }

  it('has a span of every trade, with the ids of its header, from the connector', async () => {
    const trades = await lane.read('market.trade.v1');
    expect(trades.length).to.be.greaterThan(5);
    for (const trade of trades) {
      const span = spanOf(trade);
      expect(span, trade.record.eventId).to.include({
        service: 'connect-market',
        lane: lane.lane,
        kind: PRODUCER,
        parentSpanId: '',
      });
      expect(span?.attributes['messaging.destination.name']).to.match(/market\.trade\.v1$/);
    }
  });

  it('has a span of every bar, whose parent is a trade of the same trace', async () => {
    const trades = await lane.read('market.trade.v1');
    const ids = new Set(trades.map((one) => spanOf(one)?.spanId));
    const bars = await lane.read('feature.symbol.market.v1');
    const made = bars.filter((bar) => spanOf(bar)?.kind === CONSUMER);
    expect(made).to.not.deep.equal([]);
    for (const bar of bars) expect(spanOf(bar)?.service, 'span of a bar').to.equal('derive-market');
    for (const bar of made) {
      const span = spanOf(bar);
      expect(ids.has(span?.parentSpanId ?? '')).to.equal(true);
      const parent = receiver.spans.find(({ spanId }) => spanId === span?.parentSpanId);
      expect(parent?.traceId).to.equal(span?.traceId);
      expect(span?.endUs).to.be.at.least(span?.startUs ?? Infinity);
      expect(span?.attributes).to.include({ 'groundswell.feature_set': bar.record.featureSet });
    }
  });

  it('has the request that was asked with the trace of a bar as the child of that bar', () => {
    const asked = receiver.spans.filter(({ kind }) => kind === SERVER);
    expect(asked.map(({ name, service }) => [service, name])).to.deep.equal([
      ['serve-api', 'getLatestFeature'],
    ]);
    const parent = receiver.spans.find(({ spanId }) => spanId === asked[0]?.parentSpanId);
    expect(parent?.service).to.equal('derive-market');
    expect(parent?.traceId).to.equal(asked[0]?.traceId);
    expect(asked[0]?.attributes['http.route']).to.equal(
      '/v1/features/{feature_set}/{entity}/latest',
    );
  });

  it('was sent the headers of the operator, and nothing of the caller', () => {
    for (const headers of receiver.headers) expect(headers['api-key']).to.equal('k-123');
    for (const secret of [issuer.token, 'someone', 'window_size=1m']) {
      expect(receiver.text()).to.not.include(secret);
    }
  });
});

/** Keys and one token of a reader. */
async function startIssuer(): Promise<{
  readonly url: string;
  readonly token: string;
  stop(): Promise<unknown>;
}> {
  let answer = '';
  const server: Server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signer = await createTokenSigner({
    issuer: url,
    audience: 'groundswell',
    privateKeyPem: generateSigningKeyPem(),
    clock: { nowMs: () => Date.now() },
  });
  answer = JSON.stringify({ keys: [signer.publicKey] });
  const token = await signer.sign({
    subject: 'someone',
    scopes: ['features:read'],
    lifetimeMs: 600_000,
  });
  return {
    url,
    token,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
