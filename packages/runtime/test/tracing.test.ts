import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Span, SpanSink } from '@groundswell/domain';
import { startOtlpReceiver, type OtlpReceiver } from '@groundswell/testkit';
import { expect } from 'chai';
import { createMetrics, type LogFields, type Logger, type Release } from '../src/index.ts';
import { MAX_WAITING } from '../src/span-export.ts';
import { startTracing } from '../src/tracing.ts';

const NOON_US = 1_770_000_000_000_000;
const idOf = (number: number): string => number.toString(16).padStart(16, '0');
/** As ADR 21 makes them. */
const traceIdOf = (number: number): string => hash('sha256', `event ${number}`).slice(0, 32);
const spanOf = (number: number, more: Partial<Span> = {}): Span => ({
  name: 'send market.trade.v1',
  kind: 'producer',
  trace: { traceId: traceIdOf(number), spanId: idOf(number), sampled: true },
  parentSpanId: null,
  startUs: NOON_US,
  endUs: NOON_US + 1_234_567,
  hasFailed: false,
  attributes: { 'messaging.system': 'kafka' },
  ...more,
});

interface Tracing {
  readonly spans: SpanSink;
  readonly lines: readonly (LogFields & { readonly message: string })[];
  metric(name: string): Promise<number>;
  stop(leftMs?: number): Promise<void>;
}

