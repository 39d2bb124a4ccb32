export {
  createAliasTable,
  refreshAliases,
  unresolvedInstrument,
  type Alias,
  type AliasTable,
  type RefreshedAliases,
} from './alias-table.ts';
export {
  defaultBackoffLimits,
  nextBackoff,
  noFailures,
  type BackoffAction,
  type BackoffClass,
  type BackoffLimits,
  type BackoffState,
} from './backoff.ts';
export { startConnector, type Connector, type ConnectorOptions } from './connector.ts';
export {
  deadFrame,
  gapRecord,
  sourceStreamKey,
  statusRecord,
  type GapReason,
  type Origin,
} from './control-records.ts';
export { parseExactJson } from './exact-json.ts';
export { createEventSink, type EventSinkParts } from './event-sink.ts';
export { ConnectorFencedError, SourceUnavailableError } from './errors.ts';
export { backoffOfStatus, retryAfterMs } from './http-class.ts';
export {
  createMemoryCursorStore,
  createMemorySink,
  type SinkGate,
  type SinkRecord,
} from './memory.ts';
export { createConnectorMetrics, type ConnectorMetrics } from './metrics.ts';
export type { ConnectorClock, CursorStore, EventSink, Positions } from './ports.ts';
export { createPublishSpans, type PublishSpans } from './publish-spans.ts';
export { createPublisher, pause, type Publisher, type PublisherOptions } from './publisher.ts';
export { createRepairPlan, type RepairPlan, type RepairStep } from './repair.ts';
export { createSeenIds, type SeenIds } from './seen-ids.ts';
export { openSession, type Session, type SessionEnd, type SessionOptions } from './session.ts';
export { stateOf, type StreamFacts } from './source-state.ts';
export type {
  BackfilledFrame,
  BackfillRequest,
  ConnectorLimits,
  FrameOutcome,
  SocketSource,
  SourceEvent,
} from './source.ts';
export {
  createStreamTracker,
  type DeclaredGap,
  type Hole,
  type Observation,
  type StreamTracker,
} from './stream-tracker.ts';
