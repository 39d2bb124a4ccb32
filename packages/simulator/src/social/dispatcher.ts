import type { JetstreamEvent } from '../jetstream/events.ts';
import { createRng, type RngState } from '../rng.ts';
import { createHeap } from '../world/heap.ts';
import { sha256Hex, type WorldLedger } from '../world/ledger.ts';
import type { WorldPost } from './events.ts';
import { postFate, type SocialPlan } from './plan.ts';
import { followUp, restamp } from './spoil.ts';
import type { SocialWorld } from './social-world.ts';
import { postToJetstream, sideToJetstream } from './to-jetstream.ts';

/** One thing to put on the wire of Jetstream at a moment. */
export type SocialDelivery =
  | { readonly atUs: number; readonly kind: 'event'; readonly event: JetstreamEvent }
  | { readonly atUs: number; readonly kind: 'frame'; readonly text: string };

export interface SocialDispatcherSnapshot {
  readonly rng: RngState;
  readonly garbageCount: number;
  readonly pending: readonly SocialDelivery[];
}

/** Turns what people do into deliveries, plants the plan's faults and records each post with its fate. */
export interface SocialDispatcher {
  /** The next delivery if it is due at `nowUs`, else undefined. Deliveries leave in time order. */
  nextDue(nowUs: number): SocialDelivery | undefined;
  snapshot(): SocialDispatcherSnapshot;
}

/** The seed of the faults is another one than the world's: a plan changes what happens to posts, never what people write first. */
export function createSocialDispatcher(
  world: SocialWorld,
  options: { readonly seed: number; readonly plan: SocialPlan; readonly ledger: WorldLedger },
  resume?: SocialDispatcherSnapshot,
): SocialDispatcher {
  const { plan, ledger } = options;
  const rng = createRng(resume?.rng ?? options.seed ^ 0x50c1_fa17);
  const pending = createHeap<SocialDelivery>();
  let garbageCount = resume?.garbageCount ?? 0;
  for (const delivery of resume?.pending ?? []) pending.push(delivery.atUs, delivery);

  const seconds = (low: number, high: number): number =>
    Math.round((low + rng.float() * (high - low)) * 1e6);
  function schedule(atUs: number, event: JetstreamEvent): void {
    pending.push(atUs, { atUs, kind: 'event', event });
  }

  function addPost(born: WorldPost, atUs: number): void {
    const fate = postFate(plan, rng.float());
    const post = restamp(born, fate, seconds);
    ledger.record({ kind: 'post', fate, post });
    const event = postToJetstream(post);
    schedule(fate === 'late' ? atUs + seconds(20, 480) : atUs, event);
    if (fate === 'duplicate') schedule(atUs + seconds(0, 2), event);
    if (fate === 'replayed') schedule(atUs + seconds(60, 300), event);
    const afterUs = seconds(3, 120);
    const follow = followUp(born, fate, afterUs, rng);
    if (follow !== null) {
      ledger.record({ kind: 'post', ...follow });
      schedule(atUs + afterUs, postToJetstream(follow.post));
    }
    if (rng.chance(plan.garbage)) addGarbage(atUs);
  }

  function addGarbage(atUs: number): void {
    garbageCount += 1;
    const text = `{"did":"did:plc:garbage${garbageCount}","time_us":${atUs},"kind":"commit","commit":{`;
    ledger.record({ kind: 'social-frame', fate: 'garbage', text, sha256: sha256Hex(text) });
    pending.push(atUs, { atUs, kind: 'frame', text });
  }

  function add(): void {
    const { atUs, event } = world.next();
    if (event.type === 'post') addPost(event, atUs);
    else if (event.type === 'brigade') {
      ledger.record({ kind: 'brigade', fate: 'planted', brigade: event.brigade });
    } else {
      if (event.type === 'account-deleted') {
        ledger.record({ kind: 'account', fate: 'deleted', account: event });
      }
      schedule(atUs, sideToJetstream(event));
    }
  }

  return {
    nextDue(nowUs) {
      // What people do up to the next pending delivery may be due before it.
      while (world.peekUs() <= Math.min(nowUs, pending.peekKey())) add();
      return pending.peekKey() <= nowUs ? pending.pop() : undefined;
    },
    snapshot: () => ({ rng: rng.state(), garbageCount, pending: pending.items() }),
  };
}
