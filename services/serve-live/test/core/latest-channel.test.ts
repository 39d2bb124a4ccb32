import { expect } from 'chai';
import type { LiveFrame } from '@groundswell/schemas';
import { LatestChannel, type ChannelItem } from '../../src/core/latest-channel.ts';

function aChannel(capacity = 10): LatestChannel {
  let epochs = 0;
  return new LatestChannel('sources', capacity, () => `e${String((epochs += 1))}`);
}

function item(key: string, ver: number, lineage = 1): ChannelItem {
  return { key, lineage, ver, ingestTimeUs: 0, json: JSON.stringify({ key, lineage, ver }) };
}

function frameAfter(channel: LatestChannel, seq: number): LiveFrame {
  return JSON.parse(channel.frameAfter(seq).json) as LiveFrame;
}

describe('a channel of latest values', () => {
  it('takes newer versions only, and a frame shows the last of each key', () => {
    const channel = aChannel();
    expect(channel.publish(item('a', 2))).to.equal(true);
    expect(channel.publish(item('a', 1))).to.equal(false);
    expect(channel.publish(item('a', 2))).to.equal(false);
    channel.publish(item('b', 1));
    channel.publish(item('a', 10));
    expect(frameAfter(channel, 0)).to.deep.equal({
      channel: 'sources',
      epoch: 'e1',
      from: 0,
      seq: 3,
      items: [
        { key: 'b', lineage: 1, ver: 1 },
        { key: 'a', lineage: 1, ver: 10 },
      ],
    });
    expect(frameAfter(channel, 2).items).to.have.length(1);
  });

  it('covers a cursor exactly as long as it knows everything after it', () => {
    const channel = aChannel(2);
    channel.publish(item('a', 1));
    channel.publish(item('b', 1));
    expect(channel.covers({ epoch: 'e1', seq: 0 })).to.equal(true);
    channel.publish(item('c', 1)); // forgets a, whose seq was 1
    expect(channel.covers({ epoch: 'e1', seq: 0 })).to.equal(false);
    expect(channel.covers({ epoch: 'e1', seq: 1 })).to.equal(true);
    expect(channel.covers({ epoch: 'e1', seq: 4 })).to.equal(false);
    expect(channel.covers({ epoch: 'e0', seq: 3 })).to.equal(false);
    expect(frameAfter(channel, 0).from).to.equal(1); // later than asked for: a gap for who is at 0
  });

  it('forgets the key that changed longest ago', () => {
    const channel = aChannel(2);
    for (const [key, ver] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['c', 1],
    ] as const) {
      channel.publish(item(key, ver));
    }
    expect(channel.keys).to.deep.equal(['a', 'c']);
  });

  it('does not take an old version of a key that it forgot', () => {
    const channel = aChannel(2);
    for (const key of ['a', 'b', 'c']) channel.publish(item(key, 5));
    expect(channel.keys).to.deep.equal(['b', 'c']);
    expect(channel.publish(item('a', 4))).to.equal(false);
    expect(channel.publish(item('a', 6))).to.equal(true);
  });

  it('starts a new epoch when the lineage rises, and keeps the older versions out', () => {
    const channel = aChannel();
    channel.publish(item('a', 9, 1));
    channel.publish(item('a', 1, 2));
    expect(channel.cursor.epoch).to.equal('e2');
    expect(channel.covers({ epoch: 'e1', seq: 1 })).to.equal(false);
    expect(channel.publish(item('a', 99, 1))).to.equal(false);
  });

  it('builds one text for all clients at one place', () => {
    const channel = aChannel();
    channel.publish(item('a', 1));
    expect(channel.frameAfter(0).isFirstUse).to.equal(true);
    expect(channel.frameAfter(0).isFirstUse).to.equal(false);
    channel.publish(item('a', 2));
    expect(channel.frameAfter(0).isFirstUse).to.equal(true);
  });
});
