import { defaultBackoffLimits, type BackoffLimits } from '@groundswell/connector';

/** How past days are asked for: data, never code. */
export interface DayLimits {
  /** After the end of a day its venue may still be adding it up. */
  readonly settleMs: number;
  /** Until a day that should be there by now, or a product without an instrument, is looked for again. */
  readonly askAgainMs: number;
  /** Records handed to the broker and not acked. */
  readonly maxInFlight: number;
  readonly backoff: BackoffLimits;
}

export const dayLimits: DayLimits = {
  settleMs: 120_000,
  askAgainMs: 900_000,
  maxInFlight: 2_000,
  // A venue that starts a little later must not be waited for long: somebody looks at the first screen.
  backoff: { ...defaultBackoffLimits, netBaseMs: 1_000, netMaxMs: 60_000 },
};
