export { encodeItem } from './channels/update.ts';
export { createTopology, type TopicRoute } from './topology.ts';
export { createLiveMetrics } from './metrics.ts';
export { startLive, type Live, type LiveOptions } from './live.ts';
