import { features, type Trade } from '@groundswell/schemas';
import type { BarConfig } from '@groundswell/market';
import type { Topology } from '@groundswell/stream';
import { MarketOperator, type InstrumentInfo } from './core/market-operator.ts';
import { createValidateTradeStep } from './steps/validate-trade.ts';

const { windows } = features['market.bar'];

/** Windows, lateness and throttling of `market.bar` as the catalogue states them. */
export const barConfig: BarConfig = {
  sizesMs: windows.map((window) => window.sizeMs),
  graceMs: windows[0].graceMs,
  correctionMs: windows[0].correctionMs,
  idleMs: windows[0].idleMs,
  updateMs: windows.map((window) => window.updateMs),
  volatilitySizeMs: 300_000,
};

/** `<instrument>@<feed>`. The name of the last one of an instrument is kept: one string per entity, not one per trade. */
function createEntityOf(): (trade: Trade) => string {
  const names = new Map<string, { readonly feed: string | null; readonly entity: string }>();
  return ({ instrumentId, feed }) => {
    const known = names.get(instrumentId);
    if (known?.feed === feed) return known.entity;
    const entity = `${instrumentId}@${feed ?? ''}`;
    names.set(instrumentId, { feed, entity });
    return entity;
  };
}

/**
 * trades -> validate -> dedupe -> bars of 1 s, 1 min, 5 min per (instrument, feed) -> feature topic and history
 *                                 final minute closes of the primary feed          -> marks
 */
export function createTopology(
  instruments: ReadonlyMap<string, InstrumentInfo>,
): Topology<'market.trade.v1', 'feature.symbol.market.v1' | 'market.mark.v1'> {
  return {
    service: 'derive-market',
    sources: {
      'market.trade.v1': {
        topic: 'market.trade.v1',
        dedupe: 'seen',
        entityOf: createEntityOf(),
        validate: createValidateTradeStep(),
        ageLimit: true,
        maxRecords: 25_000,
      },
    },
    outputs: ['feature.symbol.market.v1', 'market.mark.v1'],
    idleMs: barConfig.idleMs,
    commitEveryMs: 150,
    createOperator: () => new MarketOperator(barConfig, instruments),
  };
}
