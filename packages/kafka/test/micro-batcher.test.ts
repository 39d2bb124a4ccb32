import { setTimeout as sleep } from 'node:timers/promises';
import { createMicroBatcher } from '@groundswell/kafka';
import type { OutgoingRecord, RecordSink } from '@groundswell/stream';
import { expect } from 'chai';

interface Sent {
  readonly name: string;
  readonly values: readonly string[];
  readonly ack: () => void;
  readonly fail: (error: Error) => void;
}

/** A sink whose acks the test gives. Keys are partition numbers. */
function manualSink(): { sink: RecordSink; sent: Sent[] } {
  const sent: Sent[] = [];
  const sink: RecordSink = {
    send: (topic, partition, records) =>
      new Promise((ack, fail) => {
        const values = records.map(({ value }) => Buffer.from(value ?? []).toString());
        sent.push({ name: `${topic}/${partition}`, values, ack, fail });
      }),
    partitionFor: (_, key) => Promise.resolve(Number(Buffer.from(key).toString())),
    stop: () => Promise.resolve(),
  };
  return { sink, sent };
}

const record = (partition: number, value: string): OutgoingRecord => ({
  key: Buffer.from(String(partition)),
  value: Buffer.from(value),
  headers: {},
});
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the micro-batcher', () => {
  it('collects records per partition and sends them when the time is up', async () => {
    const { sink, sent } = manualSink();
    const batcher = createMicroBatcher(sink, { lingerMs: 1 });
    const added = [
      batcher.add('t', record(0, 'a')),
      batcher.add('t', record(1, 'b')),
      batcher.add('t', record(0, 'c')),
    ];
    await settled();
    while (sent.length < 2) await settled();
    expect(sent.map(({ name, values }) => [name, values])).to.deep.equal([
      ['t/0', ['a', 'c']],
      ['t/1', ['b']],
    ]);
    for (const { ack } of sent) ack();
    await Promise.all(added);
    expect(batcher.pending()).to.equal(0);
  });

  it('sends all partitions at the same tick', async () => {
    const { sink, sent } = manualSink();
    const batcher = createMicroBatcher(sink, { lingerMs: 40 });
    void batcher.add('t', record(0, 'a'));
    await sleep(25);
    void batcher.add('t', record(1, 'b'));
    while (sent.length === 0) await settled();
    expect(sent.map(({ name }) => name)).to.deep.equal(['t/0', 't/1']);
  });

  it('collects what comes while the broker has not answered, and sends it with the answer', async () => {
    const { sink, sent } = manualSink();
    const batcher = createMicroBatcher(sink, { lingerMs: 0 });
    const first = batcher.add('t', record(0, 'a'));
    while (sent.length === 0) await settled();
    const others = [batcher.add('t', record(0, 'b'))];
    await sleep(5);
    others.push(batcher.add('t', record(0, 'c')));
    await sleep(5);
    expect(sent.map(({ values }) => values)).to.deep.equal([['a']]);
    sent[0]?.ack();
    await first;
    while (sent.length === 1) await settled();
    expect(sent[1]?.values).to.deep.equal(['b', 'c']);
    sent[1]?.ack();
    await Promise.all(others);
  });

  it('sends a full batch at once', async () => {
    const { sink, sent } = manualSink();
    const batcher = createMicroBatcher(sink, { lingerMs: 60_000, maxRecords: 2, maxBytes: 200 });
    void batcher.add('t', record(0, 'a'));
    void batcher.add('t', record(0, 'b'));
    void batcher.add('t', record(0, 'x'.repeat(300)));
    await settled();
    expect(sent.map(({ values }) => values.length)).to.deep.equal([2, 1]);
  });

  it('does not resolve before the ack, and hands a failure to every record of the batch', async () => {
    const { sink, sent } = manualSink();
    const batcher = createMicroBatcher(sink, { lingerMs: 60_000, maxRecords: 2 });
    const outcomes = Promise.allSettled([
      batcher.add('t', record(0, 'a')),
      batcher.add('t', record(0, 'b')),
    ]);
    await settled();
    expect(batcher.pending()).to.equal(2);
    sent[0]?.fail(new RangeError('refused'));
    expect((await outcomes).map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
  });

  it('holds back who adds while too many records are unacknowledged, in order', async () => {
    const { sink, sent } = manualSink();
    const batcher = createMicroBatcher(sink, { lingerMs: 0, maxRecords: 1, maxPending: 2 });
    const added = ['a', 'b', 'c', 'd'].map((value) => batcher.add('t', record(0, value)));
    await settled();
    expect(sent.map(({ values }) => values)).to.deep.equal([['a'], ['b']]);
    sent[0]?.ack();
    await settled();
    expect(sent.map(({ values }) => values)).to.deep.equal([['a'], ['b'], ['c']]);
    sent[1]?.ack();
    sent[2]?.ack();
    await settled();
    sent[3]?.ack();
    await Promise.all(added);
  });

  it('flushes also what was added a moment ago, and reports what failed', async () => {
    const { sink, sent } = manualSink();
    const batcher = createMicroBatcher(sink, { lingerMs: 60_000 });
    const added = batcher.add('t', record(0, 'a'));
    const flushed = batcher.flush();
    await settled();
    expect(sent).to.have.length(1);
    sent[0]?.ack();
    await Promise.all([added, flushed]);

    const failing = batcher.add('t', record(0, 'b')).catch((error: unknown) => error);
    const reflushed = batcher.flush().catch((error: unknown) => error);
    await settled();
    sent[1]?.fail(new RangeError('refused'));
    expect(await failing).to.be.instanceOf(RangeError);
    expect(await reflushed).to.be.instanceOf(RangeError);
  });
});
