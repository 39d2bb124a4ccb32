import { GroundswellError } from '@groundswell/domain';

/** Another owner holds the task, or the checkpoint moved: our memory is void (I2, I3). */
export class FencedError extends GroundswellError {
  constructor(fields: Readonly<Record<string, string | number>>) {
    super('the checkpoint is not ours any more', { code: 'GW_FENCED', retriable: false, fields });
  }
}

/** The log starts after our position: records were lost to retention. Only an operator moves on (I4). */
export class GapError extends GroundswellError {
  constructor(fields: Readonly<Record<string, string | number>>) {
    super('the log begins after the stored position', { code: 'GW_GAP', retriable: false, fields });
  }
}

/** The log ends before our position: it was truncated or the topic was made anew (I4). */
export class TruncatedError extends GroundswellError {
  constructor(fields: Readonly<Record<string, string | number>>) {
    super('the log ends before the stored position', {
      code: 'GW_TRUNCATED',
      retriable: false,
      fields,
    });
  }
}

/** The topic has another number of partitions than when the state was built. */
export class PartitionCountError extends GroundswellError {
  constructor(fields: Readonly<Record<string, string | number>>) {
    super('the partition count differs from the stored one: drain, stop, re-key', {
      code: 'GW_PARTITION_COUNT',
      retriable: false,
      fields,
    });
  }
}

/** The bytes are not what the topic promises: poison, never an outage. `fields.reason` is of the codec's closed set. */
export class UndecodableError extends GroundswellError {
  constructor(reason: string, cause?: unknown) {
    super(`the record cannot be decoded: ${reason}`, {
      code: 'GW_UNDECODABLE',
      retriable: false,
      fields: { reason },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
