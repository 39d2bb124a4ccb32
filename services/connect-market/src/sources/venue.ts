import type { ConnectorLimits } from '@groundswell/connector';
import type { TradeContext } from './trade.ts';

/** What the source of any venue is made from. */
export interface VenueOptions {
  /** The venue's name, or another one for a stand-in: their ids have nothing in common (K12). */
  readonly cursorName: string;
  readonly wsUrl: string;
  readonly restUrl: string;
  /** The venue's own symbols. */
  readonly products: readonly string[];
  readonly context: TradeContext;
  readonly nowMs: () => number;
  /** Resolves after so many ms: keeps within the request limit. */
  readonly pause: (ms: number) => Promise<void>;
  /** @default those of the venue */
  readonly limits?: ConnectorLimits;
}
