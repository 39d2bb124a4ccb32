/** One tradable product of the synthetic venue. */
export interface WorldInstrument {
  /** Product id as the venue writes it: `BTC-USD`. */
  readonly product: string;
  readonly startPrice: number;
  /** Decimals of a price; one tick is 10^-tickDecimals. */
  readonly tickDecimals: number;
  /** Decimals of a trade size. */
  readonly sizeDecimals: number;
  /** Long-run volatility per year, as a ratio (0.6 = 60 %). */
  readonly annualVolatility: number;
  /** Share of the common market move in this product's moves, 0..1. */
  readonly marketShare: number;
  /** Weight in the choice of the next traded product. */
  readonly activity: number;
  /** Typical value of one trade, in the quote currency. */
  readonly typicalNotional: number;
}

function instrument(
  product: string,
  startPrice: number,
  tickDecimals: number,
  sizeDecimals: number,
  annualVolatility: number,
  activity: number,
  marketShare = 0.6,
): WorldInstrument {
  return {
    product,
    startPrice,
    tickDecimals,
    sizeDecimals,
    annualVolatility,
    marketShare,
    activity,
    typicalNotional: 900,
  };
}

/** The demo venue: eight invented coins and four everybody knows. */
export const worldInstruments: readonly WorldInstrument[] = [
  instrument('TIDE-USD', 84.2, 2, 4, 0.7, 10),
  instrument('MOSS-USD', 12.35, 3, 3, 0.6, 6),
  instrument('NRTH-USD', 231.6, 2, 4, 0.5, 6),
  instrument('CINDR-USD', 3.482, 4, 2, 1.2, 8),
  instrument('HELX-USD', 47.9, 2, 4, 0.9, 7),
  instrument('GLCR-USD', 158.05, 2, 4, 0.4, 4),
  instrument('VOLT-USD', 0.7321, 4, 1, 1.4, 9),
  instrument('KESTR-USD', 19.64, 3, 3, 0.8, 5),
  instrument('BTC-USD', 97_150, 2, 6, 0.55, 20, 0.8),
  instrument('ETH-USD', 3_412.5, 2, 5, 0.7, 14, 0.8),
  instrument('SOL-USD', 186.4, 2, 4, 0.9, 8, 0.7),
  instrument('DOGE-USD', 0.38214, 5, 0, 1.1, 6, 0.6),
];
