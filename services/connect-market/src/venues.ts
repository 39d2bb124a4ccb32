import type { SocketSource } from '@groundswell/connector';
import { createCandleSource } from './sources/coinbase/candles.ts';
import { coinbaseHosts } from './sources/coinbase/limits.ts';
import { coinbase } from './sources/coinbase/parse.ts';
import { createCoinbaseSource } from './sources/coinbase/source.ts';
import type { DaySource } from './sources/day-source.ts';
import { krakenHosts } from './sources/kraken/limits.ts';
import { kraken } from './sources/kraken/parse.ts';
import { createKrakenSource } from './sources/kraken/source.ts';
import type { VenueName } from './sources/trade.ts';
import type { VenueOptions } from './sources/venue.ts';

/** A venue to follow: one connector each, side by side. */
export interface Venue {
  readonly name: VenueName;
  /** The cursor of the synthetic venue is another one: its ids are others. */
  readonly cursorName: string;
  readonly wsUrl: string;
  readonly restUrl: string;
  readonly products: readonly string[];
  /** Terms under which its trades are read. */
  readonly licence: string;
  readonly create: (options: VenueOptions) => SocketSource;
  /** Where it tells its past days; null where it does not say which of them are over (M6). */
  readonly createDays: ((options: Pick<VenueOptions, 'restUrl' | 'nowMs'>) => DaySource) | null;
}

const worldProducts =
  'TIDE-USD,MOSS-USD,NRTH-USD,CINDR-USD,HELX-USD,GLCR-USD,VOLT-USD,KESTR-USD,BTC-USD,ETH-USD,SOL-USD,DOGE-USD';
const liveProducts = 'BTC-USD,ETH-USD,SOL-USD,DOGE-USD';

/** Parts of a comma-separated text. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The venues that `sources` names; the synthetic one where it names none. It speaks as Coinbase, so never both of these. */
export function chooseVenues(chosen: {
  readonly sources: readonly string[];
  readonly coinbaseWsUrl: string | undefined;
  readonly coinbaseRestUrl: string | undefined;
  readonly coinbaseProducts: string | undefined;
  readonly krakenWsUrl: string | undefined;
  readonly krakenRestUrl: string | undefined;
  readonly krakenProducts: string;
}): readonly Venue[] {
  const { sources } = chosen;
  const venues: Venue[] = [];
  if (sources.includes('kraken')) {
    venues.push({
      name: kraken,
      // Ids of another version of the feed may be others (K12).
      cursorName: 'kraken-v2',
      wsUrl: chosen.krakenWsUrl ?? krakenHosts.wsUrl,
      restUrl: chosen.krakenRestUrl ?? krakenHosts.restUrl,
      products: list(chosen.krakenProducts),
      licence: 'kraken-market-data',
      create: createKrakenSource,
      createDays: null,
    });
  }
  const live = sources.includes('coinbase');
  if (live || sources.includes('world') || venues.length === 0) {
    venues.push({
      name: coinbase,
      cursorName: live ? 'coinbase' : 'world',
      wsUrl: chosen.coinbaseWsUrl ?? (live ? coinbaseHosts.wsUrl : 'ws://127.0.0.1:8084'),
      restUrl: chosen.coinbaseRestUrl ?? (live ? coinbaseHosts.restUrl : 'http://127.0.0.1:8084'),
      products: list(chosen.coinbaseProducts ?? (live ? liveProducts : worldProducts)),
      licence: live ? 'coinbase-market-data' : 'synthetic',
      create: createCoinbaseSource,
      createDays: createCandleSource,
    });
  }
  return venues;
}
