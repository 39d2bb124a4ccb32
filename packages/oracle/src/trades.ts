import type { Ordered } from './order.ts';

/** What a trade says, and what a correction may replace. */
export interface TradeContent {
  readonly tsUs: number;
  readonly seq: number | null;
  readonly priceE18: bigint;
  readonly sizeE18: bigint;
  readonly priceOk: boolean;
  readonly volOk: boolean;
}

interface Arrival extends Ordered {
  /** `<instrument_id>@<feed>`: the key of everything below. */
  readonly entity: string;
  /** When it entered the platform, epoch micros. @default its event time */
  readonly ingestUs?: number;
}

export interface TradePrint extends Arrival, TradeContent {
  readonly kind: 'trade';
}
export interface TradeCorrection extends Arrival {
  readonly kind: 'correct';
  readonly ref: string;
  readonly set: Partial<TradeContent>;
}
export interface TradeCancel extends Arrival {
  readonly kind: 'cancel';
  readonly ref: string;
}
export type TradeArrival = TradePrint | TradeCorrection | TradeCancel;

/** Tumbling windows and how long each accepts changes (W1, W3). */
export interface WindowRule {
  readonly sizesMs: readonly number[];
  readonly graceMs: number;
  readonly correctionMs: number;
  /** An event further ahead of its ingest time is set aside (W6). @default no bound */
  readonly futureBoundMs?: number;
  /** An event further behind the clock of its partition is refused (Q5). @default no horizon */
  readonly horizonMs?: number;
  /** Which entities share a partition clock. @default none */
  readonly partitionOf?: (entity: string) => number | string;
}

/** Start of the tumbling window that holds the time, aligned to the epoch (C9). */
export function windowStartMs(tsUs: number, sizeMs: number): number {
  return Math.floor(tsUs / 1000 / sizeMs) * sizeMs;
}
