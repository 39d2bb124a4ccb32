import type { Batch, KafkaMessage } from 'kafkajs';
import { expect } from 'chai';
import { KafkaLogRecord, markersBatch, toFetchedBatch } from '../src/fetched-batch.ts';

function message(fields: Partial<KafkaMessage>): KafkaMessage {
  return {
    key: null,
    value: null,
    timestamp: '1700000000123',
    attributes: 0,
    offset: '7',
    ...fields,
  };
}

describe('a record behind the port', () => {
  it('has exact offsets beyond 2^53 (K10)', () => {
    expect(new KafkaLogRecord(message({ offset: '9007199254740993' })).offset).to.equal(
      9007199254740993n,
    );
  });

  it('has all values of a doubled header, and none for one without a value (K10)', () => {
    const headers = {
      twice: [Buffer.from('a'), Buffer.from('b')],
      once: Buffer.from('c'),
      none: undefined,
    };
    const record = new KafkaLogRecord(message({ headers }));
    expect(record.headers['twice']?.map(String)).to.deep.equal(['a', 'b']);
    expect(record.headers['once']?.map(String)).to.deep.equal(['c']);
    expect(record.headers['none']).to.deep.equal([]);
    const empty = { null: null } as unknown as KafkaMessage['headers'];
    expect(new KafkaLogRecord(message({ headers: empty ?? {} })).headers['null']).to.deep.equal([
      null,
    ]);
    expect(record.timestampMs).to.equal(1700000000123);
  });
});

describe('a batch behind the port', () => {
  it('ends behind its last offset, markers included, and says where it was fetched', () => {
    const batch = {
      topic: 't',
      partition: 2,
      fetchedOffset: '9007199254740990',
      highWatermark: '9007199254741000',
      messages: [message({ offset: '9007199254740992' })],
      lastOffset: () => '9007199254740993',
    } as unknown as Batch;
    const fetched = toFetchedBatch(batch);
    expect(fetched.fetchedOffset).to.equal(9007199254740990n);
    expect(fetched.endOffset).to.equal(9007199254740994n);
    expect(fetched.highWatermark).to.equal(9007199254741000n);
  });

  it('tells a jump before a batch of markers from the position', () => {
    const markers = { topic: 't', partition: 0, lastOffset: '11', highWatermark: '12' };
    expect(markersBatch({ ...markers, firstOffset: '10' }, 4n).fetchedOffset).to.equal(10n);
    expect(markersBatch({ ...markers, firstOffset: null }, 4n).fetchedOffset).to.equal(4n);
    expect(markersBatch({ ...markers, firstOffset: '10' }, 10n).endOffset).to.equal(12n);
  });
});
