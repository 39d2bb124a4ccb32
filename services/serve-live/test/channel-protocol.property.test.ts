import { expect } from 'chai';
import fc from 'fast-check';
import { ChannelSync, createValueStore, type SyncStep } from '@groundswell/client';
import { compareVersions } from '@groundswell/domain';
import type {
  LiveFrame,
  LiveItem,
  SubscribeAccepted,
  SubscribeRequest,
} from '@groundswell/schemas';
import { ChannelHub, type Subscription } from '../src/core/channel-hub.ts';
import type { ChannelItem, LatestChannel } from '../src/core/latest-channel.ts';
import { beginAt, takeFrame } from '../src/core/subscription.ts';

// A channel of four slots and eight keys: forgetting is part of the game.
const KIND = 'investor';
const CHANNEL = `investor:v1:${'k'.repeat(43)}`;
const KEYS = 8;

type Message =
  | { readonly to: 'client'; readonly answer: SubscribeAccepted }
  | { readonly to: 'client'; readonly frame: LiveFrame }
  | { readonly to: 'server'; readonly request: SubscribeRequest };

/** A gateway, a client and a wire that loses what is on it when it breaks; one step at a time, in any order. */
class World {
  readonly store = createValueStore();
  readonly versions = new Map<string, LiveItem>();
  verdicts = { resumed: 0, resynced: 0, gap: 0 };
  #replica = 0;
  #hub = new ChannelHub('r0');
  #sync = new ChannelSync(CHANNEL);
  #subscription: Subscription | null = null;
  #wire: Message[] = [];
  #isUp = false;
  #lineage = 1;
  readonly #known = new Set<string>();

  get channel(): LatestChannel {
    return this.#hub.open(KIND, CHANNEL, 0);
  }

  publish(keyNumber: number, isStale: boolean): void {
    const key = `k${String(keyNumber)}`;
    const held = this.versions.get(key);
    // A gateway knows no version of a key that neither its log nor its snapshot had; those it knows, it never takes back.
    if (isStale && !this.#known.has(key)) return;
    this.#known.add(key);
    const ver = isStale ? 0 : Number(held?.ver ?? 0) + 1;
    const lineage = isStale ? (held?.lineage ?? 0) : this.#lineage;
    const item: LiveItem = { key, lineage, ver, data: `${key}/${String(ver)}` };
    if (!isStale) this.versions.set(key, item);
    this.channel.publish(encode(item));
  }

  /** More than a channel holds, between two frames of a connected client that had everything. */
  burst(): void {
    this.settle();
    for (let key = 0; key < KEYS; key += 1) this.publish(key, false);
    this.flush();
  }

  raiseLineage(): void {
    this.#lineage += 1;
  }

  connect(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#wire.push({ to: 'server', request: this.#sync.request() });
  }

  drop(): void {
    this.#isUp = false;
    this.#wire = [];
    if (this.#subscription !== null) this.#hub.leave(this.#subscription, 0);
    this.#subscription = null;
    this.#sync.lost();
  }

  /** Another replica, which knows some of the values: those that it read from the store. */
  restartGateway(): void {
    this.drop();
    this.#hub = new ChannelHub(`r${String((this.#replica += 1))}`);
    this.#known.clear();
    for (const item of [...this.versions.values()].slice(-3)) {
      this.#known.add(item.key);
      this.channel.publish(encode(item));
    }
  }

  loseContinuity(): void {
    this.#hub.restart(KIND);
  }

  flush(): void {
    const subscription = this.#subscription;
    if (subscription === null || subscription.sentSeq >= this.channel.cursor.seq) return;
    this.#wire.push({ to: 'client', frame: JSON.parse(takeFrame(subscription).json) as LiveFrame });
  }

  deliver(): boolean {
    const message = this.#wire.shift();
    if (message === undefined) return false;
    if (message.to === 'server') this.#answer(message.request);
    else if ('frame' in message) this.#take(this.#sync.frame(message.frame));
    else {
      this.verdicts[message.answer.verdict] += 1;
      if (message.answer.verdict === 'resumed') this.#expectHonest(message.answer.seq);
      this.#take(this.#sync.accepted(message.answer));
    }
    return true;
  }

  /** A client that loses the connection when it had caught up and comes back soon: the case for `resumed`. */
  blink(): void {
    this.settle();
    this.drop();
  }

  settle(): void {
    this.connect();
    for (let i = 0; i < 50; i += 1) {
      while (this.deliver());
      this.flush();
    }
  }

  #answer(request: SubscribeRequest): void {
    if (this.#subscription !== null) this.#hub.leave(this.#subscription, 0);
    const begin = beginAt(this.channel, request.cursor ?? null);
    const snapshot = JSON.parse(this.channel.snapshotJson()) as LiveItem[];
    const answer = begin.verdict === 'resumed' ? begin : { ...begin, snapshot };
    this.#wire.push({ to: 'client', answer });
    this.#subscription = this.#hub.join(this.channel, begin.seq, () => undefined);
  }

  #take({ snapshot, items, mustAsk }: SyncStep): void {
    const before = new Map(this.store.values(CHANNEL));
    if (snapshot !== undefined) this.store.replace(CHANNEL, snapshot);
    for (const item of items) this.store.apply(CHANNEL, item);
    for (const [key, now] of this.store.values(CHANNEL)) {
      const held = before.get(key);
      if (held !== undefined) expect(compareVersions(now, held), key).to.be.at.least(0); // never back
    }
    if (mustAsk) this.#wire.push({ to: 'server', request: this.#sync.request() });
  }

  /** `resumed` at seq promises that the client has everything up to seq: whatever did not change since, it must hold. */
  #expectHonest(seq: number): void {
    const after = JSON.parse(this.channel.frameAfter(seq).json) as LiveFrame;
    if (after.from !== seq) return; // forgotten meanwhile: the next frame will say so
    const later = new Set(after.items.map(({ key }) => key));
    for (const item of JSON.parse(this.channel.snapshotJson()) as LiveItem[]) {
      if (later.has(item.key)) continue;
      expect(this.store.get(CHANNEL, item.key), item.key).to.deep.equal(item);
    }
  }
}

