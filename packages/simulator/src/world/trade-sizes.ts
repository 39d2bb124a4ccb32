import type { Rng } from '../rng.ts';
import type { WorldInstrument } from './instruments.ts';

/** Log-normal around the typical value, with a heavy tail; in units of the last decimal. */
export function sizeUnits(instrument: WorldInstrument, ticks: number, rng: Rng): number {
  const factor = Math.exp(1.1 * rng.normal()) * (rng.float() < 0.01 ? 12 : 1);
  return unitsOf(instrument, ticks, instrument.typicalNotional * factor);
}

/** What a value buys at a price, at least one unit of the last decimal. */
export function unitsOf(instrument: WorldInstrument, ticks: number, value: number): number {
  const price = ticks / 10 ** instrument.tickDecimals;
  return Math.max(1, Math.round((value * 10 ** instrument.sizeDecimals) / price));
}
