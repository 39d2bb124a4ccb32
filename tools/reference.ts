import type { Seed } from '@groundswell/postgres';

/** The instruments and sources of the synthetic world; live symbols of the same venue are among them. */
export const demoReference: Seed = {
  sources: [
    { id: 'coinbase', kind: 'market', delivery: 'exact', title: 'Coinbase Exchange' },
    { id: 'kraken', kind: 'market', delivery: 'exact', title: 'Kraken' },
    {
      id: 'world-broker',
      kind: 'brokerage',
      delivery: 'exact',
      title: 'Broker of the synthetic world',
    },
    {
      id: 'bluesky-world',
      kind: 'social',
      delivery: 'best_effort',
      title: 'Posts of the synthetic world',
    },
    { id: 'bluesky', kind: 'social', delivery: 'best_effort', title: 'Bluesky' },
  ],
  instruments: [
    { symbol: 'TIDE-USD', title: 'Tidewater' },
    { symbol: 'MOSS-USD', title: 'Mossgrove' },
    { symbol: 'NRTH-USD', title: 'Northlight' },
    { symbol: 'CINDR-USD', title: 'Cinder' },
    { symbol: 'HELX-USD', title: 'Helix' },
    { symbol: 'GLCR-USD', title: 'Glacier' },
    { symbol: 'VOLT-USD', title: 'Volt' },
    { symbol: 'KESTR-USD', title: 'Kestrel' },
    { symbol: 'BTC-USD', title: 'Bitcoin' },
    { symbol: 'ETH-USD', title: 'Ether' },
    { symbol: 'SOL-USD', title: 'Solana' },
    { symbol: 'DOGE-USD', title: 'Dogecoin' },
  ],
};
