/** Every error code of the platform. Append only: a code that was published is never given another meaning. */
export const errorCodes = {
  GW_BAD_DECIMAL: 'a decimal text could not be parsed',
  GW_BAD_TIME: 'a time text could not be parsed',
  GW_BAD_CONFIG: 'the configuration is not usable',
  GW_DIVISION_BY_ZERO: 'an exact division by zero',
  GW_INVARIANT: 'a rule of our own code was broken: a bug',
  GW_FENCED: 'the checkpoint moved under us: another owner holds the task',
  GW_GAP: 'the log no longer holds records that were not yet processed',
  GW_TRUNCATED: 'the log ends before the stored position',
  GW_SUSPECT: 'a task was acquired several times without progress',
  GW_DEAD_LETTER_LIMIT: 'too many dead letters: the task stopped before dead-lettering the topic',
  GW_PARTITION_COUNT: 'the partition count of a topic differs from the stored one',
  GW_KAFKA_UNAVAILABLE: 'the broker did not answer or refused for now',
  GW_KAFKA_CRASHED: 'the Kafka consumer crashed',
  GW_REGISTRY_UNAVAILABLE: 'the schema registry did not answer or refused for now',
  GW_SCHEMA_UNKNOWN: 'the schema id is not known to a healthy registry',
  GW_SCHEMA_MISMATCH: 'the record was written with another type of record',
  GW_UNDECODABLE: 'the bytes are not a record of our framing',
  GW_SCHEMA_INCOMPATIBLE: 'a schema change breaks its compatibility promise',
  GW_POSTGRES_UNAVAILABLE: 'Postgres did not answer or refused for now',
  GW_POSTGRES_REFUSED: 'Postgres refused a statement',
  GW_REDIS_UNAVAILABLE: 'Redis did not answer or refused for now',
  GW_VERSION_CONFLICT: 'one version of a value exists with two contents',
  GW_PLATFORM: 'a part or service of the local platform could not be started or kept running',
  GW_PLATFORM_RUNNING: 'another process already runs the local platform in this state folder',
} as const;

export type ErrorCode = keyof typeof errorCodes;
