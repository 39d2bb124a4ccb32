import { expect } from 'chai';
import { GroundswellError } from '@groundswell/domain';
import type { RecordSource } from '@groundswell/stream';
import { uniqueName } from '../support/env.ts';
import { Recorder } from '../support/recorder.ts';
import { until } from '../support/wait.ts';
import type { Adapter, MakeAdapter } from './kafka-contract.ts';

/** K2, K3, K9, K10: positions are what the owner says, and nothing moves them unseen. */
export function sourceContract(makeAdapter: MakeAdapter): void {
  describe('source', () => {
    let adapter: Adapter;
    let topic: string;
    let source: RecordSource;
    let recorder: Recorder;

    beforeEach(async () => {
      adapter = makeAdapter();
      topic = uniqueName('source');
      await adapter.createTopic(topic, 1);
      source = adapter.createSource({
        groupId: uniqueName('group'),
        keyedTopics: [topic],
        broadcastTopics: [],
      });
      recorder = new Recorder();
    });

    afterEach(() => adapter.close());

    const fill = async (count: number): Promise<void> => {
      const records = Array.from({ length: count }, (_, index) => ({
        key: null,
        value: Buffer.from(`v${index}`),
        headers: {},
      }));
      await adapter.createSink().send(topic, 0, records);
    };
    const startAt = async (offset: bigint): Promise<void> => {
      recorder.onGeneration = () => {
        source.seek({ topic, partition: 0 }, offset);
      };
      await source.start(recorder);
    };

    it('shows a position below the log as a foreign fetch, and stays there (K2)', async () => {
      await fill(10);
      await adapter.truncateBelow(topic, 0, 6n);
      recorder.answer = () => Promise.resolve(2n);
      await startAt(2n);
      await until(() => recorder.batches.length >= 3);
      // Never from 2, which is gone; never silently on: the owner said 2 each time and sees 6 each time.
      expect(recorder.batches.map(({ fetchedOffset }) => fetchedOffset)).to.not.include(2n);
      for (const batch of recorder.batches) expect(batch.fetchedOffset).to.equal(6n);
      expect((await source.logRanges(topic)).get(0)).to.deep.equal({
        startOffset: 6n,
        endOffset: 10n,
      });
    });

    it('shows a position above the log as a foreign fetch, and stays there (K2)', async () => {
      await fill(10);
      recorder.answer = () => Promise.resolve(500n);
      await startAt(500n);
      await until(() => recorder.batches.length >= 2);
      for (const batch of recorder.batches) expect(batch.fetchedOffset).to.equal(0n);
      expect((await source.logRanges(topic)).get(0)?.endOffset).to.equal(10n);
    });

    it('delivers nothing before the first seek, and then begins exactly there (K3)', async () => {
      await fill(10);
      await source.start(recorder);
      await until(() => recorder.assignments.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(recorder.batches).to.deep.equal([]);
      source.seek({ topic, partition: 0 }, 7n);
      await until(() => recorder.batches.length === 1);
      expect(recorder.batches[0]?.fetchedOffset).to.equal(7n);
      expect(recorder.values()).to.deep.equal(['v7', 'v8', 'v9']);
      source.seek({ topic, partition: 0 }, 3n);
      await until(() => recorder.batches.length === 2);
      expect(recorder.batches[1]?.fetchedOffset).to.equal(3n);
      expect(recorder.batches[1]?.records[0]?.offset).to.equal(3n);
      expect(recorder.batches[1]?.endOffset).to.equal(10n);
    });

    it('goes back to where the owner says after a part of a batch', async () => {
      await fill(10);
      recorder.answer = ({ fetchedOffset }) => Promise.resolve(fetchedOffset + 4n);
      await startAt(0n);
      await until(() => recorder.batches.length >= 3);
      const fetched = recorder.batches.map(({ fetchedOffset }) => fetchedOffset);
      expect(fetched.slice(0, 3)).to.deep.equal([0n, 4n, 8n]);
    });

    it('offers a batch again after a failure that passes', async () => {
      await fill(3);
      let failures = 0;
      recorder.answer = ({ endOffset }) => {
        failures += 1;
        if (failures <= 2) {
          return Promise.reject(new Outage());
        }
        return Promise.resolve(endOffset);
      };
      await startAt(0n);
      await until(() => failures === 3);
      expect(recorder.batches.map(({ fetchedOffset }) => fetchedOffset)).to.deep.equal([
        0n,
        0n,
        0n,
      ]);
      expect(recorder.crash).to.equal(null);
    });

    it('reports a bug of the handler once and delivers nothing more', async () => {
      await fill(3);
      recorder.answer = () => Promise.reject(new TypeError('a bug'));
      await startAt(0n);
      await until(() => recorder.crash !== null);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(recorder.crash).to.be.instanceOf(TypeError);
      expect(recorder.batches).to.have.length(1);
    });

    it('stops fetching a paused partition and goes on without loss', async () => {
      await fill(3);
      await startAt(0n);
      await until(() => recorder.batches.length === 1);
      source.pause([{ topic, partition: 0 }]);
      await fill(3);
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(recorder.batches).to.have.length(1);
      source.resume([{ topic, partition: 0 }]);
      await until(() => recorder.batches.length === 2);
      expect(recorder.batches[1]?.fetchedOffset).to.equal(3n);
    });

    it('gives a tail of rolled back records as a batch without records (K9, H5)', async () => {
      await fill(3);
      await startAt(0n);
      await until(() => recorder.batches.length === 1);
      await adapter.sendAborted(topic, ['never', 'seen']);
      await until(() => recorder.batches.at(-1)?.endOffset === 6n);
      await fill(1);
      await until(() => recorder.batches.at(-1)?.endOffset === 7n);
      // 3 records, 2 rolled back, 1 marker, 1 record: every offset is covered once.
      const ranges = recorder.batches.map(({ fetchedOffset, endOffset }) => [
        fetchedOffset,
        endOffset,
      ]);
      for (const [index, [from]] of ranges.entries()) {
        expect(from).to.equal(index === 0 ? 0n : ranges[index - 1]?.[1]);
      }
      expect(recorder.values()).to.deep.equal(['v0', 'v1', 'v2', 'v0']);
    });

    it('keeps empty and null values and keys apart, and doubled headers (K10)', async () => {
      await adapter.createSink().send(topic, 0, [
        { key: null, value: null, headers: {} },
        { key: Buffer.alloc(0), value: Buffer.alloc(0), headers: { empty: '' } },
      ]);
      await adapter.sendWithDoubledHeader(topic, 'twice', ['one', 'two']);
      await startAt(0n);
      await until(() => recorder.batches.at(-1)?.endOffset === 3n);
      const records = recorder.batches.flatMap((batch) => batch.records);
      expect(
        records.map(({ key, value }) => [key?.length ?? null, value?.length ?? null]),
      ).to.deep.equal([
        [null, null],
        [0, 0],
        [null, 1],
      ]);
      expect(records[1]?.headers['empty']?.map((bytes) => bytes?.length)).to.deep.equal([0]);
      expect(
        records[2]?.headers['twice']?.map((bytes) => Buffer.from(bytes ?? []).toString()),
      ).to.deep.equal(['one', 'two']);
    });

    it('finds offsets by time, and the end of the log where nothing is as late', async () => {
      await fill(4);
      expect((await source.offsetsAt(topic, 0)).get(0)).to.equal(0n);
      expect((await source.offsetsAt(topic, Date.now() + 3_600_000)).get(0)).to.equal(4n);
    });
  });
}

class Outage extends GroundswellError {
  constructor() {
    super('not now', { code: 'GW_POSTGRES_UNAVAILABLE', retriable: true });
  }
}
