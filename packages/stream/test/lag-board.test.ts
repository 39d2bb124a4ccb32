import { expect } from 'chai';
import { LagBoard, standingsOf } from '../src/lag-board.ts';

const at = (nextOffset: bigint, endOffset: bigint, topic = 't', partition = 0) => ({
  topic,
  partition,
  nextOffset,
  endOffset,
});

describe('lag of a partition', () => {
  it('grows in records and seconds while the position stands still, and ends at the end of the log', () => {
    const board = new LagBoard();
    const look = (nextOffset: bigint, endOffset: bigint, nowMs: number) => {
      const [lag] = board.measure([at(nextOffset, endOffset)], nowMs);
      return [lag?.records, lag?.seconds, lag?.positionAgeSeconds];
    };
    expect(look(10n, 10n, 0)).to.deep.equal([0, 0, 0]);
    expect(look(10n, 25n, 10_000)).to.deep.equal([15, 10, 10]);
    expect(look(10n, 90n, 20_000)).to.deep.equal([80, 20, 20]);
    // The position passed the end of the second look: what is unread came after it.
    expect(look(30n, 90n, 30_000)).to.deep.equal([60, 20, 0]);
    expect(look(90n, 90n, 40_000)).to.deep.equal([0, 0, 0]);
    expect(look(90n, 91n, 50_000)).to.deep.equal([1, 10, 10]);
  });

  it('stays small where a busy log is never seen at rest', () => {
    const board = new LagBoard();
    for (let look = 1; look <= 500; look += 1) {
      const nextOffset = BigInt(look * 50);
      const [lag] = board.measure([at(nextOffset, nextOffset + 3n)], look * 10_000);
      expect(lag?.seconds).to.be.at.most(10);
      expect(lag?.positionAgeSeconds).to.equal(0);
    }
  });

  it('of a stuck partition counts from the first look, however many there are', () => {
    const board = new LagBoard();
    let seconds;
    for (let look = 0; look <= 1000; look += 1) {
      seconds = board.measure([at(5n, 6n)], look * 10_000)[0]?.seconds;
    }
    expect(seconds).to.equal(10_000);
  });

  it('begins at zero for a partition that was just taken over, and tells partitions apart', () => {
    const board = new LagBoard();
    board.measure([at(5n, 100n), at(7n, 7n, 't', 1)], 0);
    expect(board.measure([at(7n, 7n, 't', 1)], 50_000)).to.have.length(1);
    const [back, other] = board.measure([at(5n, 100n), at(8n, 9n, 't', 1)], 60_000);
    expect(back).to.include({ records: 95, seconds: 0, positionAgeSeconds: 0 });
    expect(other).to.include({ partition: 1, records: 1, seconds: 10, positionAgeSeconds: 0 });
  });
});

describe('standings', () => {
  const ranges = (topic: string) =>
    Promise.resolve(new Map(topic === 't' ? [[0, { startOffset: 0n, endOffset: 30n }]] : []));

  it('in a topic that several tasks read whole are that of the slowest', async () => {
    const positions = [30n, 12n, 29n].map((nextOffset) => ({
      topic: 't',
      partition: 0,
      nextOffset,
    }));
    expect(await standingsOf(positions, ranges)).to.deep.equal([at(12n, 30n)]);
  });

  it('leave out a partition without a log', async () => {
    const positions = ['t', 'gone'].map((topic) => ({ topic, partition: 0, nextOffset: 3n }));
    expect(await standingsOf(positions, ranges)).to.deep.equal([at(3n, 30n)]);
  });
});
