import { GroundswellError } from '@groundswell/domain';

/** A record made the pure function throw: rolled back, to be tried once more from clean state. */
export class PoisonSuspectError extends GroundswellError {
  readonly offset: bigint;
  constructor(offset: bigint, cause: unknown) {
    super('the operator threw', { code: 'GW_INVARIANT', retriable: false, cause });
    this.offset = offset;
  }
}

/**
 * Records under suspicion of being poison (section 5). Two failures convict: twice in the pure function, or once alone in a transaction
 * whose data the store refused. Convicted records become dead letters in the next attempt of their batch.
 */
export class Suspects {
  /** While true a batch that the store refused is walked record by record, to find the one it refuses. */
  alone = false;
  private readonly found = new Map<bigint, { failures: number; errorClass: string }>();

  /** The offsets that failed twice, with the class of the error. */
  convicted(): ReadonlyMap<bigint, string> {
    return new Map(
      [...this.found]
        .filter(([, { failures }]) => failures >= 2)
        .map(([offset, { errorClass }]) => [offset, errorClass]),
    );
  }

  /**
   * Blame a failed transaction on a record, or find out on which.
   * @param offsets of the records in the transaction
   * @returns false when the records had no part in it: an outage or a fault of ours
   */
  blame(thrown: unknown, offsets: readonly bigint[]): boolean {
    const [first] = offsets;
    if (thrown instanceof PoisonSuspectError) this.add(thrown.offset, thrown.cause, 1);
    else if (!refusedData(thrown) || first === undefined) return false;
    else if (offsets.length > 1) this.alone = true;
    else this.add(first, thrown, 2);
    return true;
  }

  /** A transaction was committed. */
  clear(): void {
    this.found.clear();
    this.alone = false;
  }

  private add(offset: bigint, cause: unknown, failures: number): void {
    const errorClass = cause instanceof Error ? cause.name : 'unknown';
    const before = this.found.get(offset)?.failures ?? 0;
    this.found.set(offset, { failures: before + failures, errorClass });
  }
}

/** SQLSTATE class 22: the data of some record of the batch cannot be stored (section 5). */
function refusedData(thrown: unknown): boolean {
  return (
    thrown instanceof GroundswellError &&
    thrown.code === 'GW_POSTGRES_REFUSED' &&
    String(thrown.fields['sqlState'] ?? '').startsWith('22')
  );
}
