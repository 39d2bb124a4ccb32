import type { SimulatorConfig } from './config.ts';
import { deliverDue, type Outlets } from './driver.ts';
import { loadWorld, saveWorld, type PlanName, type SavedWorld } from './state-file.ts';
import type { BrokerItem } from './world/events.ts';
import { createDispatcher, type Dispatcher } from './world/dispatcher.ts';
import { worldInstruments } from './world/instruments.ts';
import { worldInvestors } from './world/investors.ts';
import { createWorldLedger, type WorldLedger } from './world/ledger.ts';
import { plans } from './world/plan.ts';
import { createWorld, type World, type WorldSnapshot } from './world/world.ts';

const DAY_US = 86_400e6;
/** Longer silence than this is not caught up: the venue was closed. */
const MAX_CATCH_UP_US = 15 * 60e6;
const SNAPSHOT_US = 60e6;
/** Deliveries per turn of the event loop, so that sockets are flushed in between. */
const PER_TURN = 2_000;

/** A world bound to the wall clock, with a memory. */
export interface RunningWorld {
  readonly seed: number;
  readonly ledger: WorldLedger;
  /** Put on the wire what is due; call often. */
  turn(): void;
  /** Write the memory. `final`: exactly now; else the base snapshot, see {@link SavedWorld}. */
  save(): void;
}

export function startWorld(
  config: SimulatorConfig,
  outlets: Outlets & { readonly pending: () => readonly BrokerItem[] },
  nowUs: () => number,
): RunningWorld {
  const saved = config.stateFile === null ? null : loadWorld(config.stateFile);
  const seed = saved?.seed ?? config.seed;
  const ledger = createWorldLedger({ keep: false });
  const startUs = nowUs() - config.historyDays * DAY_US;
  const options = {
    seed,
    startUs,
    ratePerSecond: config.rate,
    instruments: worldInstruments,
    investors: outlets.broker === null ? [] : worldInvestors,
  };
  const world = createWorld(options, saved?.world);
  let plan: PlanName = saved?.plan ?? config.plan;
  let dispatcher = createDispatcher(world, { seed, plan: plans[plan], ledger }, saved?.dispatcher);

  outlets.venue.prime(world.lastTradeIds());
  let reproducible = saved !== null;
  if (saved === null) {
    for (const booking of world.history(nowUs())) dispatcher.add(booking);
  } else {
    for (const item of saved.pending) outlets.broker?.add(item);
    if (nowUs() - saved.world.nowUs > MAX_CATCH_UP_US) {
      world.skipTo(nowUs());
      reproducible = false;
    }
    deliverDue(dispatcher, outlets, nowUs());
    // From here on the new settings hold; what was made before stays reproducible under the old ones.
    if (saved.world.ratePerSecond !== config.rate) reproducible = false;
    world.setRate(config.rate);
    if (plan !== config.plan) {
      plan = config.plan;
      reproducible = false;
      dispatcher = createDispatcher(
        world,
        { seed, plan: plans[plan], ledger },
        dispatcher.snapshot(),
      );
    }
  }
  const base = createBase(world, () => dispatcher);
  if (saved !== null && reproducible) base.keep(saved);

  return {
    seed,
    ledger,
    turn() {
      const now = nowUs();
      deliverDue(dispatcher, outlets, now, PER_TURN);
      base.roll(now);
    },
    save() {
      if (config.stateFile === null) return;
      const { world: snapshot, dispatcher: deliveries } = base.oldest();
      const pending = outlets.pending();
      saveWorld(config.stateFile, {
        version: 1,
        seed,
        plan,
        world: snapshot,
        dispatcher: deliveries,
        pending,
      });
    },
  };
}

type Snapshots = Pick<SavedWorld, 'world' | 'dispatcher'>;

/** Two snapshots, the older one between one and two minutes behind. */
function createBase(world: World, dispatcher: () => Dispatcher) {
  const take = (): Snapshots => ({ world: world.snapshot(), dispatcher: dispatcher().snapshot() });
  let older = take();
  let newer = older;
  return {
    oldest: () => older,
    keep(saved: { readonly world: WorldSnapshot; readonly dispatcher: Snapshots['dispatcher'] }) {
      older = saved;
    },
    roll(nowUs: number) {
      if (nowUs - newer.world.nowUs < SNAPSHOT_US) return;
      older = newer;
      newer = take();
    },
  };
}
