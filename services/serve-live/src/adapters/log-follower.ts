import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable, toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import { inLane, type TopicName } from '@groundswell/schemas';
import {
  LagBoard,
  TruncatedError,
  UndecodableError,
  type FetchedBatch,
  type LogRange,
  type RecordCodec,
  type RecordSource,
  type PartitionLag,
  type Standing,
} from '@groundswell/stream';
import type { ChannelHub } from '../core/channel-hub.ts';
import type { LiveMetrics } from '../metrics.ts';
import type { Clock } from '../ports.ts';
import type { TopicRoute } from '../topology.ts';

export interface LogFollowerOptions {
  readonly source: RecordSource;
  readonly lane: string;
  readonly topology: readonly TopicRoute[];
  readonly codecs: ReadonlyMap<TopicName, RecordCodec<unknown>>;
  readonly hub: ChannelHub;
  readonly log: Logger;
  readonly metrics: Pick<LiveMetrics, 'records' | 'undecodable' | 'lag'>;
  readonly clock: Clock;
  readonly onCrash: (error: Error) => void;
}

/**
 * Follows the topics into the hub. It has no stored position: a new replica begins near the end of the log, and what came before is
 * in the snapshots. While it lives it remembers its own positions, so a rebalance or a broker's absence loses nothing; where the
 * log itself lost records the channels start a new epoch. A log that ends before us was replaced: then the process ends, since no
 * version that it shows is comparable with the new ones.
 */
export class LogFollower {
  readonly #options: LogFollowerOptions;
  readonly #routes: ReadonlyMap<string, TopicRoute>;
  readonly #positions = new Map<string, bigint>();
  readonly #lags = new LagBoard();
  #generation = 0;
  #positioned: Promise<void>;
  #resolvePositioned: () => void = () => undefined;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
    this.#routes = new Map(
      options.topology.map((route) => [inLane(options.lane, route.topic), route]),
    );
    this.#positioned = new Promise((resolve) => {
      this.#resolvePositioned = resolve;
    });
  }

  /** Resolves when every partition has its position: from then on nothing new is missed. */
  get positioned(): Promise<void> {
    return this.#positioned;
  }

  async start(): Promise<void> {
    await this.#options.source.start({
      onAssigned: () => {
        this.#position().catch((thrown: unknown) => {
          this.#options.onCrash(toError(thrown));
        });
      },
      onLost: () => {
        this.#generation += 1;
      },
      onBatch: (batch) => this.#take(batch),
      onCrash: this.#options.onCrash,
    });
  }

  /**
   * How far this replica is behind, asked of the log itself: a reader that stands still tells nothing by itself (F5).
   * @throws retriable error when the broker does not answer; the gauges are empty then, never stale
   */
  async lag(): Promise<readonly PartitionLag[]> {
    const { metrics, clock } = this.#options;
    const standings = await this.#standings().catch((thrown: unknown) => {
      metrics.lag.reset();
      throw thrown;
    });
    const lags = this.#lags.measure(standings, clock.nowMs());
    metrics.lag.reset();
    metrics.lag.show('serve-live', lags);
    return lags;
  }

  /** Of each partition whose position is known. */
  async #standings(): Promise<readonly Standing[]> {
    const asked = [...this.#routes].map(async ([physical, { topic }]) => {
      const ranges = await this.#options.source.logRanges(physical);
      return [...ranges].flatMap(([partition, { endOffset }]) => {
        const nextOffset = this.#positions.get(keyOf(physical, partition));
        return nextOffset === undefined ? [] : [{ topic, partition, nextOffset, endOffset }];
      });
    });
    return (await Promise.all(asked)).flat();
  }

  async #position(): Promise<void> {
    const generation = (this.#generation += 1);
    for (const [topic, route] of this.#routes) {
      const ranges = await this.#rangesOf(topic, generation);
      if (generation !== this.#generation) return;
      let isWhole = true;
      for (const [partition, range] of ranges) {
        const key = keyOf(topic, partition);
        const known = this.#positions.get(key);
        if (known !== undefined && known > range.endOffset) {
          throw new TruncatedError({ topic, partition });
        }
        const isLost = known !== undefined && known < range.startOffset;
        if (isLost) isWhole = false;
        const offset = known === undefined || isLost ? tailOf(range, route.tailRecords) : known;
        this.#positions.set(key, offset);
        this.#options.source.seek({ topic, partition }, offset);
      }
      if (!isWhole) {
        this.#options.log.warn('the log lost records that were not read', { topic });
        this.#options.hub.restart(route.kind);
      }
    }
    this.#resolvePositioned();
  }

  async #rangesOf(topic: string, generation: number): Promise<ReadonlyMap<number, LogRange>> {
    while (generation === this.#generation) {
      try {
        return await this.#options.source.logRanges(topic);
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        this.#options.log.warn('the log does not answer', { topic });
        await sleep(500);
      }
    }
    return new Map();
  }

  async #take(batch: FetchedBatch): Promise<bigint> {
    const { codecs, clock, hub, metrics } = this.#options;
    const key = keyOf(batch.topic, batch.partition);
    const position = this.#positions.get(key);
    const route = this.#routes.get(batch.topic);
    const codec = route === undefined ? undefined : codecs.get(route.topic);
    if (position === undefined || route === undefined || codec === undefined) {
      return batch.fetchedOffset;
    }
    if (batch.highWatermark < position) throw new TruncatedError({ topic: batch.topic });
    if (batch.fetchedOffset < position) return position;
    // The library jumped over records that the log no longer has (I5).
    if (batch.fetchedOffset > position) hub.restart(route.kind);

    const generation = this.#generation;
    await codec.prepare(batch.records.map(({ value }) => value));
    // Positions move only within their generation, or the next one would compare them with an older view of the log.
    if (generation !== this.#generation) return position;
    const nowMs = clock.nowMs();
    for (const { offset, value } of batch.records) {
      const record = decode(codec, value);
      if (record === undefined) {
        metrics.undecodable.inc({ topic: batch.topic });
        continue;
      }
      const update = route.route(record, { partition: batch.partition, offset: Number(offset) });
      if (update === null || !hub.wants(update.kind, update.channel)) continue;
      hub.publish(update.kind, update.channel, update.item(), nowMs);
    }
    metrics.records.inc({ topic: batch.topic }, batch.records.length);
    this.#positions.set(key, batch.endOffset);
    return batch.endOffset;
  }
}

/** Undefined for bytes that are no record: the service that owns the topic dead-letters them (I9), a view passes them over. */
function decode(codec: RecordCodec<unknown>, value: Uint8Array | null): unknown {
  try {
    return codec.decode(value);
  } catch (thrown) {
    if (thrown instanceof UndecodableError) return undefined;
    throw thrown;
  }
}

/** Near the end of the log: with 0 records, at it. */
function tailOf({ startOffset, endOffset }: LogRange, records: number): bigint {
  const from = endOffset - BigInt(records);
  return from > startOffset ? from : startOffset;
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${String(partition)}`;
}
