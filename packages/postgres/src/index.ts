export type { DatabaseAddress } from './connection.ts';
export { createConnectorCursor, type ConnectorCursor } from './cursor-store.ts';
export {
  createDatabase,
  schemaOfLane,
  type Database,
  type DatabaseOptions,
  type Queryable,
  type Session,
  type Value,
} from './database.ts';
export { PostgresRefusedError, PostgresUnavailableError, convertError } from './errors.ts';
export { maintainHistory } from './history-months.ts';
export { dropLane, migrate } from './migrate.ts';
export {
  Account,
  Instrument,
  InstrumentAlias,
  Investor,
  Source,
  createModels,
  type Models,
} from './models/models.ts';
export { seedReference, type Seed, type SeedInstrument } from './models/seed.ts';
export { decodeHeaders } from './letter-headers.ts';
export { createOutboxStore } from './outbox-store.ts';
export {
  grantRights,
  missingRoles,
  tableRights,
  undecidedTables,
  type LaneRoles,
} from './rights.ts';
export { createRoles, type LoginRole } from './roles.ts';
export { createTaskStore } from './task-store.ts';
export { readAliases, type AliasRow } from './read/alias-reader.ts';
export {
  createFeatureReader,
  type AsOf,
  type FeatureReader,
  type FeatureRecordJson,
  type FeatureValue,
  type HistoryQuery,
  type LatestCursor,
  type RevisionsQuery,
} from './read/feature-reader.ts';
export {
  createJournalReader,
  type JournalEntry,
  type JournalReader,
  type JournalView,
} from './read/journal-reader.ts';
export {
  createLatestReader,
  type LatestPage,
  type LatestPosition,
  type LatestReader,
  type LatestRecord,
} from './read/latest-reader.ts';
export {
  createOperationsReader,
  type ConservationRow,
  type DeadLetterCount,
  type FlowRow,
  type OperationsReader,
} from './read/operations-reader.ts';
export {
  createReferenceReader,
  type InstrumentRow,
  type ReferenceReader,
  type SourceRow,
} from './read/reference-reader.ts';
export { createTraderReader, type TraderReader, type TraderRow } from './read/trader-reader.ts';
