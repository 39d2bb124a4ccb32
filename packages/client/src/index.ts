export { ChannelSync, type SyncStep } from './channel-sync.ts';
export {
  createLiveClient,
  type ChannelListener,
  type ItemOrigin,
  type LiveClient,
  type LiveClientOptions,
} from './live-client.ts';
export type { LiveState, LiveStateName, Observable } from './live-state.ts';
export { createValueStore, type Applied, type Replaced, type ValueStore } from './value-store.ts';
