/** The local platform: real Kafka, schema registry, Postgres and Redis as plain processes, for `npm start` and the tests. */
export { startPlatform } from './platform.ts';
export { PlatformError, PlatformRunningError } from './errors.ts';
export { removeState } from './state.ts';
export { partNames, partVariables } from './types.ts';
export type {
  PartName,
  PartStatus,
  Platform,
  PlatformOptions,
  ProcessState,
  ProgressEvent,
} from './types.ts';
