import { GroundswellError } from '@groundswell/domain';

type Fields = Readonly<Record<string, string | number | boolean>>;

/** The broker did not answer, or answered "not now": an outage, never the fault of a record. */
export class KafkaUnavailableError extends GroundswellError {
  constructor(message: string, cause: unknown, fields: Fields = {}) {
    super(message, { code: 'GW_KAFKA_UNAVAILABLE', retriable: true, cause, fields });
  }
}

/** The broker refused for good: too large, not authorised, not valid. The same request will fail again. */
export class KafkaRefusedError extends GroundswellError {
  constructor(message: string, cause: unknown, fields: Fields = {}) {
    super(message, { code: 'GW_KAFKA_REFUSED', retriable: false, cause, fields });
  }
}

/** The broker does not accept who we say we are: user, password or certificate. Final: a person must change one of them. */
export class KafkaUnauthenticatedError extends GroundswellError {
  constructor(message: string, cause: unknown, fields: Fields = {}) {
    super(message, { code: 'GW_KAFKA_UNAUTHENTICATED', retriable: false, cause, fields });
  }
}

/** The consumer ended by itself; the process should end and be started again (H7). */
export class KafkaCrashedError extends GroundswellError {
  constructor(cause: unknown, fields: Fields = {}) {
    super('the Kafka consumer crashed', {
      code: 'GW_KAFKA_CRASHED',
      retriable: false,
      cause,
      fields,
    });
  }
}

/** The registry did not answer, or answered something that is no verdict on a schema (G1). */
export class RegistryUnavailableError extends GroundswellError {
  constructor(message: string, fields: Fields = {}, cause?: unknown) {
    super(message, { code: 'GW_REGISTRY_UNAVAILABLE', retriable: true, cause, fields });
  }
}

/** A healthy registry does not know the id, subject or schema text. */
export class SchemaUnknownError extends GroundswellError {
  constructor(message: string, fields: Fields = {}) {
    super(message, { code: 'GW_SCHEMA_UNKNOWN', retriable: false, fields });
  }
}

/** The writer's schema is of another record type, or cannot be read as ours (G7). */
export class SchemaMismatchError extends GroundswellError {
  constructor(message: string, fields: Fields = {}, cause?: unknown) {
    super(message, { code: 'GW_SCHEMA_MISMATCH', retriable: false, cause, fields });
  }
}

/** A schema change that breaks the promise of its subject. */
export class SchemaIncompatibleError extends GroundswellError {
  constructor(message: string, fields: Fields = {}) {
    super(message, { code: 'GW_SCHEMA_INCOMPATIBLE', retriable: false, fields });
  }
}
