import type { BatchWrites, Counts, Lease, SourceStart } from '@groundswell/stream';
import { expect } from 'chai';

export const GROUP = 'derive-test';
const TOPIC = 'market.trade.v1';

const none: Counts = { applied: 0, deduped: 0, late: 0, dead: 0, erased: 0, marker: 0 };

export const source = (partition: number): SourceStart => ({
  topic: TOPIC,
  partition,
  partitionCount: 2,
  startOffset: 0n,
});

/** What moves a lease by `n` applied records to clock 5 us, with what else `extra` writes. */
export function writesOf(
  lease: Lease,
  n: number,
  extra: Partial<BatchWrites> = {},
  counts: Partial<Counts> = { applied: n },
  clockUs = 5,
): BatchWrites {
  const endOffset = (lease.positions[0]?.nextOffset ?? 0n) + BigInt(n);
  return {
    state: [],
    outbox: [],
    history: [],
    latest: [],
    deadLetters: [],
    late: [],
    knownAtUs: 1,
    advances: [{ topic: TOPIC, partition: 0, endOffset, clockUs, counts: { ...none, ...counts } }],
    ...extra,
  };
}

export async function refused<E extends Error>(
  promise: Promise<unknown>,
  kind?: abstract new (...args: never[]) => E,
): Promise<E> {
  try {
    await promise;
  } catch (thrown) {
    if (kind !== undefined) expect(thrown).to.be.instanceOf(kind);
    return thrown as E;
  }
  throw new TypeError('expected a refusal');
}
