import { createRng, type RngState } from '../rng.ts';
import type { WorldEvent, WorldTrade, WorldTransaction } from './events.ts';
import { createHeap } from './heap.ts';
import { sha256Hex, type WorldLedger } from './ledger.ts';
import { tradeFate, transactionFate, type WorldPlan } from './plan.ts';
import { spoil } from './spoil.ts';
import type { World } from './world.ts';

/** One thing to put on a wire at a moment. */
export type Delivery =
  /** `socket`: as a `match` frame; `rest`: served by the trades endpoint from now on. */
  | {
      readonly atUs: number;
      readonly kind: 'trade';
      readonly trade: WorldTrade;
      readonly socket: boolean;
      readonly rest: boolean;
    }
  | { readonly atUs: number; readonly kind: 'frame'; readonly text: string }
  | {
      readonly atUs: number;
      readonly kind: 'transaction';
      readonly transaction: WorldTransaction;
    };

export interface DispatcherSnapshot {
  readonly rng: RngState;
  readonly garbageCount: number;
  readonly pending: readonly Delivery[];
}

/** Turns the world's events into deliveries, plants the plan's faults and records each event with its fate. */
export interface Dispatcher {
  /** The next delivery if it is due at `nowUs`, else undefined. Deliveries leave in time order. */
  nextDue(nowUs: number): Delivery | undefined;
  /** Plant into bookings that were made elsewhere (the history); they leave as soon as they are due. */
  add(event: WorldEvent): void;
  snapshot(): DispatcherSnapshot;
}

/** The seed of the faults is another one than the world's: a plan changes what happens to events, never the events. */
export function createDispatcher(
  world: World,
  options: { readonly seed: number; readonly plan: WorldPlan; readonly ledger: WorldLedger },
  resume?: DispatcherSnapshot,
): Dispatcher {
  const { plan, ledger } = options;
  const rng = createRng(resume?.rng ?? options.seed ^ 0x5eed_fa17);
  const pending = createHeap<Delivery>();
  let garbageCount = resume?.garbageCount ?? 0;
  for (const delivery of resume?.pending ?? []) schedule(delivery);

  function schedule(delivery: Delivery): void {
    pending.push(delivery.atUs, delivery);
  }
  const seconds = (low: number, high: number): number =>
    Math.round((low + rng.float() * (high - low)) * 1e6);

  function addTrade(born: WorldTrade): void {
    const fate = tradeFate(plan, rng.float());
    const atUs = born.timeUs;
    const trade = spoil.trade(born, fate, seconds);
    ledger.record({ kind: 'trade', fate, trade });
    const sent = { kind: 'trade', trade, socket: true, rest: true } as const;
    if (fate === 'rest-only') schedule({ ...sent, atUs, socket: false });
    else if (fate === 'lost') schedule({ ...sent, atUs, socket: false, rest: false });
    else if (fate === 'disorder') {
      schedule({ ...sent, atUs: atUs + Math.round(rng.float() * plan.disorderMs * 1000) });
    } else schedule({ ...sent, atUs });
    if (fate === 'duplicate') schedule({ ...sent, atUs: atUs + seconds(0, 2) });
    if (rng.chance(plan.garbage)) addGarbage(atUs);
  }

  function addGarbage(atUs: number): void {
    garbageCount += 1;
    const text = `{"type":"match","trade_id":${garbageCount},"made_up_at":${atUs},"price":`;
    ledger.record({ kind: 'frame', fate: 'garbage', text, sha256: sha256Hex(text) });
    schedule({ atUs, kind: 'frame', text });
  }

  function addTransaction(born: WorldTransaction): void {
    const execution = born.item.quantity !== undefined;
    const fate = transactionFate(plan, execution, rng.float());
    const atUs = born.timeUs;
    const transaction = spoil.transaction(born, fate);
    ledger.record({ kind: 'transaction', fate, transaction });
    schedule({
      atUs: fate === 'delayed' ? atUs + seconds(1, 60) : atUs,
      kind: 'transaction',
      transaction,
    });
    if (fate === 'duplicate')
      schedule({ atUs: atUs + seconds(1, 30), kind: 'transaction', transaction });
    const follow = spoil.followUp(born, fate, seconds);
    if (follow !== null) {
      ledger.record({ kind: 'transaction', fate: follow.fate, transaction: follow.transaction });
      schedule({
        atUs: follow.transaction.timeUs,
        kind: 'transaction',
        transaction: follow.transaction,
      });
    }
  }

  function add(event: WorldEvent): void {
    if (event.type === 'trade') addTrade(event);
    else addTransaction(event);
  }

  return {
    nextDue(nowUs) {
      // What the world makes up to the next pending delivery may be due before it.
      while (world.peekUs() <= Math.min(nowUs, pending.peekKey())) add(world.next());
      return pending.peekKey() <= nowUs ? pending.pop() : undefined;
    },
    add,
    snapshot: () => ({ rng: rng.state(), garbageCount, pending: pending.items() }),
  };
}
