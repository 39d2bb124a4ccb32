import { deliverSocialDue } from './driver.ts';
import type { FakeJetstream } from './jetstream/server.ts';
import { createSocialDispatcher } from './social/dispatcher.ts';
import { socialPlans } from './social/plan.ts';
import { createSocialWorld } from './social/social-world.ts';
import { MAX_CATCH_UP_US, type PlanName, type SavedSocial } from './state-file.ts';
import type { WorldLedger } from './world/ledger.ts';
import type { WorldOptions, WorldSnapshot } from './world/world.ts';

/** People of a world that is bound to the wall clock. */
export interface RunningSocial {
  /** Put on the wire what is due, at most `limit` things. */
  turn(nowUs: number, limit: number): void;
  moods(): Readonly<Record<string, number>>;
  snapshot(): SavedSocial;
}

/**
 * A new world begins with a past, so that whoever comes with an old cursor finds posts; a stored one makes again what was posted since its
 * snapshot, so that cursors of before a restart still find their events.
 */
export function startSocial(
  options: {
    readonly seed: number;
    readonly plan: PlanName;
    readonly ledger: WorldLedger;
    readonly postsPerSecond: number;
    readonly pastMinutes: number;
    /** The market that people watch: its options, and where it stands. */
    readonly world: WorldOptions;
    readonly market: WorldSnapshot;
    readonly nowUs: number;
  },
  jetstream: Pick<FakeJetstream, 'publish' | 'sendRaw'>,
  /** `reproducible`: the market goes on as the snapshot knows it. */
  saved: (SavedSocial & { readonly reproducible: boolean }) | null,
): RunningSocial {
  const { seed, nowUs, ledger } = options;
  const plan = socialPlans[options.plan];
  const startUs = nowUs - Math.round(options.pastMinutes * 60e6);
  const people = createSocialWorld({ ...options, startUs }, saved?.world);
  const dispatcher = createSocialDispatcher(people, { seed, plan, ledger }, saved?.dispatcher);

  if (saved !== null && nowUs - saved.world.nowUs > MAX_CATCH_UP_US) people.skipTo(nowUs);
  deliverSocialDue(dispatcher, jetstream, nowUs);
  people.setRate(options.postsPerSecond);
  if (saved?.reproducible !== true) people.follow(options.market);

  return {
    turn: (untilUs, limit) => void deliverSocialDue(dispatcher, jetstream, untilUs, limit),
    moods: () => people.moods(),
    snapshot: () => ({ world: people.snapshot(), dispatcher: dispatcher.snapshot() }),
  };
}
