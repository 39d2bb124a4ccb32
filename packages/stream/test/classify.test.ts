import { expect } from 'chai';
import type { Trade } from '@groundswell/schemas';
import {
  classify,
  sliceBatch,
  UndecodableError,
  type LogRecord,
  type RecordCodec,
  type SourceSpec,
} from '../src/index.ts';
import { splitAtFloor } from '../src/refusals.ts';

const SECOND_US = 1_000_000;
const HOUR_US = 3_600 * SECOND_US;
const NOON_US = 1_770_000_000_000_000;

/** Records whose value is an index into `trades`; the codec of the test needs no bytes. */
function world(trades: readonly (Partial<Trade> | 'garbage')[]) {
  const codec: RecordCodec<Trade> = {
    prepare: () => Promise.resolve(),
    encode: () => new Uint8Array(),
    decode: (value) => {
      const trade = trades[value?.[0] ?? 0];
      if (trade === 'garbage' || trade === undefined) throw new UndecodableError('avro');
      return {
        eventId: 'e',
        eventTimeUs: NOON_US,
        ingestTimeUs: NOON_US,
        instrumentId: 'i',
        ...trade,
      } as Trade;
    },
  };
  const records: LogRecord[] = trades.map((_, index) => ({
    offset: BigInt(index),
    timestampMs: NOON_US / 1000 + HOUR_US / 1000,
    key: Buffer.from('i'),
    value: new Uint8Array([index]),
    headers: {},
  }));
  return { codec, records };
}

const spec: SourceSpec<'market.trade.v1'> = {
  topic: 'market.trade.v1',
  dedupe: 'seen',
  entityOf: (trade) => trade.instrumentId,
  validate: (trade) => (trade.eventId === 'bad' ? 'bad_event_id' : null),
  ageLimit: true,
  maxRecords: 10,
};

const judge = (
  trades: readonly (Partial<Trade> | 'garbage')[],
  clockUs: number | null = null,
  poison = new Map<bigint, string>(),
) => {
  const { codec, records } = world(trades);
  const { candidates, dead, late } = classify(records, spec, codec, clockUs, poison);
  return {
    candidates: candidates.map(({ record }) => Number(record.offset)),
    dead: dead.map(({ record, stage, reason }) => [Number(record.offset), stage, reason]),
    late: late.map(({ record, reason, latenessMs }) => [Number(record.offset), reason, latenessMs]),
  };
};

describe('verdicts before the state is known', () => {
  it('gives each record one verdict and leaves its neighbours alone', () => {
    expect(judge([{}, 'garbage', { eventId: 'bad' }, { instrumentId: 'other' }, {}])).to.deep.equal(
      {
        candidates: [0, 4],
        dead: [
          [1, 'DECODE', 'avro'],
          [2, 'VALIDATE', 'bad_event_id'],
          [3, 'VALIDATE', 'wrong_key'],
        ],
        late: [],
      },
    );
  });

  it('quarantines a future-dated record before it can move the clock (Q4, W6)', () => {
    const future = { eventTimeUs: NOON_US + 2 * HOUR_US };
    // Bound for trades: 5 s. If the second moved the clock, the third would be beyond the horizon of 1 h.
    expect(judge([{ eventTimeUs: NOON_US + 5 * SECOND_US }, future, {}])).to.deep.equal({
      candidates: [0, 2],
      dead: [],
      late: [[1, 'future_dated', 0]],
    });
  });

  it('quarantines a record whose ingest clock runs ahead of the broker', () => {
    const ahead = NOON_US + HOUR_US + 61 * SECOND_US;
    expect(judge([{ eventTimeUs: ahead, ingestTimeUs: ahead }]).late).to.deep.equal([
      [0, 'clock_skew', 0],
    ]);
  });

  it('refuses what is older than the dedupe horizon behind the clock (Q5)', () => {
    const clockUs = NOON_US + HOUR_US;
    expect(judge([{ eventTimeUs: NOON_US }, { eventTimeUs: NOON_US - 1 }], clockUs)).to.deep.equal({
      candidates: [0],
      dead: [],
      late: [[1, 'beyond_horizon', 1]],
    });
  });

  it('takes what is never too old however far it is behind the clock', () => {
    const { codec, records } = world([{ eventTimeUs: NOON_US - 1 }, { eventTimeUs: NOON_US - 2 }]);
    const ageless = ({ eventTimeUs }: Trade): boolean => eventTimeUs === NOON_US - 2;
    const clockUs = NOON_US + HOUR_US;
    const { candidates } = classify(records, { ...spec, ageless }, codec, clockUs, new Map());
    expect(candidates.map(({ record }) => Number(record.offset))).to.deep.equal([1]);
    const none = classify(records, { ...spec, ageless: () => true }, codec, clockUs, new Map());
    const split = splitAtFloor(none.candidates, NOON_US, (record) => ageless(record as Trade));
    expect(split.open.map(({ event }) => event.eventTimeUs)).to.deep.equal([NOON_US - 2]);
    expect(split.below).to.have.length(1);
  });

  it('dead-letters a record that was proved to be poison', () => {
    expect(judge([{}, {}], null, new Map([[1n, 'RangeError']])).dead).to.deep.equal([
      [1, 'APPLY', 'handler_error'],
    ]);
  });
});

describe('cutting a batch', () => {
  const { records } = world([{}, {}, {}, {}]);
  const batch = {
    topic: 't',
    partition: 0,
    fetchedOffset: 0n,
    endOffset: 6n,
    highWatermark: 9n,
    records,
  };

  it('starts at the position and counts offsets without a record as markers', () => {
    const { records: open, endOffset, markers } = sliceBatch(batch, 1n, 10);
    expect([open.length, endOffset, markers]).to.deep.equal([3, 6n, 2]);
  });

  it('ends a cut at the next record, not at the end of the batch', () => {
    const { records: open, endOffset, markers } = sliceBatch(batch, 0n, 3);
    expect([open.length, endOffset, markers]).to.deep.equal([3, 3n, 0]);
  });
});