async function tracingTo(url: string, ratio = 1, service = 'connect-market'): Promise<Tracing> {
  const lines: (LogFields & { message: string })[] = [];
  const add = (message: string, fields: LogFields = {}): void => {
    lines.push({ ...fields, message });
  };
  const log: Logger = { debug: add, info: add, warn: add, error: add, child: () => log };
  const metrics = createMetrics('test');
  let release: Release = () => undefined;
  const spans = await startTracing(
    { url: `${url}/v1/traces`, ratio, asksParent: true },
    {
      log,
      metrics,
      lifecycle: { onStop: (_name, one) => void (release = one) },
      process: { service, version: '1', lane: 'test' },
    },
  );
  return {
    spans,
    lines,
    metric: async (name) => {
      const text = await metrics.text();
      return Number(new RegExp(`^groundswell_${name}.* (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    },
    stop: async (leftMs = 10_000) => {
      await release(leftMs);
    },
  };
}

describe('tracing', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => {
    receiver = await startOtlpReceiver();
  });
  afterEach(() => receiver.stop());

  it('exports spans with the very ids, times and parents that they were given', async () => {
    const { spans, stop, metric } = await tracingTo(receiver.url);
    spans.add(spanOf(1));
    spans.add(spanOf(2, { kind: 'consumer', parentSpanId: idOf(1), hasFailed: true }));
    await stop();
    expect(receiver.spans).to.deep.equal([
      {
        service: 'connect-market',
        lane: 'test',
        name: 'send market.trade.v1',
        kind: 4,
        traceId: traceIdOf(1),
        spanId: idOf(1),
        parentSpanId: '',
        startUs: NOON_US,
        endUs: NOON_US + 1_234_567,
        statusCode: 0,
        attributes: { 'messaging.system': 'kafka' },
      },
      {
        ...receiver.spans[0],
        kind: 5,
        traceId: traceIdOf(2),
        spanId: idOf(2),
        parentSpanId: idOf(1),
        statusCode: 2,
      },
    ]);
    expect(await metric('spans_exported_total')).to.equal(2);
  });

  it('sends the headers that the standard variable names', async () => {
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'api-key=k-123';
    try {
      const { spans, stop } = await tracingTo(receiver.url);
      spans.add(spanOf(1));
      await stop();
    } finally {
      delete process.env['OTEL_EXPORTER_OTLP_HEADERS'];
    }
    expect(receiver.headers[0]?.['api-key']).to.equal('k-123');
  });

  // A trace of which each service keeps other parts is of no use.
  it('decides by the trace id alone, so that all services keep the same traces', async () => {
    const connector = await tracingTo(receiver.url, 0.1, 'connect-market');
    const derivation = await tracingTo(receiver.url, 0.1, 'derive-market');
    const all = await tracingTo(receiver.url, 0.2, 'serve-api');
    let kept = 0;
    for (let number = 0; number < 5000; number += 1) {
      const trace = { traceId: traceIdOf(number), sampled: true };
      const isKept = connector.spans.keeps(trace);
      expect(derivation.spans.keeps(trace)).to.equal(isKept);
      if (isKept) expect(all.spans.keeps(trace), 'of a larger share').to.equal(true);
      expect(connector.spans.keeps({ ...trace, sampled: false })).to.equal(false);
      kept += isKept ? 1 : 0;
    }
    expect(kept / 5000).to.be.closeTo(0.1, 0.03);
    for (const one of [connector, derivation, all]) await one.stop();
  });

  it('drops what has no room while the collector is away, counts it, says so once, and ends in time', async function () {
    this.timeout(10_000);
    receiver.answer(0);
    const { spans, stop, metric, lines } = await tracingTo(receiver.url);
    // A batch is on its way as soon as there is one: it is no longer in the queue.
    for (let number = 1; number <= MAX_WAITING + 1000; number += 1) spans.add(spanOf(number));
    expect(await metric('spans_dropped_total{reason="queue_full"')).to.be.within(1, 1000);
    const beganMs = performance.now();
    await stop(1500);
    expect(performance.now() - beganMs).to.be.within(500, 1500);
    expect(lines.map(({ message }) => message)).to.deep.equal([
      'traces are exported',
      'the last spans were not taken in time',
    ]);
  });

  it('says once that spans are not taken and once that they are again', async () => {
    const { spans, stop, metric, lines } = await tracingTo(receiver.url);
    const fill = async (first: number, status: number): Promise<void> => {
      receiver.answer(status);
      const before = receiver.headers.length;
      for (let number = first; number < first + 512; number += 1) spans.add(spanOf(number));
      while (receiver.headers.length === before) await new Promise((done) => setTimeout(done, 5));
      await new Promise((done) => setTimeout(done, 50));
    };
    // 400 is final; what can pass is tried again by the exporter.
    await fill(1, 400);
    await fill(1001, 400);
    await fill(2001, 200);
    await fill(3001, 200);
    await stop();
    expect(lines.map(({ message }) => message)).to.deep.equal([
      'traces are exported',
      'spans are not taken',
      'spans are taken again',
    ]);
    expect(await metric('spans_dropped_total')).to.equal(1024);
    expect(await metric('spans_exported_total')).to.equal(1024);
  });

  // Its interfaces alone (`@opentelemetry/api`) come with prom-client.
  it('reads no file of the SDK in a process that exports nothing', function () {
    this.timeout(10_000);
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve: (name, context, next) => (seen.push(name), next(name, context)) });
      const { runService } = await import('@groundswell/runtime');
      await runService('test', {}, ({ spans, lifecycle }) => {
        const found = seen.filter((name) => /@opentelemetry\\/(?!api$)|span-export/.test(name));
        process.stdout.write(JSON.stringify({ spans, found, looked: seen.length > 20 }) + '\\n');
        lifecycle.stop('done');
      });`;
    const run = (env: Readonly<Record<string, string>>): string =>
      execFileSync(
        process.execPath,
        ['--conditions=@groundswell/source', '--input-type=module', '-e', script],
        {
          cwd: fileURLToPath(new URL('../', import.meta.url)),
          env: { ...process.env, LOG_LEVEL: 'error', ...env },
          encoding: 'utf8',
        },
      );
    expect(run({}).trim()).to.equal('{"spans":null,"found":[],"looked":true}');
    // Seen from the other side: the same look finds it where there is an endpoint.
    expect(run({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })).to.include('span-export');
  });
});
