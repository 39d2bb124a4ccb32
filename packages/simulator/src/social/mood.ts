import { createRng, type RngState } from '../rng.ts';
import type { WorldInstrument } from '../world/instruments.ts';
import { createWorld, type WorldOptions, type WorldSnapshot } from '../world/world.ts';
import type { Subject } from './subjects.ts';

/**
 * How people feel about each product: what nobody observes and every post leaks. The price of the venue drives it. A scout, a second copy
 * of the seeded world, runs `LEAD_SECONDS` ahead, so a quick crowd knows what is coming and a slow one is late; on top of it each mood
 * wanders by itself (Ornstein-Uhlenbeck). Only reads the market: no trade depends on a mood.
 */
export interface MoodField {
  /** Move to this moment; times never go back. */
  advance(timeUs: number): void;
  /** -1..1 */
  mood(index: number): number;
  /** 0..1: how much the price gives to talk about. */
  heat(index: number): number;
  /** Let the market drive from here on. Without it moods only wander. */
  follow(world: WorldSnapshot): void;
  snapshot(): MoodSnapshot;
}

export interface MoodSnapshot {
  readonly atUs: number;
  readonly rng: RngState;
  readonly scout: WorldSnapshot | null;
  readonly moods: readonly ProductMood[];
}

interface ProductMood {
  /** Log price as the scout saw it last, and its slow average; null before the first trade. */
  logPrice: number | null;
  slowLogPrice: number;
  priceAtUs: number;
  /** What the price does to people, -1..1, after their inertia. */
  driven: number;
  /** What they feel without a reason. */
  own: number;
}

const LEAD_SECONDS = 45;
/** Memory of the average that a price is compared with. */
const TREND_SECONDS = 180;
const OWN_SECONDS = 240;
const OWN_DEVIATION = 0.3;
const SECONDS_PER_YEAR = 31_557_600;

export function createMoodField(
  options: {
    readonly seed: number;
    readonly startUs: number;
    readonly subjects: readonly Subject[];
    readonly world: WorldOptions;
  },
  resume?: MoodSnapshot,
): MoodField {
  const { subjects } = options;
  const rng = createRng(resume?.rng ?? options.seed ^ 0x5eed_300d);
  const byProduct = new Map(subjects.map((one, index) => [one.product, index]));
  const scales = subjects.map(({ product }) => typicalMove(options.world.instruments, product));
  let atUs = resume?.atUs ?? options.startUs;
  const moods = structuredClone(resume?.moods ?? subjects.map(() => calm(options.startUs)));
  const launch = (from: WorldSnapshot) => createWorld(options.world, from);
  let scout = resume?.scout == null ? null : launch(resume.scout);

  function watchMarket(untilUs: number): void {
    while (scout !== null && scout.peekUs() <= untilUs) {
      const event = scout.next();
      const index = event.type === 'trade' ? byProduct.get(event.product) : undefined;
      const mood = index === undefined ? undefined : moods[index];
      if (mood === undefined || event.type !== 'trade') continue;
      const logPrice = Math.log(Number(event.price));
      const seconds = Math.max(0, (event.timeUs - mood.priceAtUs) / 1e6);
      const before = mood.logPrice === null ? logPrice : mood.slowLogPrice;
      mood.slowLogPrice = logPrice + (before - logPrice) * Math.exp(-seconds / TREND_SECONDS);
      mood.logPrice = logPrice;
      mood.priceAtUs = event.timeUs;
    }
  }

  function cause(mood: ProductMood, index: number): number {
    if (mood.logPrice === null) return 0;
    return Math.tanh((mood.logPrice - mood.slowLogPrice) / (scales[index] ?? 1));
  }

  return {
    advance(timeUs) {
      const seconds = (timeUs - atUs) / 1e6;
      if (seconds <= 0) return;
      atUs = timeUs;
      watchMarket(timeUs + LEAD_SECONDS * 1e6);
      const keepOwn = Math.exp(-seconds / OWN_SECONDS);
      const spread = OWN_DEVIATION * Math.sqrt(1 - keepOwn * keepOwn);
      moods.forEach((mood, index) => {
        const keep = Math.exp(-seconds / (subjects[index]?.inertiaSeconds ?? 60));
        const target = cause(mood, index);
        mood.driven = target + (mood.driven - target) * keep;
        mood.own = mood.own * keepOwn + spread * rng.normal();
      });
    },
    mood(index) {
      const mood = moods[index];
      return mood === undefined ? 0 : Math.max(-1, Math.min(1, mood.driven + mood.own));
    },
    heat(index) {
      const mood = moods[index];
      return mood === undefined ? 0 : Math.abs(cause(mood, index));
    },
    follow(world) {
      scout = launch(world);
    },
    snapshot: () => ({
      atUs,
      rng: rng.state(),
      scout: scout?.snapshot() ?? null,
      moods: structuredClone(moods),
    }),
  };
}

function calm(atUs: number): ProductMood {
  return { logPrice: null, slowLogPrice: 0, priceAtUs: atUs, driven: 0, own: 0 };
}

/** Standard deviation of a log price against its exponential average of time constant T: sigma x sqrt(T / 2). */
function typicalMove(instruments: readonly WorldInstrument[], product: string): number {
  const sigma = instruments.find((one) => one.product === product)?.annualVolatility ?? 0.6;
  return sigma * Math.sqrt(TREND_SECONDS / 2 / SECONDS_PER_YEAR);
}
