export type { DayCandle } from './world/day-candles.ts';
export { createRng, type Rng, type RngState } from './rng.ts';
export {
  tradeEventId,
  transactionEventId,
  type BrokerItem,
  type WorldEvent,
  type WorldTrade,
  type WorldTransaction,
} from './world/events.ts';
export { worldInstruments, type WorldInstrument } from './world/instruments.ts';
export { worldInvestors, type Habit, type WorldInvestor } from './world/investors.ts';
export {
  calmPlan,
  noFaults,
  plans,
  roughPlan,
  type TradeFate,
  type TransactionFate,
  type WorldPlan,
} from './world/plan.ts';
export {
  createWorldLedger,
  type LedgerEntry,
  type Silence,
  type WorldLedger,
} from './world/ledger.ts';
export { createWorld, type World, type WorldOptions, type WorldSnapshot } from './world/world.ts';
export {
  createDispatcher,
  type Delivery,
  type Dispatcher,
  type DispatcherSnapshot,
} from './world/dispatcher.ts';
export {
  startFakeCoinbase,
  type FakeCoinbase,
  type FakeCoinbaseOptions,
} from './coinbase/server.ts';
export { venueCandle, type VenueCandle } from './coinbase/candles.ts';
export type { VenueFaults } from './coinbase/faults.ts';
export {
  createBrokerClient,
  type BrokerClient,
  type BrokerClientOptions,
} from './broker/client.ts';
export { signedHeaders } from './broker/signature.ts';
export type {
  JetstreamAccount,
  JetstreamCommit,
  JetstreamEvent,
  JetstreamIdentity,
} from './jetstream/events.ts';
export type { JetstreamFaults } from './jetstream/faults.ts';
export {
  startFakeJetstream,
  type FakeJetstream,
  type FakeJetstreamOptions,
} from './jetstream/server.ts';
export type { IntendedMention } from './social/compose.ts';
export {
  createSocialDispatcher,
  type SocialDelivery,
  type SocialDispatcher,
  type SocialDispatcherSnapshot,
} from './social/dispatcher.ts';
export {
  postEventId,
  type Brigade,
  type PostRef,
  type SocialEvent,
  type WorldPost,
  type WorldSideEvent,
} from './social/events.ts';
export type { Label as IntendedLabel, Style as PostStyle } from './social/phrases.ts';
export {
  calmSocialPlan,
  noSocialFaults,
  roughSocialPlan,
  socialPlans,
  type PostFate,
  type SocialPlan,
} from './social/plan.ts';
export {
  createSocialWorld,
  type SocialAct,
  type SocialOptions,
  type SocialSnapshot,
  type SocialWorld,
} from './social/social-world.ts';
export { subjects, type Subject } from './social/subjects.ts';
export { postToJetstream, sideToJetstream } from './social/to-jetstream.ts';
export {
  brigadesOf,
  deletedAccountsOf,
  postsOf,
  silencesOf,
  standingPostsOf,
  type PostEntry,
} from './social/truth.ts';
export { deliverSocialDue } from './driver.ts';
export { createSilences, type SilencePlan, type Silences } from './world/silences.ts';
export { startSocial, type RunningSocial } from './running-social.ts';
export type { SavedSocial } from './state-file.ts';
export { readConfig, type SimulatorConfig } from './config.ts';
