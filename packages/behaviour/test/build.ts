import { fractionFromE18, parseE18, type Fraction } from '@groundswell/domain';
import { createJournal, type LedgerEvent } from '@groundswell/ledger';
import { createLocalDays, DayBars, DayBook, type DayNumber, type Listings } from '../src/index.ts';

/** `at('2024-03-11T14:00Z')` */
export const at = (text: string): number => Date.parse(text);

/** Day number of a local date. */
export const day = (date: string): DayNumber => Date.parse(date) / 86_400_000;

export const price = (text: string): Fraction => fractionFromE18(parseE18(text));

let ids = 0;

/** `fill(ms, 'A B 10@20 f2')` */
export function fill(tsMs: number, text: string, more: Partial<LedgerEvent> = {}): LedgerEvent {
  const [, instrumentId = '', side, qty = '', unit = '', fee = '0'] =
    /^(\w+) ([BS]) ([\d.]+)@([\d.]+)(?: f([\d.]+))?$/.exec(text) ?? [];
  return {
    id: `e${(ids += 1)}`,
    type: side === 'B' ? 'BUY' : 'SELL',
    tsMs,
    seq: ids,
    instrumentId,
    qtyE18: parseE18(qty),
    priceE18: parseE18(unit),
    feeE18: parseE18(fee),
    amountE18: 0n,
    ...more,
  };
}

/** `{ B: { '2024-03-11': '30.5/31' } }`: low and high of a day; the last price is the high. */
export type Prices = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function listings(
  zones: string | Readonly<Record<string, string>>,
  prices: Prices,
): Listings {
  const zoneOf = (id: string | null): string =>
    typeof zones === 'string' ? zones : (zones[id ?? ''] ?? 'UTC');
  const days = new Map<string, ReturnType<typeof createLocalDays>>();
  const bars = new Map<string, DayBars>();
  for (const [id, byDate] of Object.entries(prices)) {
    const own = new DayBars();
    for (const [date, text] of Object.entries(byDate)) {
      const [low = '', high = low] = text.split('/');
      own.set(day(date), { low: price(low), high: price(high), last: price(high) });
    }
    bars.set(id, own);
  }
  return {
    daysOf: (id) => {
      const zone = zoneOf(id);
      let found = days.get(zone);
      if (!found) days.set(zone, (found = createLocalDays(zone)));
      return found;
    },
    barsOf: (id) => bars.get(id) ?? new DayBars(),
  };
}

/** The book of these events, in whatever order, closed up to a date. */
export function bookOf(events: readonly LedgerEvent[], from: Listings, through: string): DayBook {
  const journal = createJournal({ selection: 'fifo', oversell: 'open_short' });
  for (const event of events) journal.insert(event);
  const book = new DayBook(from);
  book.load(journal.steps(), journal.state(), -Infinity);
  book.closeUpTo(day(through));
  return book;
}
