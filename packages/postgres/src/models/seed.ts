import type { Models } from './models.ts';

export interface SeedInstrument {
  readonly symbol: string;
  readonly title: string;
}

export interface Seed {
  readonly sources: readonly {
    readonly id: string;
    readonly kind: 'market' | 'brokerage' | 'social';
    readonly delivery: 'exact' | 'best_effort';
    readonly title: string;
  }[];
  readonly instruments: readonly SeedInstrument[];
}

/** Insert what is missing; rows that are there are left as they are, so an operator's edits stay. */
export async function seedReference(models: Models, seed: Seed): Promise<void> {
  const ignoreDuplicates = { ignoreDuplicates: true } as const;
  await models.Source.bulkCreate([...seed.sources], ignoreDuplicates);
  await models.Instrument.bulkCreate(
    seed.instruments.map(({ symbol, title }) => ({
      id: `crypto:${symbol}`,
      kind: 'crypto',
      title,
      currency: 'USD',
      primaryFeed: 'coinbase',
    })),
    ignoreDuplicates,
  );
  await models.InstrumentAlias.bulkCreate(seed.instruments.flatMap(aliasesOf), ignoreDuplicates);
}

/** How venues, broker and people call an instrument: `TIDE-USD`, `TIDE/USD`, the cashtag `TIDE`, the name `Tidewater`. */
function aliasesOf({ symbol, title }: SeedInstrument): {
  readonly namespace: string;
  readonly symbol: string;
  readonly instrumentId: string;
}[] {
  const instrumentId = `crypto:${symbol}`;
  return [
    { namespace: 'coinbase', symbol, instrumentId },
    { namespace: 'kraken', symbol: symbol.replace('-', '/'), instrumentId },
    { namespace: 'world-broker', symbol, instrumentId },
    { namespace: 'cashtag', symbol: symbol.replace(/-USD$/, ''), instrumentId },
    { namespace: 'name', symbol: title, instrumentId },
  ];
}
