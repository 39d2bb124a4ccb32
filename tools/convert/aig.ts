import { ONE_E18, wallToUtcMs } from '@groundswell/domain';
import { saleConditionFlags } from '@groundswell/market';
import type { TapeEvent, TapeHeader } from '../tape/index.ts';
import type { Conversion } from './converter.ts';
import { readRows } from './csv.ts';

const ZONE = 'America/New_York';
/** 7 October 2013; the file says only the time of day. */
const MIDNIGHT_MS = wallToUtcMs(Date.UTC(2013, 9, 7), ZONE);
/** Prices are in hundredths of a cent. */
const DECICENT_E18 = ONE_E18 / 10_000n;

const header: TapeHeader = {
  tape: 1,
  name: 'AIG, every trade print of 7 October 2013',
  source: 'QuantConnect/Lean, commit 24863901 (AlgoSeek)',
  licence: 'Apache-2.0',
  zone: ZONE,
  instruments: [
    { id: 'equity:AIG', title: 'American International Group', currency: 'USD', feed: 'algoseek' },
  ],
};

/** Trade prints in file order, which is time order; what may set a price is decided by the sale conditions (M2). */
export function convertAig(ticks: string): Conversion {
  return { header, events: trades(ticks) };
}

async function* trades(file: string): AsyncGenerator<TapeEvent, void> {
  const columns = ['ms_since_ny_midnight', 'price_decicents', 'size', 'sale_condition_hex'];
  for await (const row of readRows(file, columns)) {
    const localMsOfDay = row.integer('ms_since_ny_midnight');
    const conditionHex = row.text('sale_condition_hex');
    const flags = saleConditionFlags('algoseek-us-equity-v1', { conditionHex, localMsOfDay });
    if (flags === null) throw row.problem(`"sale_condition_hex" is no bit set: ${conditionHex}`);
    yield {
      type: 'TRADE',
      id: `aig:20131007:${row.number}`,
      tsUs: (MIDNIGHT_MS + localMsOfDay) * 1000,
      seq: row.number,
      ingestUs: null,
      symbol: 'equity:AIG',
      priceE18: BigInt(row.integer('price_decicents')) * DECICENT_E18,
      sizeE18: BigInt(row.integer('size')) * ONE_E18,
      ...flags,
      conditions: [conditionHex],
    };
  }
}
