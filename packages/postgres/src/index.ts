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
export { createOutboxStore } from './outbox-store.ts';
export { createTaskStore } from './task-store.ts';
