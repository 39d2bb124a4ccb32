import { createAliasTable } from '@groundswell/connector';
import { readFileSync } from 'node:fs';

interface Fixture {
  readonly frames: readonly { readonly direction: string; readonly raw: string }[];
  readonly rest_trades: { readonly request: string; readonly raw: string };
}

/** Examples of the documentation and frames built from it: see NOTICE beside the file. */
export const krakenFixture = JSON.parse(
  readFileSync(new URL('../../src/sources/kraken/fixtures/frames.json', import.meta.url), 'utf8'),
) as Fixture;

const aliases = createAliasTable([
  {
    namespace: 'kraken',
    symbol: 'BTC/USD',
    instrumentId: 'crypto:BTC-USD',
    validFromUs: -Infinity,
    validToUs: Infinity,
  },
]);

export const krakenContext = { aliases: () => aliases, licence: 'test' };
