import { expect } from 'chai';
import type { RecordSource } from '@groundswell/stream';
import { uniqueName } from '../support/env.ts';
import { Recorder } from '../support/recorder.ts';
import { until } from '../support/wait.ts';
import type { Adapter, MakeAdapter } from './kafka-contract.ts';

interface Member {
  readonly source: RecordSource;
  readonly recorder: Recorder;
}

/** K4, K14: who owns what, and that only the owner can move it. */
export function groupContract(makeAdapter: MakeAdapter): void {
  describe('group', () => {
    let adapter: Adapter;
    const topics = { trades: '', quotes: '', marks: '' };

    beforeEach(async () => {
      adapter = makeAdapter();
      topics.trades = uniqueName('trades');
      topics.quotes = uniqueName('quotes');
      topics.marks = uniqueName('marks');
      await adapter.createTopic(topics.trades, 3);
      await adapter.createTopic(topics.quotes, 3);
      await adapter.createTopic(topics.marks, 2);
    });

    afterEach(() => adapter.close());

    const join = (groupId: string): Member => {
      const source = adapter.createSource({
        groupId,
        keyedTopics: [topics.trades, topics.quotes],
        broadcastTopics: [topics.marks],
        sessionTimeoutMs: 6_000,
      });
      return { source, recorder: new Recorder() };
    };
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
    const seekAll = ({ source, recorder }: Member): void => {
      recorder.onGeneration = (partitions) => {
        for (const partition of partitions) {
          source.seek({ topic: topics.trades, partition }, 0n);
          source.seek({ topic: topics.quotes, partition }, 0n);
        }
        for (const partition of numbers(2)) source.seek({ topic: topics.marks, partition }, 0n);
      };
    };

    it('gives partition p of all keyed topics to one member, broadcast topics to every member (K14)', async () => {
      const sink = adapter.createSink();
      for (const topic of [topics.trades, topics.quotes]) {
        for (const partition of numbers(3)) {
          await sink.send(topic, partition, [{ key: null, value: Buffer.from('x'), headers: {} }]);
        }
      }
      for (const partition of numbers(2)) {
        await sink.send(topics.marks, partition, [
          { key: null, value: Buffer.from('m'), headers: {} },
        ]);
      }
      const groupId = uniqueName('group');
      const members = [join(groupId), join(groupId)];
      for (const member of members) {
        seekAll(member);
        await member.source.start(member.recorder);
      }
      const [first, second] = members as [Member, Member];
      const shares = (): number[][] =>
        members.map(({ recorder }) => [...(recorder.assignments.at(-1) ?? [])]);
      await until(() => shares().every((share) => share.length > 0 && share.length < 3));
      expect(shares().flat().sort()).to.deep.equal([0, 1, 2]);
      // The eager protocol takes everything away first.
      await until(() => first.recorder.lost === 1);

      const readBy = (member: Member, topic: string): number[] =>
        [
          ...new Set(
            member.recorder.batches
              .filter((batch) => batch.topic === topic)
              .map((batch) => batch.partition),
          ),
        ].sort();
      await until(() => readBy(second, topics.marks).length === 2);
      await until(() => readBy(first, topics.marks).length === 2);
      const share = shares()[1] ?? [];
      await until(() => readBy(second, topics.quotes).length === share.length);
      await until(() => readBy(second, topics.trades).length === share.length);
      expect(readBy(second, topics.trades)).to.deep.equal(share);
      expect(readBy(second, topics.quotes)).to.deep.equal(share);
    });

    it('does not let a handler that ends after its partitions moved commit or move them (K4)', async () => {
      const groupId = uniqueName('group');
      const sink = adapter.createSink();
      const records = numbers(5).map((index) => ({
        key: null,
        value: Buffer.from(`v${index}`),
        headers: {},
      }));
      await sink.send(topics.trades, 0, records);

      // The old owner hangs in its batch without a heartbeat, longer than its session.
      const old = join(groupId);
      let wake = (): void => undefined;
      const asleep = new Promise<void>((resolve) => {
        wake = resolve;
      });
      let staleInTheEnd: boolean | null = null;
      const ended = new Promise<void>((resolve) => {
        old.recorder.answer = async (batch, control) => {
          await asleep;
          await control.heartbeat();
          await old.source.commit([
            { topic: batch.topic, partition: batch.partition, nextOffset: batch.endOffset },
          ]);
          staleInTheEnd = control.isStale();
          resolve();
          return batch.endOffset;
        };
      });
      seekAll(old);
      await old.source.start(old.recorder);
      await until(() => old.recorder.batches.length === 1);
      old.recorder.onGeneration = () => undefined;

      const heir = join(groupId);
      heir.recorder.answer = async (batch) => {
        await heir.source.commit([
          { topic: batch.topic, partition: batch.partition, nextOffset: 2n },
        ]);
        return 2n;
      };
      seekAll(heir);
      await heir.source.start(heir.recorder);
      await until(
        async () => (await adapter.committed(groupId, topics.trades, 0)) === 2n,
        40_000,
      ).finally(wake);

      await ended;
      expect(await adapter.committed(groupId, topics.trades, 0)).to.equal(2n);
      await until(() => old.recorder.assignments.length >= 2);
      // Its own return value is void too: the new generation delivers nothing before it is sought.
      const delivered = old.recorder.batches.length;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(old.recorder.batches.length).to.equal(delivered);
      expect(await adapter.committed(groupId, topics.trades, 0)).to.equal(2n);
      expect(staleInTheEnd).to.not.equal(null);
    }).timeout(90_000);

    it('leaves out commits of what it was not given', async () => {
      const groupId = uniqueName('group');
      const member = join(groupId);
      const sink = adapter.createSink();
      await sink.send(topics.trades, 1, [{ key: null, value: Buffer.from('x'), headers: {} }]);
      seekAll(member);
      await member.source.start(member.recorder);
      await until(() => member.recorder.batches.length === 1);
      await member.source.commit([
        { topic: topics.trades, partition: 1, nextOffset: 900n },
        { topic: 'someone-elses', partition: 0, nextOffset: 1n },
      ]);
      expect(await adapter.committed(groupId, topics.trades, 1)).to.equal(-1n);
      await member.source.commit([{ topic: topics.trades, partition: 1, nextOffset: 1n }]);
      expect(await adapter.committed(groupId, topics.trades, 1)).to.equal(1n);
    });
  });
}
