import type { SymbolMarket, Trade } from '@groundswell/schemas';

const SECOND_MS = 1_000;

/** Says which trades to take back so that a bar that was published ends without any. */
export interface EmptiedSecond {
  /** A trade is in the log. Returns those to cancel. */
  sawTrade(trade: Trade): readonly Trade[];
  /** A bar was published. Returns the trades to cancel. */
  sawBar(bar: SymbolMarket): readonly Trade[];
}

/** What bars are of, and the key of the trades. */
export function entityOf({ instrumentId, feed }: Trade): string {
  return `${instrumentId}@${feed}`;
}

/** The first second of this entity that is published: left to chance, hardly a run empties one, and some run does. */
export function emptiedSecondOf(entity: string): EmptiedSecond {
  const bySecond = new Map<number, Trade[]>();
  let chosenMs: number | null = null;
  return {
    sawTrade(trade) {
      if (entityOf(trade) !== entity) return [];
      const startMs = Math.floor(trade.eventTimeUs / 1000 / SECOND_MS) * SECOND_MS;
      if (chosenMs !== null) return startMs === chosenMs ? [trade] : [];
      bySecond.set(startMs, [...(bySecond.get(startMs) ?? []), trade]);
      return [];
    },
    sawBar(bar) {
      if (chosenMs !== null || bar.entity !== entity || bar.windowSizeMs !== SECOND_MS) return [];
      chosenMs = bar.windowStartUs / 1000;
      return bySecond.get(chosenMs) ?? [];
    },
  };
}
