import { parseIsoUs } from '@groundswell/domain';
import type { TapeEvent, TapeExecution } from '../tape/index.ts';
import type { Conversion } from './converter.ts';
import { readRows, type Row } from './csv.ts';

/** Simulated executions of one account; every time is midnight UTC, so that only the row orders a day. */
export async function convertPyfolio(transactions: string): Promise<Conversion> {
  const events: TapeExecution[] = [];
  for await (const row of readRows(transactions, ['', 'amount', 'price', 'symbol'])) {
    const amountE18 = row.decimalE18('amount');
    events.push({
      type: amountE18 < 0n ? 'SELL' : 'BUY',
      id: `pyfolio:${row.number}`,
      tsUs: timeOf(row),
      seq: row.number,
      ingestUs: null,
      investor: 'pyfolio',
      symbol: `equity:${row.text('symbol')}`,
      qtyE18: amountE18 < 0n ? -amountE18 : amountE18,
      priceE18: row.decimalE18('price'),
      feeE18: 0n,
      account: null,
      currency: 'USD',
      orderId: null,
    });
  }
  const symbols = [...new Set(events.map(({ symbol }) => symbol))].sort();
  return {
    header: {
      tape: 1,
      name: 'A simulated US account, 2004 to 2009',
      source: 'quantopian/pyfolio, commit 4b901f6d',
      licence: 'Apache-2.0',
      zone: 'UTC',
      instruments: symbols.map((id) => ({
        id,
        title: id.slice('equity:'.length),
        currency: 'USD',
        feed: 'tape',
      })),
    },
    events: events.toSorted(inTimeOrder),
  };
}

function inTimeOrder(a: TapeEvent, b: TapeEvent): number {
  return a.tsUs - b.tsUs || (a.seq ?? 0) - (b.seq ?? 0);
}

function timeOf(row: Row): number {
  try {
    return parseIsoUs(row.text('')).us;
  } catch {
    throw row.problem(`the first column is no time: "${row.text('')}"`);
  }
}
