import type { Trade } from '@groundswell/schemas';
import type { TapeRecord } from './log-tape.ts';

/** A record that must become exactly one dead letter. */
export interface PlantedPoison {
  readonly topic: 'market.trade.v1' | 'brokerage.transaction.v1';
  readonly kind: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly stage: 'DECODE' | 'VALIDATE';
  readonly reason: string;
}

interface Codec<T> {
  encode(record: T): Uint8Array;
  decode(value: Uint8Array | null): T;
}

/** Every kind of Z1-Z7, Z12, Z13 that can stand in this topic, made out of a good record of it. */
export function poisonKinds(
  { topic, key, value, offset }: TapeRecord,
  trades: Codec<Trade>,
): readonly PlantedPoison[] {
  if (value === null || (topic !== 'market.trade.v1' && topic !== 'brokerage.transaction.v1'))
    return [];
  const good = Buffer.from(value);
  const changed = (at: number, bytes: readonly number[]): Buffer => {
    const copy = Buffer.from(good);
    copy.set(bytes, at);
    return copy;
  };
  const undecodable = (kind: string, bytes: Uint8Array | null, reason: string): PlantedPoison => ({
    topic,
    kind,
    key,
    value: bytes,
    stage: 'DECODE',
    reason,
  });
  const kinds: PlantedPoison[] = [
    undecodable('Z1 truncated', good.subarray(0, good.length - 3), 'avro'),
    undecodable('Z2 magic byte', changed(0, [7]), 'bad_magic'),
    undecodable('Z3 unknown schema id', changed(1, [0x7f, 0xff, 0xff, 0xf0]), 'schema_unknown'),
    undecodable('Z5 null value', null, 'null_value'),
    undecodable('Z7 zero bytes', Buffer.alloc(0), 'too_short'),
    { topic, kind: 'Z6 null key', key: null, value: good, stage: 'VALIDATE', reason: 'null_key' },
  ];
  if (topic !== 'market.trade.v1') return kinds;
  const trade = trades.decode(value);
  const eventId = `poison:${offset}:${trade.eventId}`;
  const outOfRange = (kind: string, change: Partial<Trade>, reason: string): PlantedPoison => ({
    topic,
    kind,
    key,
    value: trades.encode({ ...trade, eventId, ...change }),
    stage: 'VALIDATE',
    reason,
  });
  return [
    ...kinds,
    outOfRange('Z12 negative price', { priceE18: -1n }, 'price_negative'),
    outOfRange('Z13 time 0', { eventTimeUs: 0 }, 'bad_event_time'),
    outOfRange('no size', { sizeE18: 0n }, 'size_not_positive'),
  ];
}
