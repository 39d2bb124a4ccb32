import { createHash } from 'node:crypto';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRegistryClient,
} from '@groundswell/kafka';
import { inLane, type Trade } from '@groundswell/schemas';
import { recordHeaders, type OutgoingRecord } from '@groundswell/stream';

const TOPIC = 'market.trade.v1';
/** How far the closing trades lie behind the others. */
const CLOSING_US = 600_000_000;
const PRICE_STEP_E18 = 10n ** 16n;

export interface Fill {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly lane: string;
  readonly events: number;
  readonly symbols: number;
}

/**
 * Fills the trades topic of a lane with W1: seeded ticks, Zipf(1.1) symbols, event time 20,000 a second, two headers (H3). In order and without
 * repeats, so that an arm without lateness or dedupe can compute the same table.
 */
export async function fillTrades({
  brokers,
  registryUrl,
  lane,
  events,
  symbols,
}: Fill): Promise<void> {
  const kafka = createKafkaClient({ brokers, clientId: 'bench-fill' });
  const sink = createRecordSink(kafka);
  const codec = createRecordCodec(createRegistryClient({ url: registryUrl }), TOPIC);
  await codec.ready();
  const physical = inLane(lane, TOPIC);
  const pick = zipf(symbols, 1.1);
  const startUs = Math.floor(Date.now() / 60_000) * 60_000_000 - 600_000_000;
  const buffers = new Map<number, OutgoingRecord[]>();
  for (let index = 0; index < events; index += 1) {
    const symbol = `S${pick(hash(index))}-USD`;
    const key = Buffer.from(`crypto:${symbol}@coinbase`);
    const partition = await sink.partitionFor(physical, key);
    const eventId = `cb:${symbol}:${index}`;
    const record = codec.encode(trade(symbol, eventId, index, startUs + index * 50));
    const buffer = buffers.get(partition) ?? [];
    if (buffer.length === 0) buffers.set(partition, buffer);
    buffer.push({
      key,
      value: record,
      headers: { ...recordHeaders(eventId, `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-00`) },
    });
    if (buffer.length >= 500) await sink.send(physical, partition, buffer.splice(0));
  }
  // One trade per symbol beyond every horizon of lateness, so that all windows before it are closed in every arm.
  for (let symbol = 0; symbol < symbols; symbol += 1) {
    const name = `S${symbol}-USD`;
    const key = Buffer.from(`crypto:${name}@coinbase`);
    const partition = await sink.partitionFor(physical, key);
    const index = events + symbol;
    const eventId = `cb:${name}:${index}`;
    const buffer = buffers.get(partition) ?? [];
    buffers.set(partition, buffer);
    const value = codec.encode(trade(name, eventId, index, startUs + events * 50 + CLOSING_US));
    buffer.push({ key, value, headers: { ...recordHeaders(eventId) } });
  }
  for (const [partition, buffer] of buffers)
    if (buffer.length > 0) await sink.send(physical, partition, buffer);
  await sink.stop();
  await kafka.close();
}

export function trade(symbol: string, eventId: string, index: number, timeUs: number): Trade {
  return {
    eventId,
    op: 'CREATE',
    refEventId: null,
    source: 'coinbase',
    feed: 'coinbase',
    eventTimeUs: timeUs,
    ingestTimeUs: timeUs + 900,
    sequence: index,
    eventTimeNanosRem: null,
    venue: 'coinbase',
    assetClass: 'CRYPTO',
    instrumentId: `crypto:${symbol}`,
    nativeSymbol: symbol,
    priceE18: PRICE_STEP_E18 * BigInt(10_000 + (hash(index + 7) % 500)),
    sizeE18: PRICE_STEP_E18 * BigInt(1 + (hash(index + 13) % 900)),
    aggressor: 'BUY',
    sourceTimeUs: null,
    nativeTradeId: String(index),
    conditions: [],
    priceOk: true,
    volOk: true,
    conditionTable: null,
    delayedSeconds: 0,
    licence: 'bench',
  };
}

export function hash(n: number): number {
  return createHash('md5').update(String(n)).digest().readUInt32LE(0);
}

export function zipf(n: number, exponent: number): (dice: number) => number {
  const weights = Array.from({ length: n }, (_, rank) => 1 / (rank + 1) ** exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const edges = weights.map((weight) => ((sum += weight / total), sum));
  return (dice) => edges.findIndex((edge) => dice / 2 ** 32 < edge);
}
