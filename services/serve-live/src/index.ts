export { createTopology, type TopicRoute } from './topology.ts';
export { startLive, type Live, type LiveOptions } from './live.ts';
