import { createRequire } from 'node:module';
import { expect } from 'chai';
import fc from 'fast-check';
import { scanRecords } from '../src/lazy-decoding.ts';
import { recordBatch, type BatchFields } from './support/record-batch.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => object;
const stockDecode = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages') as (
  decoder: object,
) => Promise<Message[]>;
const Batch = require('kafkajs/src/consumer/batch') as new (
  topic: string,
  fetchedOffset: string,
  data: object,
) => Readonly<Record<string, () => unknown>> & { readonly messages: readonly Message[] };

interface Message {
  readonly offset: string;
  readonly [field: string]: unknown;
}
const FIELDS = ['magicByte', 'attributes', 'timestamp', 'offset', 'key', 'value', 'headers'];
const METHODS = [
  'isEmpty',
  'isEmptyIncludingFiltered',
  'isEmptyDueToFiltering',
  'firstOffset',
  'lastOffset',
  'offsetLag',
  'offsetLagLow',
];

const bytes = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null });
const header = fc.tuple(fc.constantFrom('event_id', 'twice', 'é', 'x', ''), bytes);
/** As a log has them: offsets rise, with holes where a topic is compacted. */
function rising(batches: BatchFields[]): BatchFields[] {
  let next = 0n;
  return batches.map((batch) => {
    const firstOffset = next + batch.firstOffset;
    let delta = -1;
    const records = batch.records.map((record) => {
      delta += 1 + record.offsetDelta;
      return { ...record, offsetDelta: delta };
    });
    next = firstOffset + BigInt(delta + 1);
    return { ...batch, firstOffset, records };
  });
}

const batches: fc.Arbitrary<BatchFields[]> = fc
  .array(
    fc.record({
      firstOffset: fc.bigInt(0n, 2n ** 50n),
      firstTimestampMs: fc.bigInt(0n, 2n ** 42n),
      maxTimestampMs: fc.bigInt(0n, 2n ** 42n),
      attributes: fc.constantFrom(0, 8),
      records: fc.array(
        fc.record({
          timestampDelta: fc.integer({ min: -100_000, max: 2 ** 30 }),
          offsetDelta: fc.nat(1_000),
          key: bytes,
          value: bytes,
          headers: fc.array(header, { maxLength: 5 }),
        }),
        { maxLength: 6 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map(rising);

async function stock(records: Buffer): Promise<Message[]> {
  const size = Buffer.alloc(4);
  size.writeInt32BE(records.length);
  return stockDecode(new Decoder(Buffer.concat([size, records])));
}

function view(message: object): unknown[] {
  return FIELDS.map((field) => (message as Record<string, unknown>)[field]);
}

function viewsOf(batch: InstanceType<typeof Batch> | undefined): unknown[] | undefined {
  return batch?.messages.map(view);
}

describe('lazy decoding of a fetch', () => {
  it('gives what kafkajs gives: every field of every message and every method of a batch', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(200), async (fields, cut) => {
        const whole = Buffer.concat(fields.map(recordBatch));
        const records = whole.subarray(0, Math.max(61, whole.length - cut));
        const expected = await stock(records);
        const messages = scanRecords(records);
        expect(messages?.map(view)).to.deep.equal(expected.map(view));
        const middle = expected[expected.length >> 1]?.offset ?? '0';
        for (const abortedTransactions of [[], [{ producerId: '7', firstOffset: middle }]]) {
          const [lazy, eager] = [messages, expected].map(
            (list) =>
              new Batch('t', middle, {
                partition: 1,
                highWatermark: '9',
                abortedTransactions,
                messages: list,
              }),
          );
          for (const method of METHODS)
            expect(lazy?.[method]?.()).to.deep.equal(eager?.[method]?.());
          expect(viewsOf(lazy)).to.deep.equal(viewsOf(eager));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leaves to kafkajs what it does not know', () => {
    const record = { timestampDelta: 0, offsetDelta: 0, key: null, value: null, headers: [] };
    const plain: BatchFields = {
      firstOffset: 5n,
      firstTimestampMs: 1n,
      maxTimestampMs: 1n,
      attributes: 0,
      records: [record],
    };
    expect(scanRecords(recordBatch(plain))).to.have.length(1);
    for (const attributes of [1, 2, 4, 16, 32]) {
      expect(scanRecords(recordBatch({ ...plain, attributes }))).to.equal(null);
    }
    for (const firstOffset of [2n ** 53n, 2n ** 60n]) {
      expect(scanRecords(recordBatch({ ...plain, firstOffset }))).to.equal(null);
    }
    const twice = [record, record];
    expect(scanRecords(recordBatch({ ...plain, records: twice })), 'offsets rise').to.equal(null);
    for (const magic of [0, 1, 3]) {
      const bytes = recordBatch(plain);
      bytes[16] = magic;
      expect(scanRecords(bytes)).to.equal(null);
    }
  });

  it('never throws on damaged bytes', () => {
    fc.assert(
      fc.property(batches, fc.nat(), fc.nat(255), (fields, at, byte) => {
        const bytes = Buffer.concat(fields.map(recordBatch));
        bytes[at % bytes.length] = byte;
        scanRecords(bytes);
      }),
      { numRuns: 300 },
    );
  });
});
