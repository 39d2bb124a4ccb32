import { expect } from 'chai';
import { createMetrics } from '@groundswell/runtime';
import type { LiveFrame } from '@groundswell/schemas';
import { createPusher, type Pusher, type Transport } from '../src/adapters/pusher.ts';
import { encodeItem } from '../src/channels/update.ts';
import { ChannelHub } from '../src/core/channel-hub.ts';
import { createLiveMetrics } from '../src/metrics.ts';
import { clock, until } from './harness.ts';

const PRICE = 'price:crypto:X';

interface FakeWire extends Transport {
  isOpen: boolean;
  isStuck: boolean;
  readonly frames: LiveFrame[];
}

function aWire(): FakeWire {
  const wire: FakeWire = {
    isOpen: true,
    isStuck: false,
    frames: [],
    isDrained: () => !wire.isStuck,
    write: (json) => void wire.frames.push(...(JSON.parse(json) as LiveFrame[])),
    drop: () => {
      wire.isOpen = false;
    },
  };
  return wire;
}

describe('the pusher', () => {
  let pusher: Pusher;
  let hub: ChannelHub;
  let ver = 0;

  beforeEach(() => {
    hub = new ChannelHub('t');
    const metrics = createLiveMetrics(createMetrics('serve-live'));
    pusher = createPusher({ clock, metrics, slowLimitMs: 300 });
  });
  afterEach(() => {
    pusher.stop();
  });

  function publish(): void {
    const item = { key: 'a', lineage: 1, ver: (ver += 1), data: null };
    hub.publish('price', PRICE, encodeItem(item, 0), 0);
  }

  function join(wire: Transport): void {
    hub.join(
      hub.open('price', PRICE, 0),
      hub.open('price', PRICE, 0).cursor.seq,
      pusher.add(wire).mark,
    );
  }

  it('writes to a quiet client in the same turn of the loop, with all of a batch', async () => {
    const wire = aWire();
    join(wire);
    for (let i = 0; i < 5; i += 1) publish();
    expect(wire.frames).to.have.length(0); // never before what called it has ended
    await new Promise((resolve) => setImmediate(resolve));
    expect(wire.frames.map(({ from, seq }) => [from, seq])).to.deep.equal([[0, 5]]);
  });

  it('keeps nothing for a client that does not read: later it gets the latest value', async () => {
    const wire = aWire();
    join(wire);
    wire.isStuck = true;
    for (let i = 0; i < 1000; i += 1) publish();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(wire.frames).to.have.length(0);
    wire.isStuck = false;
    await until(() => wire.frames.length > 0);
    expect(wire.frames).to.have.length(1);
    expect(wire.frames[0]?.items.map((item) => item.ver)).to.deep.equal([ver]);
    expect(wire.isOpen).to.equal(true);
  });

  it('drops a client that reads nothing for too long, and no other (PF29)', async () => {
    const [stuck, healthy] = [aWire(), aWire()];
    join(stuck);
    join(healthy);
    stuck.isStuck = true;
    publish();
    await until(() => !stuck.isOpen);
    publish();
    await until(() => healthy.frames.at(-1)?.seq === 2);
    expect(stuck.frames).to.have.length(0);
    expect(healthy.isOpen).to.equal(true);
  });

  it('serves more clients than one turn may hold', async () => {
    const wires = Array.from({ length: 450 }, aWire);
    for (const wire of wires) join(wire);
    publish();
    await until(() => wires.every(({ frames }) => frames.length === 1));
  });
});
