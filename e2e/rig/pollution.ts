import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isRetriable } from '@groundswell/domain';
import { createRecordCodec, createRecordSink } from '@groundswell/kafka';
import { inLane, type Trade } from '@groundswell/schemas';
import { emptiedSecondOf, entityOf } from './emptied-second.ts';
import type { TapeRecord } from './log-tape.ts';
import { poisonKinds, type PlantedPoison } from './poison.ts';
import type { Stack } from './stack.ts';

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
/** The quietest product: few trades make a second of it. */
const EMPTIED = 'crypto:GLCR-USD@coinbase';
/** The only trades that get an unknown schema id: while the registry is away it stops their partition, and the others must go on. */
const UNKNOWN_SCHEMAS = 'crypto:ETH-USD@coinbase';

/**
 * Exact copies of records (R19), poison of every kind that bytes can have (R17), corrections and cancellations of trades (W8), and one
 * published second that loses every trade. The venue's protocol knows none of them, so they enter at the topic. Which record is answered
 * depends on its id and the seed alone, but for that second: it is the first that is published.
 */
export async function startPollution(stack: Stack, seed: number): Promise<Pollution> {
  const sink = createRecordSink(stack.kafka);
  const trades = createRecordCodec(stack.registry, 'market.trade.v1');
  const bars = createRecordCodec(stack.registry, 'feature.symbol.market.v1');
  await Promise.all([trades.ready(), bars.ready()]);
  const emptied = emptiedSecondOf(EMPTIED);
  const planted: Planted = { poison: [], corrections: new Map(), copies: 0 };
  const sending = new Set<Promise<void>>();
  /** Turns by the number of kinds to choose from, so that each list is gone through. */
  const turns = new Map<number, number>();
  let isOver = false;
  let failure: unknown = null;
  const trading = inLane(stack.lane, 'market.trade.v1');

  const send = (
    { topic, partition }: TapeRecord,
    record: { readonly key: Uint8Array | null; readonly value: Uint8Array | null },
    what: string,
  ): Promise<void> =>
    sink.send(inLane(stack.lane, topic), partition, [{ ...record, headers: { [MARK]: what } }]);

  async function correct(original: Trade, op: 'CORRECT' | 'CANCEL'): Promise<void> {
    const correction: Trade = {
      ...original,
      op,
      eventId: `${original.eventId}:${op.toLowerCase()}`,
      refEventId: original.eventId,
      priceE18: original.priceE18 + original.priceE18 / 100n,
    };
    planted.corrections.set(correction.eventId, correction);
    const key = Buffer.from(entityOf(original));
    const record = { key, value: trades.encode(correction), headers: { [MARK]: op } };
    await sink.send(trading, await sink.partitionFor(trading, key), [record]);
  }

  async function poison(record: TapeRecord): Promise<void> {
    const mayStop = record.topic !== 'market.trade.v1' || keyOf(record) === UNKNOWN_SCHEMAS;
    const kinds = poisonKinds(record, trades).filter(
      ({ reason }) => mayStop || reason !== 'schema_unknown',
    );
    const turn = turns.get(kinds.length) ?? 0;
    const chosen = kinds[turn % kinds.length];
    turns.set(kinds.length, turn + 1);
    if (chosen === undefined) return;
    planted.poison.push(chosen);
    await send(record, chosen, 'poison');
  }

  /** The registry may be what this test takes down: the rig waits for it as everybody does. */
  async function prepared(codec: typeof trades | typeof bars, { value }: TapeRecord) {
    for (;;) {
      try {
        await codec.prepare([value]);
        return;
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        await pause(250);
      }
    }
  }

  async function answer(record: TapeRecord): Promise<void> {
    const { topic, key, value, headers } = record;
    const dice = diceOf(Buffer.from(headers['event_id']?.[0] ?? []).toString(), seed);
    if (dice < 0.02) {
      planted.copies += 1;
      await send(record, { key, value }, 'copy');
    } else if (topic === 'market.trade.v1' && dice < 0.034) {
      await prepared(trades, record);
      if (dice < 0.026) await poison(record);
      else await correct(trades.decode(value), dice < 0.03 ? 'CORRECT' : 'CANCEL');
    } else if (dice < 0.026) await poison(record);
  }

  async function empty(record: TapeRecord): Promise<void> {
    const isTrade = record.topic === 'market.trade.v1';
    await prepared(isTrade ? trades : bars, record);
    const gone = isTrade
      ? emptied.sawTrade(trades.decode(record.value))
      : emptied.sawBar(bars.decode(record.value));
    await Promise.all(gone.map((trade) => correct(trade, 'CANCEL')));
  }

  const keep = (work: Promise<void>): void => {
    const done = work
      .catch((thrown: unknown) => void (failure ??= thrown))
      .finally(() => sending.delete(done));
    sending.add(done);
  };

  return {
    planted,
    take(record) {
      const { topic, value, headers } = record;
      if (isOver || MARK in headers || value === null) return;
      const isTrade = topic === 'market.trade.v1';
      if (isTrade || topic === 'brokerage.transaction.v1') keep(answer(record));
      const isNext = isTrade || topic === 'feature.symbol.market.v1';
      if (isNext && keyOf(record) === EMPTIED) keep(empty(record));
    },
    async finish() {
      isOver = true;
      while (sending.size > 0) await Promise.all(sending);
      await sink.stop();
      if (failure !== null) throw new Error('a plant was not sent', { cause: failure });
    },
  };
}

function keyOf({ key }: TapeRecord): string {
  return Buffer.from(key ?? []).toString();
}

/** Uniform in [0, 1), a function of the id and the seed. */
function diceOf(eventId: string, seed: number): number {
  const bytes = createHash('sha256').update(`${seed}/${eventId}`).digest();
  return bytes.readUInt32BE(0) / 2 ** 32;
}
