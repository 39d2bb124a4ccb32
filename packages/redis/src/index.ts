export { createRedis, type Redis, type RedisOptions } from './connection.ts';
export { cacheEpoch, type CacheEpoch } from './epoch.ts';
export { RedisRefusedError, RedisUnavailableError } from './errors.ts';
export { BadKeyError, createKeys, type Keys, type SlotKey } from './keys.ts';
export {
  createOnlineReader,
  type OnlineReader,
  type SlotsAnswer,
  type SourcesAnswer,
} from './online-reader.ts';
export {
  createProjectionStore,
  type ProjectionBatch,
  type ProjectionCounts,
  type ProjectionOutcome,
  type ProjectionStore,
  type SlotWrite,
} from './projection.ts';
export { takeTokens, type BucketAnswer, type BucketPolicy } from './token-bucket.ts';
export { redisAclFile, redisUserRules, redisUsers } from './users.ts';
export {
  canonicalJson,
  packValue,
  unpackValue,
  type SlotVersion,
  type VersionedValue,
} from './versioned-value.ts';
