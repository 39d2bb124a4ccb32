import { expect } from 'chai';
import type { OutgoingRecord } from '@groundswell/stream';
import { startFaultProxy, type FaultProxy, type ProduceFault } from '../support/fault-proxy.ts';
import { uniqueName } from '../support/env.ts';
import { Recorder } from '../support/recorder.ts';
import { until } from '../support/wait.ts';
import type { Adapter, MakeAdapter } from './kafka-contract.ts';

const record = (value: string): OutgoingRecord => ({
  key: Buffer.from(value),
  value: Buffer.from(value),
  headers: { event_id: value },
});

/** K1: what was acknowledged is in the log, in the order of the calls of its partition. */
export function sinkContract(makeAdapter: MakeAdapter): void {
  describe('sink (K1)', () => {
    let proxy: FaultProxy;
    let adapter: Adapter;
    let topic: string;

    beforeEach(async () => {
      proxy = await startFaultProxy();
      adapter = makeAdapter({ dial: proxy.dial, requestTimeoutMs: 5_000 });
      topic = uniqueName('sink');
      await adapter.createTopic(topic, 3);
    });

    afterEach(async () => {
      await adapter.close();
      await proxy.close();
    });

    const logOf = async (count: number): Promise<ReadonlyMap<number, string[]>> => {
      const source = adapter.createSource({
        groupId: uniqueName('reader'),
        keyedTopics: [topic],
        broadcastTopics: [],
      });
      const recorder = new Recorder().seekToStart(source, topic);
      await source.start(recorder);
      await until(() => new Set(recorder.values()).size >= count);
      await source.stop();
      const log = new Map<number, string[]>();
      for (const { partition, records } of recorder.batches) {
        const values = records.map(({ value }) => Buffer.from(value ?? []).toString());
        log.set(partition, [...(log.get(partition) ?? []), ...values]);
      }
      return log;
    };

    const serialised = async (fault: ProduceFault): Promise<readonly string[]> => {
      const sink = adapter.createSink();
      // A topic made a moment ago may refuse its first record: only then is an append certain to be one.
      await sink.send(topic, 0, [record('ready')]);
      proxy.inject(fault);
      await Promise.all(['A', 'B', 'C'].map((value) => sink.send(topic, 0, [record(value)])));
      expect(proxy.fired).to.deep.equal([fault]);
      const [, ...log] = (await logOf(4)).get(0) ?? [];
      return log;
    };

    it('keeps order when the first of three concurrent sends was appended but not answered (P5, P6)', async () => {
      // Not idempotent (H2): the appended one comes twice, never out of order and never lost.
      expect(await serialised('cut-after')).to.deep.equal(['A', 'A', 'B', 'C']);
    });

    it('keeps order when the answer to an appended request vanishes (P4)', async () => {
      expect(await serialised('drop-answer')).to.deep.equal(['A', 'A', 'B', 'C']);
    });

    it('sends again what never reached the broker (P1)', async () => {
      expect(await serialised('cut-before')).to.deep.equal(['A', 'B', 'C']);
    });

    it('loses and doubles nothing when one partition has a new leader (P2, P7)', async () => {
      const sink = adapter.createSink();
      for (const partition of [0, 1, 2])
        await sink.send(topic, partition, [record(`p${partition}`)]);
      proxy.inject('not-leader');
      const values = Array.from({ length: 9 }, (_, index) => `v${index}`);
      await Promise.all(
        [0, 1, 2].map((partition) =>
          sink.send(
            topic,
            partition,
            values.filter((_, index) => index % 3 === partition).map(record),
          ),
        ),
      );
      expect(proxy.fired).to.deep.equal(['not-leader']);
      const log = await logOf(12);
      for (const partition of [0, 1, 2]) {
        expect(log.get(partition)?.slice(1)).to.deep.equal(
          values.filter((_, index) => index % 3 === partition),
        );
      }
    });

    it('cuts a large call into requests without changing its order', async () => {
      const sink = adapter.createSink();
      const values = Array.from({ length: 1_700 }, (_, index) => `${index}`.padStart(900, '0'));
      await sink.send(topic, 1, values.map(record));
      // At least once: on a slow machine a request may be sent again, but first appearances keep their order.
      expect([...new Set((await logOf(1_700)).get(1))]).to.deep.equal(values);
    });
  });
}
