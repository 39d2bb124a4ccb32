export { createAclAdmin, type AclAdmin, type KafkaRight, type RightsOutcome } from './acl-admin.ts';
export { createKafkaClient, type KafkaClient, type KafkaClientOptions } from './client.ts';
export { coLocate, commonPartitionCount, type CoLocation } from './co-locating-assigner.ts';
export {
  KafkaCrashedError,
  KafkaRefusedError,
  KafkaUnauthenticatedError,
  KafkaUnavailableError,
  RegistryUnavailableError,
  SchemaIncompatibleError,
  SchemaMismatchError,
  SchemaUnknownError,
} from './errors.ts';
export {
  createMicroBatcher,
  type MicroBatcher,
  type MicroBatcherOptions,
} from './micro-batcher.ts';
export { murmur2, partitionOf } from './murmur2.ts';
export {
  createRecordCodec,
  subjectOf,
  type TopicCodec,
  type UndecodableReason,
} from './record-codec.ts';
export { createRecordSink, type RecordSinkOptions } from './record-sink.ts';
export { createRecordSource, type RecordSourceOptions } from './record-source.ts';
export {
  createRegistryClient,
  type CompatibilityVerdict,
  type RegisteredSchema,
  type RegistryClient,
  type RegistryClientOptions,
} from './registry-client.ts';
export { createStockRegistry } from './stock-registry.ts';
export {
  createTopicAdmin,
  type TopicAdmin,
  type TopicOutcome,
  type TopicSpec,
} from './topic-admin.ts';
export { createTopicsLook, type TopicLook, type TopicLooks } from './topics-look.ts';
