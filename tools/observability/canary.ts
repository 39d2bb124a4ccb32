import { partitionOf } from '@groundswell/kafka';
import type { Trade } from '@groundswell/schemas';

/** Feed and source of canary events. Instruments `canary:<n>` are reserved (Y6): no page, mark or ledger knows them. */
export const CANARY = 'canary';

/** The instrument whose trades land in a partition. */
export interface CanaryKey {
  readonly partition: number;
  readonly instrumentId: string;
  /** Key of its trades and entity of its bars. */
  readonly entity: string;
}

/** One instrument per partition of a topic, found by the hash that every producer uses. */
export function canaryKeys(partitionCount: number): readonly CanaryKey[] {
  const found = new Map<number, CanaryKey>();
  for (let n = 1; found.size < partitionCount; n += 1) {
    const instrumentId = `canary:${n}`;
    const entity = `${instrumentId}@${CANARY}`;
    const partition = partitionOf(Buffer.from(entity), partitionCount);
    if (!found.has(partition)) found.set(partition, { partition, instrumentId, entity });
  }
  return [...found.values()].toSorted((a, b) => a.partition - b.partition);
}

/** A trade of one unit at the price 1, now. */
export function canaryTrade({ instrumentId }: CanaryKey, nowUs: number): Trade {
  const one = 10n ** 18n;
  return {
    eventId: `${CANARY}|${instrumentId}|${nowUs}`,
    op: 'CREATE',
    refEventId: null,
    source: CANARY,
    feed: CANARY,
    eventTimeUs: nowUs,
    ingestTimeUs: nowUs,
    sequence: null,
    eventTimeNanosRem: null,
    venue: CANARY,
    assetClass: 'CRYPTO',
    instrumentId,
    nativeSymbol: instrumentId,
    priceE18: one,
    sizeE18: one,
    aggressor: 'UNKNOWN',
    sourceTimeUs: null,
    nativeTradeId: null,
    conditions: [],
    priceOk: true,
    volOk: true,
    conditionTable: null,
    delayedSeconds: 0,
    licence: 'internal',
  };
}

/** A canary that never arrived is given up after this long, so that memory stays bounded; the alarm has rung long before. */
const GIVEN_UP_MS = 600_000;

/**
 * Which canaries are on their way. A canary is known by its entity and the 1 s window that its trade falls into. One that arrives answers for
 * those of its partition before it: a partition keeps its order, so they come no more, and nobody waits for them.
 */
export class CanaryBoard {
  private readonly pending = new Map<
    string,
    { readonly partition: number; readonly sentMs: number }
  >();

  sent(key: CanaryKey, tradeTimeUs: number, nowMs: number): void {
    const { partition } = key;
    this.pending.set(`${key.entity}|${windowStartUs(tradeTimeUs)}`, { partition, sentMs: nowMs });
  }

  /** Its send failed: nobody need wait for it. */
  lost(key: CanaryKey, tradeTimeUs: number): void {
    this.pending.delete(`${key.entity}|${windowStartUs(tradeTimeUs)}`);
  }

  /** What was derived meanwhile was not read: nothing of before is waited for. */
  forgetAll(): void {
    this.pending.clear();
  }

  /** @returns seconds from the send to now, the first time that this window is seen, and how many before it never came */
  arrived(
    entity: string,
    startUs: number,
    nowMs: number,
  ): { partition: number; seconds: number; overtaken: number } | null {
    const key = `${entity}|${startUs}`;
    const found = this.pending.get(key);
    if (found === undefined) return null;
    this.pending.delete(key);
    const overtaken = [...this.pending]
      .filter(
        ([, { partition, sentMs }]) => partition === found.partition && sentMs <= found.sentMs,
      )
      .map(([earlier]) => earlier);
    for (const earlier of overtaken) this.pending.delete(earlier);
    const seconds = (nowMs - found.sentMs) / 1000;
    return { partition: found.partition, seconds, overtaken: overtaken.length };
  }

  /** How long the oldest canary of a partition is on its way, seconds; 0 = none is. */
  waiting(partition: number, nowMs: number): number {
    let oldestMs = nowMs;
    for (const [key, canary] of this.pending) {
      if (nowMs - canary.sentMs > GIVEN_UP_MS) this.pending.delete(key);
      else if (canary.partition === partition) oldestMs = Math.min(oldestMs, canary.sentMs);
    }
    return (nowMs - oldestMs) / 1000;
  }
}

function windowStartUs(timeUs: number): number {
  return Math.floor(timeUs / 1_000_000) * 1_000_000;
}
