import { parseTraceparent, type Span, type SpanSink } from '@groundswell/domain';
import type { InvestorBehaviour } from '@groundswell/schemas';
import { expect } from 'chai';
import { BatchSpans } from '../src/batch-spans.ts';
import { batchWrites, type BatchFindings } from '../src/batch-writes.ts';
import type { Candidate } from '../src/classify.ts';
import {
  traceOf,
  traceparentOf,
  type Derived,
  type LogRecord,
  type OutboxRow,
} from '../src/index.ts';
import { writeDeps } from './support/write-deps.ts';

const INVESTOR = 'v1:Zm9yYmlkZGVuLWludmVzdG9y';
const TOPIC = 'feature.investor.behaviour.v1';
const deps = writeDeps('brokerage.transaction.v1', (logical) => `gw.test.${logical}`);
const transaction: LogRecord = {
  offset: 0n,
  timestampMs: 0,
  key: null,
  value: null,
  headers: { traceparent: [Buffer.from(traceparentOf(`http:broker:${INVESTOR}`, null))] },
};
const derived: Derived<typeof TOPIC> = {
  topic: TOPIC,
  key: INVESTOR,
  valueKey: `${INVESTOR}|ledger`,
  eventId: () => `derive-behaviour:${INVESTOR}:1`,
  ver: 1,
  build: () => ({ featureSet: 'investor.behaviour', entity: INVESTOR }) as InvestorBehaviour,
  keep: 'nothing',
};

/** A sink that keeps the traces of which `wanted` says so. */
function recorder(wanted: (traceId: string) => boolean): SpanSink & { readonly seen: Span[] } {
  const seen: Span[] = [];
  return { seen, keeps: ({ traceId }) => wanted(traceId), add: (span) => void seen.push(span) };
}

/** One transaction with one derived record. */
function writeOne(spans: BatchSpans | null, applied: readonly LogRecord[]): OutboxRow | undefined {
  const event = { entity: INVESTOR };
  const findings: BatchFindings = {
    advances: [],
    applied: applied.map((record) => ({ event, record }) as unknown as Candidate),
    dead: [],
    late: [],
  };
  const { outbox } = batchWrites(
    { ...deps, spans },
    { id: { group: 'g', task: 0 }, ownerEpoch: 1n, lineage: 1, positions: [], lastKnownAtUs: 0 },
    { state: [], derived: [derived] },
    findings,
  );
  return outbox[0];
}
const origin = { group: 'gw.test.derive-behaviour', topic: 'gw.test.brokerage', startUs: 10 };

describe('spans of derived records', () => {
  it('have the ids of their header, the event that made them as parent, and the time of their batch', () => {
    const sink = recorder(() => true);
    const spans = new BatchSpans(sink, origin);
    const row = writeOne(spans, [transaction]);
    spans.committed(30);
    const [span] = sink.seen;
    expect(span?.trace).to.deep.equal(parseTraceparent(row?.traceparent ?? ''));
    expect(span?.parentSpanId).to.equal(traceOf(transaction)?.spanId);
    expect(span).to.include({ name: `derive gw.test.${TOPIC}`, kind: 'consumer' });
    expect(span).to.include({ startUs: 10, endUs: 30, hasFailed: false });
    expect(span?.attributes).to.include({
      'messaging.destination.name': 'gw.test.brokerage',
      'groundswell.feature_set': 'investor.behaviour',
    });
  });

  it('begin a trace where silence made the record', () => {
    const sink = recorder(() => true);
    const spans = new BatchSpans(sink, { ...origin, topic: null });
    const row = writeOne(spans, []);
    spans.committed(30);
    expect(sink.seen[0]?.trace).to.deep.equal(parseTraceparent(row?.traceparent ?? ''));
    expect(sink.seen[0]).to.include({ parentSpanId: null, kind: 'internal' });
  });

  // S100: an investor is in the key, the event id and the record of what is derived for it.
  it('say nothing of whom they are about', () => {
    const sink = recorder(() => true);
    const spans = new BatchSpans(sink, origin);
    writeOne(spans, [transaction]);
    spans.committed(30);
    expect(sink.seen).to.have.length(1);
    expect(JSON.stringify(sink.seen)).to.not.include(INVESTOR);
  });

  it('are not told of a transaction that was rolled back', () => {
    const sink = recorder(() => true);
    writeOne(new BatchSpans(sink, origin), [transaction]);
    expect(sink.seen).to.deep.equal([]);
  });

  it('are made for no trace that is not kept', () => {
    const asked: string[] = [];
    const sink = recorder((traceId) => {
      asked.push(traceId);
      return false;
    });
    const spans = new BatchSpans(sink, origin);
    writeOne(spans, [transaction]);
    spans.committed(30);
    expect(sink.seen).to.deep.equal([]);
    expect(asked).to.deep.equal([traceOf(transaction)?.traceId]);
  });
});
