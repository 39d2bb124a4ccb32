import { expect } from 'chai';
import { flowBody, type FlowFacts } from '../../src/core/flow.ts';

const facts: FlowFacts = {
  group: 'derive-market',
  topic: 'market.trade.v1',
  nextOffsets: { '0': '15', '1': '9007199254740993' },
  newestEventTimeUs: 1_000_000,
  committedAtUs: 2_000_000.4,
  applied: 9,
  deduped: 0,
  late: 1,
  dead: 0,
  erased: 0,
  markers: 0,
};

describe('flow of a group', () => {
  it('adds up partitions exactly, above 2^53 too', () => {
    const body = flowBody(
      facts,
      new Map([
        [0, 20n],
        [1, 9_007_199_254_740_994n],
        [2, 5n], // of nobody
      ]),
    );
    expect(body).to.include({
      partitions: 2,
      next_offset: '9007199254741008',
      log_end: '9007199254741014',
      lag_records: 6,
      newest_event_time: '1970-01-01T00:00:01.000000Z',
      committed_at: '1970-01-01T00:00:02.000000Z',
    });
  });

  it('never shows a negative lag: a log may end before a checkpoint that another one moved', () => {
    const ends = new Map([
      [0, 10n],
      [1, 9_007_199_254_740_994n],
    ]);
    expect(flowBody(facts, ends).lag_records).to.equal(1);
  });

  it('knows no lag while an end is not known', () => {
    for (const ends of [null, new Map([[0, 20n]])]) {
      expect(flowBody(facts, ends)).to.include({ log_end: null, lag_records: null });
    }
  });
});
