/** Transactions of investors who exist for one load run only. Pure: what a request holds follows from its number. */

import { seeded, zipf } from './random.js';

const INVESTORS = 200;
/** W3: few investors do most. */
const investorOf = zipf(INVESTORS, 1.05);
/** Bookings of one investor in a row: money in, purchases, and at the end a sale of a part of them. */
const SERIES = 10;

/**
 * The items of one request. Every one is valid, so whatever is refused is a fault.
 * @param {{ readonly run: string, readonly number: number, readonly size: number, readonly symbols: readonly string[],
 *   readonly nowMs: number }} request `run` names this run, `number` this request within it
 * @returns {Record<string, string>[]}
 */
export function transactionsOf({ run, number, size, symbols, nowMs }) {
  const random = seeded(number * 7919 + 1);
  let investor = '';
  let symbol = '';
  return Array.from({ length: size }, (_, index) => {
    const step = index % SERIES;
    if (step === 0) {
      investor = `load-${run}-${String(investorOf(random()))}`;
      symbol = symbols[Math.floor(random() * symbols.length)] ?? '';
    }
    // No person's id is part of an item's: it goes through the platform as it is.
    const id = `load-${run}-r${String(number)}-${String(index)}`;
    const common = {
      id,
      investor,
      account: `${investor}-main`,
      event_time: new Date(nowMs - size + index).toISOString(),
      currency: 'USD',
    };
    if (step === 0) return { ...common, kind: 'DEPOSIT', net_cash: '25000.00' };
    const cents = 1000 + Math.floor(random() * 9000);
    const isSale = step === SERIES - 1;
    const cash = (cents / 100).toFixed(2);
    return {
      ...common,
      kind: isSale ? 'SELL' : 'BUY',
      symbol,
      quantity: isSale ? '-1' : '1',
      price: cash,
      net_cash: isSale ? cash : `-${cash}`,
      execution_id: `x-${id}`,
    };
  });
}
