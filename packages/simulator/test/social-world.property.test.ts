import {
  createSocialDispatcher,
  createSocialWorld,
  createWorld,
  createWorldLedger,
  postsOf,
  roughSocialPlan,
  worldInstruments,
  type SocialDelivery,
  type SocialSnapshot,
} from '@groundswell/simulator';
import { expect } from 'chai';
import fc from 'fast-check';

const START_US = 1_795_000_000_000_000;

/** The first two minutes of people with this seed, looked at in steps of so many seconds, with a restart in between. */
function live(seed: number, stepSeconds: number, restartAtSeconds: number): readonly unknown[] {
  const market = {
    seed,
    startUs: START_US,
    ratePerSecond: 5,
    instruments: worldInstruments,
    investors: [],
  };
  const options = { seed, startUs: START_US, postsPerSecond: 4, world: market };
  const ledger = createWorldLedger({ keep: true });
  const planting = { seed, plan: roughSocialPlan, ledger };
  let people = createSocialWorld(options);
  people.follow(createWorld(market).snapshot());
  let dispatcher = createSocialDispatcher(people, planting);
  const deliveries: SocialDelivery[] = [];
  let hasRestarted = false;
  for (let second = 0; second <= 120; second += stepSeconds) {
    for (;;) {
      const one = dispatcher.nextDue(START_US + second * 1e6);
      if (one === undefined) break;
      deliveries.push(one);
    }
    if (hasRestarted || second < restartAtSeconds) continue;
    hasRestarted = true;
    const memory = JSON.stringify([people.snapshot(), dispatcher.snapshot()]);
    const [world, plants] = JSON.parse(memory) as [
      SocialSnapshot,
      ReturnType<typeof dispatcher.snapshot>,
    ];
    people = createSocialWorld(options, world);
    dispatcher = createSocialDispatcher(people, planting, plants);
  }
  const until = START_US + 100e6;
  return [deliveries.filter(({ atUs }) => atUs < until), postsOf(ledger).slice(0, 300)];
}

describe('posts of a seed', () => {
  it('are the same however often one looks and whenever the process restarts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 40 }),
        fc.constantFrom(0.25, 1, 5, 20),
        fc.integer({ min: 1, max: 110 }),
        (seed, step, restart) => {
          expect(live(seed, step, restart)).to.deep.equal(live(seed, 2.5, Infinity));
        },
      ),
      { numRuns: 12 },
    );
  }).timeout(20_000);
});
