export type {
  BatchControl,
  FetchedBatch,
  LogRange,
  LogRecord,
  OutgoingRecord,
  RecordCodec,
  RecordSink,
  RecordSource,
  SourceHandlers,
  TopicPartition,
} from './ports.ts';
