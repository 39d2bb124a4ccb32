import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isRetriable } from '@groundswell/domain';
import { createRecordCodec, createRecordSink } from '@groundswell/kafka';
import { inLane, type Trade } from '@groundswell/schemas';
import type { Stack } from './stack.ts';
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

/** What was put into the topics beside what the connectors wrote. */
export interface Planted {
  readonly poison: PlantedPoison[];
  /** Corrections of trades, by their event id. */
  readonly corrections: Map<string, Trade>;
  copies: number;
}

/** Sees the records of the tape and answers some of them with a plant on the same partition. */
export interface Pollution {
  readonly planted: Planted;
  /** Called for each record of the tape. */
  take(record: TapeRecord): void;
  /** Nothing more is planted; resolves when what was planted is in the log. */
  finish(): Promise<void>;
}

/** Header that marks our own records: they are never answered again. */
const MARK = 'planted';

/**
 * Exact copies of records (R19), poison of every kind that bytes can have (R17), corrections and cancellations of trades (W8). The
 * venue's protocol knows none of them, so they enter at the topic. Which record is answered depends on its id and the seed alone.
 */
export async function startPollution(stack: Stack, seed: number): Promise<Pollution> {
  const sink = createRecordSink(stack.kafka);
  const trades = createRecordCodec(stack.registry, 'market.trade.v1');
  await trades.ready();
  const planted: Planted = { poison: [], corrections: new Map(), copies: 0 };
  const sending = new Set<Promise<void>>();
  let nextKind = 0;
  let isOver = false;
  let failure: unknown = null;

  const send = (
    { topic, partition }: TapeRecord,
    record: { readonly key: Uint8Array | null; readonly value: Uint8Array | null },
    what: string,
  ): Promise<void> =>
    sink.send(inLane(stack.lane, topic), partition, [{ ...record, headers: { [MARK]: what } }]);

  async function correct(record: TapeRecord, op: 'CORRECT' | 'CANCEL'): Promise<void> {
    const original = trades.decode(record.value);
    const correction: Trade = {
      ...original,
      op,
      eventId: `${original.eventId}:${op.toLowerCase()}`,
      refEventId: original.eventId,
      priceE18: original.priceE18 + original.priceE18 / 100n,
    };
    planted.corrections.set(correction.eventId, correction);
    await send(record, { key: record.key, value: trades.encode(correction) }, op);
  }

  async function poison(record: TapeRecord): Promise<void> {
    const kinds = poisonKinds(record, trades);
    const chosen = kinds[nextKind % kinds.length];
    nextKind += 1;
    if (chosen === undefined) return;
    planted.poison.push(chosen);
    await send(record, chosen, 'poison');
  }

  /** The registry may be what this test takes down: the rig waits for it as everybody does. */
  async function prepared(value: Uint8Array | null): Promise<void> {
    for (;;) {
      try {
        await trades.prepare([value]);
        return;
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        await pause(250);
      }
    }
  }

  async function answer(record: TapeRecord, dice: number): Promise<void> {
    const { topic, key, value } = record;
    if (dice < 0.02) {
      planted.copies += 1;
      await send(record, { key, value }, 'copy');
    } else if (topic === 'market.trade.v1') {
      await prepared(value);
      if (dice < 0.026) await poison(record);
      else await correct(record, dice < 0.03 ? 'CORRECT' : 'CANCEL');
    } else if (dice < 0.026) await poison(record);
  }

  return {
    planted,
    take(record) {
      const { topic, value, headers } = record;
      if (isOver || MARK in headers || value === null) return;
      if (topic !== 'market.trade.v1' && topic !== 'brokerage.transaction.v1') return;
      const dice = diceOf(Buffer.from(headers['event_id']?.[0] ?? []).toString(), seed);
      if (dice >= 0.034) return;
      const done = answer(record, dice)
        .catch((thrown: unknown) => void (failure ??= thrown))
        .finally(() => sending.delete(done));
      sending.add(done);
    },
    async finish() {
      isOver = true;
      while (sending.size > 0) await Promise.all(sending);
      await sink.stop();
      if (failure !== null) throw new Error('a plant was not sent', { cause: failure });
    },
  };
}

interface Codec<T> {
  encode(record: T): Uint8Array;
  decode(value: Uint8Array | null): T;
}

/** Every kind of Z1-Z7, Z12, Z13 that can stand in this topic, made out of a good record of it. */
function poisonKinds(
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

/** Uniform in [0, 1), a function of the id and the seed. */
function diceOf(eventId: string, seed: number): number {
  const bytes = createHash('sha256').update(`${seed}/${eventId}`).digest();
  return bytes.readUInt32BE(0) / 2 ** 32;
}
