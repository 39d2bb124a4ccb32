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
export { createWorldLedger, type LedgerEntry, type WorldLedger } from './world/ledger.ts';
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
