import type { Transaction } from '@groundswell/schemas';
import {
  Task,
  type LogRecord,
  type Operator,
  type RecordCodec,
  type SourceEvent,
  type TaskDeps,
  type Topology,
} from '@groundswell/stream';
import { expect } from 'chai';
import { createTaskStore, type Database } from '../src/index.ts';
import { openTestLane } from './lane.ts';

const TOPIC = 'brokerage.transaction.v1';
const NOON_US = 1_770_000_000_000_000;

/** Notes which ids were applied and which were called conflicts, in order. */
class NotingOperator implements Operator<typeof TOPIC> {
  readonly notes: string[];
  constructor(notes: string[]) {
    this.notes = notes;
  }
  prepare = (): Promise<void> => Promise.resolve();
  apply({ eventId }: SourceEvent<typeof TOPIC>) {
    this.notes.push(`applied ${eventId}`);
    return { verdict: 'applied', latePairs: [] } as const;
  }
  conflict({ eventId }: SourceEvent<typeof TOPIC>): void {
    this.notes.push(`conflict ${eventId}`);
  }
  advance = (): Promise<void> => Promise.resolve();
  hasPending = (): boolean => false;
  take = () => ({ state: [], derived: [] });
}

describe('copies of a ledger event, whatever the batches', () => {
  let database: Database;
  let close: () => Promise<void>;
  let group = 0;

  before(async () => {
    ({ database, close } = await openTestLane());
  });
  after(() => close());

  async function notesOf(arrivals: readonly Transaction[], batchSize: number): Promise<string[]> {
    group += 1;
    const notes: string[] = [];
    const topology: Topology<typeof TOPIC, 'feature.investor.behaviour.v1'> = {
      service: 'test',
      sources: {
        [TOPIC]: {
          topic: TOPIC,
          dedupe: 'journal',
          entityOf: (transaction) => transaction.investorKey,
          validate: () => null,
          ageLimit: false,
          maxRecords: 100,
        },
      },
      outputs: ['feature.investor.behaviour.v1'],
      idleMs: 1000,
      commitEveryMs: 0,
      createOperator: () => new NotingOperator(notes),
    };
    const codec: RecordCodec<unknown> = {
      prepare: () => Promise.resolve(),
      encode: () => Buffer.from('x'),
      decode: (value) => arrivals[value?.[0] ?? 0],
    };
    const store = createTaskStore(database);
    const lease = await store.acquire({ group: `copies-${group}`, task: 0 }, [
      { topic: TOPIC, partition: 0, partitionCount: 1, startOffset: 0n },
    ]);
    const task = new Task(lease, {
      topology: topology as unknown as Topology,
      store,
      codecs: (() => codec) as unknown as TaskDeps['codecs'],
      nowUs: () => NOON_US,
      codeVersion: 'test',
      logicalTopic: () => TOPIC,
      physicalTopic: (name) => name,
    });
    const records: LogRecord[] = arrivals.map(({ investorKey }, index) => ({
      offset: BigInt(index),
      timestampMs: NOON_US / 1000,
      key: Buffer.from(investorKey),
      value: Buffer.from([index]),
      headers: {},
    }));
    for (let from = 0; from < records.length; from += batchSize) {
      const part = records.slice(from, from + batchSize);
      await task.process({
        topic: TOPIC,
        partition: 0,
        fetchedOffset: BigInt(from),
        endOffset: BigInt(from + part.length),
        highWatermark: BigInt(records.length),
        records: part,
      });
    }
    return notes.sort();
  }

  const arrivals = [
    aTransaction('a', 10n),
    aTransaction('b', 10n),
    aTransaction('a', 11n), // other content
    { ...aTransaction('b', 10n), occurrence: 1, ingestTimeUs: NOON_US + 5 }, // delivered again
    aTransaction('a', 12n), // other content again
  ];
  const expected = ['applied a', 'applied b', 'conflict a', 'conflict a'];

  for (const size of [1, 2, 3, 5]) {
    it(`counts the same conflicts in batches of ${size}`, async () => {
      expect(await notesOf(arrivals, size)).to.deep.equal(expected);
    });
  }
});

function aTransaction(eventId: string, netCashE18: bigint): Transaction {
  return {
    eventId,
    op: 'CREATE',
    refEventId: null,
    source: 's',
    feed: null,
    eventTimeUs: NOON_US,
    ingestTimeUs: NOON_US,
    sequence: null,
    eventTimeNanosRem: null,
    accountKey: 'account',
    investorKey: 'investor',
    kind: 'DEPOSIT',
    nativeKind: 'DEPOSIT',
    instrumentId: null,
    nativeSymbol: null,
    quantityE18: 0n,
    priceE18: null,
    grossE18: null,
    feesE18: null,
    netCashE18,
    currency: 'USD',
    fxRateE18: null,
    eventTimePrecision: 'MICRO',
    settledOn: null,
    orderId: null,
    executionId: null,
    positionAfterE18: null,
    fingerprint: 'f',
    occurrence: 0,
  };
}
