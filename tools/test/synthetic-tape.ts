import { createRng } from '@groundswell/simulator';

const T0 = Date.UTC(2024, 2, 4, 14);
const SYMBOLS = ['x:ONE', 'x:TWO'];
const INVESTORS = ['ann', 'bob', 'cy'];

/**
 * Ten minutes of two instruments and three investors with everything that may go wrong on the way: disorder within and beyond the
 * 65 s that bars accept, repeats, cancels and corrections in time and too late, refused records. The same seed gives the same text.
 */
export function syntheticTape(seed: number): string {
  const rng = createRng(seed);
  const int = (below: number) => rng.int(below);
  const pick = <T>(items: readonly T[]): T => items[int(items.length)] as T;
  const lines: Record<string, unknown>[] = [];
  const trades: Record<string, unknown>[] = [];
  const bookings: Record<string, unknown>[] = [];
  for (let index = 0; index < 1_200; index += 1) {
    const nowMs = T0 + index * 500;
    // Mostly on time; some are too late for the smallest window, for the middle one, for all of them.
    const behindMs = pick([0, 0, 0, 0, 300, 300, 20_000, pick([0, 0, 75_000, 140_000, 450_000])]);
    const ts = nowMs - behindMs;
    const price = (100 + int(200) / 10).toFixed(1);
    const trade = {
      id: `t${index}`,
      type: 'TRADE',
      ts,
      seq: index,
      symbol: pick(SYMBOLS),
      price,
      size: String(1 + int(9)),
      ...(int(10) === 0 ? { price_ok: false } : {}),
      ...(int(15) === 0 ? { vol_ok: false } : {}),
    };
    lines.push(trade);
    trades.push(trade);
    if (int(50) === 0) lines.push(pick(trades));
    if (int(40) === 0) {
      // Anything up to 200 trades back: some of its windows are closed by then. One price for all: a trade record does not say when its
      // correction was made, so that two of one trade have no order but that of their ids.
      const target = trades[Math.max(0, trades.length - 1 - int(200))];
      const fix = { id: `f${index}`, ts: nowMs, ref: target?.['id'] };
      if (int(2) === 0) lines.push({ ...fix, type: 'CANCEL' });
      else lines.push({ ...fix, type: 'CORRECT', set: { price: '99.5' } });
    }
    if (int(8) === 0) {
      const booking = {
        id: `b${index}`,
        type: pick(['BUY', 'BUY', 'SELL']),
        ts: nowMs - int(3) * 86_400_000,
        seq: index,
        investor: pick(INVESTORS),
        symbol: pick(SYMBOLS),
        qty: String(1 + int(20)),
        price,
        fee: pick(['0', '0.35']),
        currency: 'USD',
      };
      lines.push(booking);
      bookings.push(booking);
      if (int(8) === 0) lines.push(pick(bookings));
      if (int(10) === 0) {
        const ref = pick(bookings)['id'];
        if (int(2) === 0) lines.push({ id: `x${index}`, type: 'CANCEL', ts: nowMs, ref });
        else lines.push({ id: `x${index}`, type: 'CORRECT', ts: nowMs, ref, set: { price } });
      }
    }
  }
  const cash = (type: string, amount: string) => ({
    id: `${type} of ann`,
    type,
    ts: T0,
    investor: 'ann',
    amount,
  });
  lines.push(
    cash('DEPOSIT', '10000'),
    cash('WITHDRAWAL', '250.5'),
    cash('INTEREST', '-1.25'),
    cash('DIVIDEND', '3'),
    cash('FEE', '0.75'),
    { ...bookings[0], id: 'nothing bought', qty: '0' },
    { ...trades.at(-1), id: 'nothing traded', size: '0' },
    { id: 'orphan', type: 'CANCEL', ts: T0, ref: 'nowhere', investor: 'bob' },
  );
  const header = {
    tape: 1,
    name: `synthetic, seed ${seed}`,
    source: 'tools/test/synthetic-tape.ts',
    licence: 'Apache-2.0',
    instruments: SYMBOLS.map((id) => ({ id, title: id, currency: 'USD', feed: 'f' })),
  };
  return `${[header, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`;
}