function encode(item: LiveItem): ChannelItem {
  const { key, lineage, ver } = item;
  return { key, lineage, ver, ingestTimeUs: 0, json: JSON.stringify(item) };
}

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('publish'),
      key: fc.nat(KEYS - 1),
      stale: fc.nat(9).map((n) => n === 0),
    }),
  },
  { weight: 8, arbitrary: fc.constant({ do: 'deliver' }) },
  { weight: 6, arbitrary: fc.constant({ do: 'flush' }) },
  { weight: 3, arbitrary: fc.constant({ do: 'connect' }) },
  { weight: 2, arbitrary: fc.constant({ do: 'drop' }) },
  { weight: 2, arbitrary: fc.constant({ do: 'blink' }) },
  { weight: 1, arbitrary: fc.constant({ do: 'burst' }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' }) },
  { weight: 1, arbitrary: fc.constant({ do: 'lose' }) },
  { weight: 1, arbitrary: fc.constant({ do: 'lineage' }) },
);

describe('the channel protocol', () => {
  it('ends with the server values at the client, whatever was dropped, reordered by reconnects or restarted', function () {
    this.timeout(30_000);
    const seen = { resumed: 0, resynced: 0, gap: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), (steps) => {
        const world = new World();
        for (const it of steps) {
          if (it.do === 'publish' && 'key' in it) world.publish(it.key, it.stale);
          else if (it.do === 'deliver') world.deliver();
          else if (it.do === 'flush') world.flush();
          else if (it.do === 'connect') world.connect();
          else if (it.do === 'drop') world.drop();
          else if (it.do === 'blink') world.blink();
          else if (it.do === 'burst') world.burst();
          else if (it.do === 'restart') world.restartGateway();
          else if (it.do === 'lose') world.loseContinuity();
          else world.raiseLineage();
        }
        world.settle();
        for (const item of JSON.parse(world.channel.snapshotJson()) as LiveItem[]) {
          expect(world.store.get(CHANNEL, item.key), item.key).to.deep.equal(item);
        }
        // What the server forgot is either dropped by the client too, or still right.
        for (const [key, item] of world.store.values(CHANNEL)) {
          expect(item, key).to.deep.equal(world.versions.get(key));
        }
        seen.resumed += world.verdicts.resumed;
        seen.resynced += world.verdicts.resynced;
        seen.gap += world.verdicts.gap;
      }),
      { numRuns: 500 },
    );
    // The faults must have happened, or the test tells nothing.
    expect(seen.resumed).to.be.above(100);
    expect(seen.resynced).to.be.above(500);
    expect(seen.gap).to.equal(0); // no event channel yet
  });
});
