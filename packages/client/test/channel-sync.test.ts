import { expect } from 'chai';
import type { LiveFrame, LiveItem } from '@groundswell/schemas';
import { ChannelSync } from '../src/index.ts';

const item = (key: string, ver: number): LiveItem => ({ key, lineage: 1, ver, data: null });

function frame(from: number, seq: number, epoch = 'e1', items = [item('a', seq)]): LiveFrame {
  return { channel: 'sources', epoch, from, seq, items };
}

function synced(seq = 5): ChannelSync {
  const sync = new ChannelSync('sources');
  sync.request();
  sync.accepted({ verdict: 'resynced', epoch: 'e1', seq, snapshot: [] });
  return sync;
}

describe('the place of a client in a channel', () => {
  it('moves with frames that fit, and keeps its cursor over a lost connection', () => {
    const sync = synced();
    expect(sync.frame(frame(5, 7)).items).to.deep.equal([item('a', 7)]);
    sync.lost();
    expect(sync.frame(frame(7, 8)).items).to.deep.equal([]);
    expect(sync.request()).to.deep.equal({ channel: 'sources', cursor: { epoch: 'e1', seq: 7 } });
  });

  it('takes a frame that overlaps, and passes one that it had', () => {
    const sync = synced();
    expect(sync.frame(frame(2, 6)).items).to.have.length(1);
    expect(sync.frame(frame(2, 6)).items).to.have.length(0);
    expect(sync.cursor?.seq).to.equal(6);
  });

  it('asks again after a frame that begins later than it stands, or has another epoch', () => {
    for (const bad of [frame(6, 7), frame(5, 6, 'e2')]) {
      const sync = synced();
      expect(sync.frame(bad)).to.deep.equal({ items: [], mustAsk: true });
      expect([sync.isBroken, sync.isSynced]).to.deep.equal([true, false]);
      sync.request();
      sync.accepted({ verdict: 'resynced', epoch: 'e2', seq: 9, snapshot: [] });
      expect([sync.isBroken, sync.isSynced]).to.deep.equal([false, true]);
    }
  });

  it('holds frames back until the answer, then takes those that continue it', () => {
    const sync = new ChannelSync('sources');
    sync.request();
    for (const early of [frame(0, 9, 'old'), frame(3, 5), frame(5, 6)]) {
      expect(sync.frame(early).items).to.deep.equal([]);
    }
    const step = sync.accepted({
      verdict: 'resynced',
      epoch: 'e1',
      seq: 5,
      snapshot: [item('b', 1)],
    });
    expect(step).to.deep.equal({ snapshot: [item('b', 1)], items: [item('a', 6)], mustAsk: false });
  });

  it('passes an answer that it did not ask for', () => {
    expect(synced().accepted({ verdict: 'resumed', epoch: 'e9', seq: 1 }).items).to.deep.equal([]);
  });
});
