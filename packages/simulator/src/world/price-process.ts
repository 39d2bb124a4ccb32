import type { Rng } from '../rng.ts';
import type { WorldInstrument } from './instruments.ts';

const SECONDS_PER_YEAR = 31_557_600;

/** State of one product's price. Plain numbers: prices become exact decimals only as whole ticks. */
export interface PriceState {
  logPrice: number;
  /** Log of the ratio of current to long-run volatility; mean-reverting, so quiet and wild times cluster. */
  logVol: number;
  atUs: number;
}

/** Market-wide regime: drift per year and a factor on every volatility. */
export interface Regime {
  readonly name: 'calm' | 'rally' | 'sell-off' | 'storm';
  readonly driftPerYear: number;
  readonly volFactor: number;
  readonly meanSeconds: number;
}

export const regimes: readonly Regime[] = [
  { name: 'calm', driftPerYear: 0, volFactor: 0.7, meanSeconds: 1800 },
  { name: 'rally', driftPerYear: 6, volFactor: 1, meanSeconds: 900 },
  { name: 'sell-off', driftPerYear: -7, volFactor: 1.4, meanSeconds: 600 },
  { name: 'storm', driftPerYear: 0, volFactor: 2.5, meanSeconds: 300 },
];

/** Mean reversion of log volatility per second (half life about 6 minutes) and its stationary standard deviation. */
const REVERSION = 1 / 500;
const VOL_OF_VOL = 0.5;

/**
 * Move a price to `atUs`. Log-OU stochastic volatility (Scott 1987, JFQA 22, eq. 2): exact discretisation of the volatility, Euler for
 * the price. `marketShock` is a standard normal shared by all products at about this time.
 */
export function stepPrice(
  state: PriceState,
  instrument: WorldInstrument,
  regime: Regime,
  marketShock: number,
  atUs: number,
  rng: Rng,
): void {
  const seconds = Math.max(0, (atUs - state.atUs) / 1e6);
  state.atUs = atUs;
  if (seconds === 0) return;
  const keep = Math.exp(-REVERSION * seconds);
  state.logVol = state.logVol * keep + VOL_OF_VOL * Math.sqrt(1 - keep * keep) * rng.normal();
  const sigma =
    instrument.annualVolatility *
    regime.volFactor *
    Math.exp(state.logVol - VOL_OF_VOL * VOL_OF_VOL) *
    Math.sqrt(seconds / SECONDS_PER_YEAR);
  const share = instrument.marketShare;
  const shock = share * marketShock + Math.sqrt(1 - share * share) * rng.normal();
  // Over months the regimes' drifts would run away: drift counts only as far as an hour goes.
  const drift = regime.driftPerYear * (Math.min(seconds, 3600) / SECONDS_PER_YEAR);
  state.logPrice += drift - (sigma * sigma) / 2 + sigma * shock;
}

/** Price in whole ticks, at least one. */
export function priceTicks(state: PriceState, instrument: WorldInstrument): number {
  return Math.max(1, Math.round(Math.exp(state.logPrice) * 10 ** instrument.tickDecimals));
}

/** Exact text of an integer scaled by 10^decimals: (1234, 2) -> `12.34`. */
export function scaledText(value: number, decimals: number): string {
  if (decimals === 0) return String(value);
  const digits = String(value).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
