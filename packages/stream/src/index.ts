export { backoffMs } from './backoff.ts';
export { classify, sliceBatch, type Classified } from './classify.ts';
export {
  FencedError,
  GapError,
  PartitionCountError,
  TruncatedError,
  UndecodableError,
} from './errors.ts';
export { startDerivation, type Derivation, type DerivationDeps } from './derivation.ts';
export { TaskHost, type HostDeps } from './host.ts';
export type { StreamObserver } from './observer.ts';
export type {
  BatchControl,
  Codecs,
  FetchedBatch,
  LogRange,
  LogRecord,
  RecordHeaders,
  OutgoingRecord,
  RecordCodec,
  RecordSink,
  RecordSource,
  SourceHandlers,
  TopicPartition,
} from './ports.ts';
export { Relay, type RelayDeps } from './relay.ts';
export type {
  Advance,
  BatchWrites,
  Counts,
  DeadLetterRow,
  HistoryRow,
  JournalClaim,
  JournalRow,
  LateRow,
  LatestRow,
  Lease,
  MarkRow,
  MarkSpanRow,
  OutboxRow,
  OutboxStore,
  PendingRow,
  Position,
  SeenClaim,
  SourceStart,
  StateReader,
  StateRow,
  TaskId,
  TaskStore,
  TaskTransaction,
  Verdict,
} from './store.ts';
export { Task, type BatchOutcome, type TaskDeps } from './task.ts';
export { LagBoard, standingsOf, type PartitionLag, type Standing } from './lag-board.ts';
export { recordHeaders, traceOf, traceparentOf } from './trace.ts';
export type {
  Applied,
  Dedupe,
  Derived,
  Keep,
  LatePair,
  Operator,
  OperatorOutput,
  Progress,
  SourceEvent,
  SourceSpec,
  Stamp,
  StateWrite,
  Topology,
} from './topology.ts';
