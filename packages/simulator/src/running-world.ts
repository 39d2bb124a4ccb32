import { venueCandle, type VenueCandle } from './coinbase/candles.ts';
import type { SimulatorConfig } from './config.ts';
import { deliverDue, type Outlets } from './driver.ts';
import type { FakeJetstream } from './jetstream/server.ts';
import {
  loadWorld,
  MAX_CATCH_UP_US,
  saveWorld,
  type PlanName,
  type SavedWorld,
} from './state-file.ts';
import type { BrokerItem } from './world/events.ts';
import { startSocial } from './running-social.ts';
import { createDispatcher } from './world/dispatcher.ts';
import { worldInstruments } from './world/instruments.ts';
import { worldInvestors } from './world/investors.ts';
import { createWorldLedger, type Silence, type WorldLedger } from './world/ledger.ts';
import { createSilences } from './world/silences.ts';
import { plans } from './world/plan.ts';
import { createWorld } from './world/world.ts';

const DAY_US = 86_400e6;
const SNAPSHOT_US = 60e6;
/** Deliveries per turn of the event loop, so that sockets are flushed in between. */
const PER_TURN = 2_000;

/** A world bound to the wall clock, with a memory. */
export interface RunningWorld {
  readonly seed: number;
  readonly ledger: WorldLedger;
  /** Days of a product as its venue tells them. */
  candles(product: string): readonly VenueCandle[];
  /** What people feel, -1..1 by instrument id; null where nobody posts. */
  moods(): Readonly<Record<string, number>> | null;
  /** Put on the wire what is due; call often. */
  turn(): void;
  /** Write the memory. `final`: exactly now; else the base snapshot, see {@link SavedWorld}. */
  save(): void;
}

export function startWorld(
  config: SimulatorConfig,
  outlets: Outlets & {
    readonly jetstream: Pick<FakeJetstream, 'publish' | 'sendRaw'>;
    readonly pending: () => readonly BrokerItem[];
    /** Make sources fall silent, or talk again. */
    readonly silence: (sources: ReadonlySet<Silence['source']>) => void;
  },
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
    if (saved.social?.world.rate !== config.postsPerSecond) reproducible = false;
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
  const social =
    config.postsPerSecond === 0
      ? null
      : startSocial(
          { ...config, seed, world: options, market: world.snapshot(), ledger, nowUs: nowUs() },
          outlets.jetstream,
          saved?.social === undefined ? null : { ...saved.social, reproducible },
        );
  const silences = createSilences({ seed, startUs: nowUs(), plan: config.silence, ledger });
  const base = createBase(() => ({
    world: world.snapshot(),
    dispatcher: dispatcher.snapshot(),
    ...(social === null ? {} : { social: social.snapshot() }),
  }));
  if (saved !== null && reproducible) base.keep(saved);

  return {
    seed,
    ledger,
    candles(product) {
      const instrument = worldInstruments.find((one) => one.product === product);
      return instrument === undefined
        ? []
        : world.days(product).map((day) => venueCandle(day, instrument));
    },
    moods: () => social?.moods() ?? null,
    turn() {
      const now = nowUs();
      outlets.silence(silences.at(now));
      deliverDue(dispatcher, outlets, now, PER_TURN);
      social?.turn(now, PER_TURN);
      base.roll(now);
    },
    save() {
      if (config.stateFile === null) return;
      saveWorld(config.stateFile, {
        version: 1,
        seed,
        plan,
        ...base.oldest(),
        pending: outlets.pending(),
      });
    },
  };
}

type Snapshots = Pick<SavedWorld, 'world' | 'dispatcher' | 'social'>;

/** Two snapshots, the older one between one and two minutes behind. */
function createBase(take: () => Snapshots) {
  let older = take();
  let newer = older;
  return {
    oldest: () => older,
    keep({ world, dispatcher, social }: Snapshots) {
      older = { world, dispatcher, ...(social === undefined ? {} : { social }) };
    },
    roll(nowUs: number) {
      if (nowUs - newer.world.nowUs < SNAPSHOT_US) return;
      older = newer;
      newer = take();
    },
  };
}
