import { parseTraceparent } from '@groundswell/domain';
import { expect } from 'chai';
import fc from 'fast-check';
import { recordHeaders, traceOf, traceparentOf, type LogRecord } from '../src/index.ts';
import type { Candidate } from '../src/classify.ts';
import { tracesOf } from '../src/trace.ts';

// printf 'coinbase:BTC-USD:1' | sha256sum, its first 24 bytes
const DIGEST = '595854806bfc53e89f94436c84902ee876a911d4faa5524e';

const recordWith = (...values: readonly string[]): LogRecord => ({
  offset: 0n,
  timestampMs: 0,
  key: null,
  value: null,
  headers: values.length === 0 ? {} : { traceparent: values.map((value) => Buffer.from(value)) },
});
const candidate = (entity: string, record: LogRecord): Candidate =>
  ({ event: { entity }, record }) as unknown as Candidate;

describe('the trace of a record', () => {
  it('begins with the event of a source, by its id alone, so that a repeat is the same trace', () => {
    expect(recordHeaders('coinbase:BTC-USD:1')).to.deep.equal({
      event_id: 'coinbase:BTC-USD:1',
      traceparent: `00-${DIGEST.slice(0, 32)}-${DIGEST.slice(32, 48)}-01`,
    });
  });

  it('goes on in what was made of it, as another span', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (source, made) => {
        const parent = parseTraceparent(traceparentOf(source, null));
        const child = parseTraceparent(traceparentOf(made, parent));
        expect(child?.traceId).to.equal(parent?.traceId);
        expect(child?.sampled).to.equal(true);
        expect(child?.spanId === parent?.spanId).to.equal(source === made);
      }),
    );
  });

  it('keeps the decision of its sender not to record it', () => {
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false };
    expect(traceparentOf('e', parent)).to.match(/^00-a{32}-[0-9a-f]{16}-00$/);
  });

  it('is read from exactly one valid header', () => {
    const valid = traceparentOf('e', null);
    expect(traceOf(recordWith(valid))).to.deep.equal(parseTraceparent(valid));
    expect(traceOf(recordWith())).to.equal(null);
    expect(traceOf(recordWith(valid, valid))).to.equal(null);
    expect(traceOf(recordWith('not a trace'))).to.equal(null);
    expect(traceOf({ headers: { traceparent: [null] } })).to.equal(null);
  });
});

describe('the trace of a derived record', () => {
  const traced = (id: string) => recordWith(traceparentOf(id, null));
  const traceIdOf = (id: string) => parseTraceparent(traceparentOf(id, null))?.traceId;
  const applied = [
    candidate('a', traced('a1')),
    candidate('a', traced('a2')),
    candidate('b', traced('b1')),
  ];

  it('is that of the newest event of its entity', () => {
    expect(tracesOf(applied)('a')?.traceId).to.equal(traceIdOf('a2'));
  });

  it('is that of the newest event of all where none was of its entity', () => {
    expect(tracesOf(applied)('silent')?.traceId).to.equal(traceIdOf('b1'));
  });

  it('is its own where silence made it, or a record without a trace', () => {
    expect(tracesOf([])('a')).to.equal(null);
    expect(tracesOf([candidate('a', recordWith('garbage'))])('a')).to.equal(null);
  });

  // PF2: a header costs as much as decoding a record.
  it('reads the headers of no other record', () => {
    let reads = 0;
    const counting = (id: string): LogRecord => {
      const record = traced(id);
      return Object.defineProperty({ ...record }, 'headers', {
        get: () => {
          reads += 1;
          return record.headers;
        },
      });
    };
    const traces = tracesOf([
      candidate('a', counting('1')),
      candidate('a', counting('2')),
      candidate('b', counting('3')),
    ]);
    for (const entity of ['a', 'a', 'a']) traces(entity);
    expect(reads).to.equal(1);
  });
});
