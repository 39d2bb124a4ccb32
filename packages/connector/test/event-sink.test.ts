import { parseTraceparent, type Span } from '@groundswell/domain';
import type { OutgoingRecord } from '@groundswell/stream';
import type { Transaction } from '@groundswell/schemas';
import { expect } from 'chai';
import { createEventSink, createPublishSpans, type PublishSpans } from '../src/index.ts';

const INVESTOR = 'v1:Zm9yYmlkZGVuLWludmVzdG9y';
const EVENT = `http:broker:${INVESTOR}`;

interface Published {
  readonly records: readonly OutgoingRecord[];
  readonly spans: readonly Span[];
}

/** Publish one event about an investor. */
async function publish(isKept: boolean, ack: () => Promise<void>): Promise<Published> {
  const records: OutgoingRecord[] = [];
  const seen: Span[] = [];
  let nowUs = 100;
  const spans: PublishSpans = createPublishSpans(
    { keeps: () => isKept, add: (span) => void seen.push(span) },
    () => (nowUs += 1),
  );
  const sink = await createEventSink('connect-brokerage', {
    lane: 'test',
    codecFor: () => ({ ready: () => Promise.resolve(), encode: () => new Uint8Array() }),
    batcher: {
      add: (_topic, record) => {
        records.push(record);
        return ack();
      },
    },
    spans,
  });
  const sent = sink.publish('brokerage.transaction.v1', INVESTOR, EVENT, {} as Transaction);
  await sent.catch(() => undefined);
  return { records, spans: seen };
}

describe('spans of published events', () => {
  it('have the ids of the header of their record, and begin its trace', async () => {
    const { records, spans } = await publish(true, () => Promise.resolve());
    expect(spans).to.have.length(1);
    const header = String(records[0]?.headers['traceparent']);
    expect(spans[0]?.trace).to.deep.equal(parseTraceparent(header));
    expect(spans[0]).to.include({ kind: 'producer', parentSpanId: null, startUs: 101, endUs: 102 });
    expect(spans[0]?.name).to.match(/^send .*brokerage\.transaction\.v1$/);
  });

  it('say nothing of whom the event is about', async () => {
    const { spans } = await publish(true, () => Promise.resolve());
    expect(JSON.stringify(spans)).to.not.include(INVESTOR);
  });

  it('are not told before the broker has the event, and not of traces that are not kept', async () => {
    const failed = await publish(true, () => Promise.reject(new Error('away')));
    expect(failed.spans).to.deep.equal([]);
    const other = await publish(false, () => Promise.resolve());
    expect(other.records).to.have.length(1);
    expect(other.spans).to.deep.equal([]);
  });
});
