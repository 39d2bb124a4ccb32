import { parseE18 } from '@groundswell/domain';
import type { BarConfig, CorrectEvent, TradeEvent } from '../src/index.ts';

/** `100x2` at a millisecond, price-setting and counted in volume unless said otherwise. */
export function aTrade(
  id: string,
  tsMs: number,
  priceBySize: string,
  more: Partial<TradeEvent> = {},
): TradeEvent {
  const [price = '', size = ''] = priceBySize.split('x');
  return {
    kind: 'trade',
    id,
    tsMs,
    tsUs: tsMs * 1000,
    seq: null,
    priceE18: parseE18(price),
    sizeE18: parseE18(size),
    priceOk: true,
    volOk: true,
    ...more,
  };
}

export function aCorrect(
  id: string,
  ref: string,
  tsMs: number,
  priceBySize: string,
  more: Partial<CorrectEvent> = {},
): CorrectEvent {
  return { ...aTrade(id, tsMs, priceBySize), kind: 'correct', ref, ...more };
}

export function aConfig(more: Partial<BarConfig> = {}): BarConfig {
  const sizesMs = more.sizesMs ?? [60_000];
  return {
    sizesMs,
    graceMs: 5000,
    correctionMs: 0,
    idleMs: 2000,
    updateMs: sizesMs.map(() => 0),
    volatilitySizeMs: 300_000,
    ...more,
  };
}
