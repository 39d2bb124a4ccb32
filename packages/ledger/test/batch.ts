import type { LedgerEvent, LedgerOptions } from '../src/index.ts';

/**
 * The ledger once more, slow and obvious, for the parity tests (features.md section 9): sort once, fold once. It shares
 * no code with the package, not even its fractions: longs and shorts are separate queues of positive lots with a cost
 * per unit. It knows executions, cash events and splits under fifo and lifo.
 */
export interface BatchResult {
  readonly cash: string;
  readonly realised: string;
  readonly fees: string;
  readonly income: string;
  readonly netDeposits: string;
  readonly tradedValue: string;
  readonly lots: Record<string, readonly string[]>;
  readonly records: readonly string[];
  readonly unmatched: Record<string, string>;
  readonly rejected: readonly string[];
  readonly orphans: readonly string[];
}

class Q {
  readonly n: bigint;
  readonly d: bigint;

  constructor(n: bigint, d: bigint) {
    const divisor = Q.#divisor(n < 0n ? -n : n, d < 0n ? -d : d) * (d < 0n ? -1n : 1n);
    this.n = n / divisor;
    this.d = d / divisor;
  }

  static #divisor(a: bigint, b: bigint): bigint {
    return b === 0n ? a : Q.#divisor(b, a % b);
  }

  plus(o: Q): Q {
    return new Q(this.n * o.d + o.n * this.d, this.d * o.d);
  }
  minus(o: Q): Q {
    return new Q(this.n * o.d - o.n * this.d, this.d * o.d);
  }
  times(o: Q): Q {
    return new Q(this.n * o.n, this.d * o.d);
  }
  over(o: Q): Q {
    return new Q(this.n * o.d, this.d * o.n);
  }
  isLess(o: Q): boolean {
    return this.n * o.d < o.n * this.d;
  }
  toString(): string {
    return `${this.n}/${this.d}`;
  }
}

const scaled = (e18: bigint): Q => new Q(e18, 1_000_000_000_000_000_000n);
const none = new Q(0n, 1n);

interface UnitLot {
  readonly id: string;
  readonly at: number;
  qty: Q;
  /** Long: paid per unit, fee included. Short: received per unit, fee deducted. */
  unit: Q;
}

export function batch(arrivals: readonly LedgerEvent[], options: LedgerOptions): BatchResult {
  const byId = new Map<string, LedgerEvent>();
  for (const event of arrivals) if (!byId.has(event.id)) byId.set(event.id, event);
  const all = [...byId.values()];
  const isFact = (event: LedgerEvent): boolean =>
    event.type !== 'CORRECT' && event.type !== 'CANCEL';
  const facts = all.filter(isFact);
  const corrections = all.filter((event) => !isFact(event));

  const orphans = corrections
    .filter((correction) => !facts.some((fact) => fact.id === correction.ref))
    .map((correction) => correction.id);
  const effective = facts
    .filter((fact) => !corrections.some((c) => c.type === 'CANCEL' && c.ref === fact.id))
    .map((fact) =>
      corrections
        .filter((c) => c.type === 'CORRECT' && c.ref === fact.id)
        .sort((a, b) => a.tsMs - b.tsMs || (a.seq ?? 0) - (b.seq ?? 0) || (a.id < b.id ? -1 : 1))
        .reduce((event, c) => Object.assign({}, event, c.set), fact),
    )
    .sort(
      (a, b) =>
        a.tsMs - b.tsMs ||
        rank(a) - rank(b) ||
        (a.seq ?? 0) - (b.seq ?? 0) ||
        (a.id < b.id ? -1 : 1),
    );

  let [cash, realised, fees, income, netDeposits, tradedValue] = [
    none,
    none,
    none,
    none,
    none,
    none,
  ];
  const longs: Record<string, UnitLot[]> = {};
  const shorts: Record<string, UnitLot[]> = {};
  const records: string[] = [];
  const unmatched: Record<string, Q> = {};
  const rejected: string[] = [];

  for (const event of effective) {
    const amount = scaled(event.amountE18);
    const instrument = event.instrumentId ?? '';
    if (event.type === 'DEPOSIT')
      [cash, netDeposits] = [cash.plus(amount), netDeposits.plus(amount)];
    if (event.type === 'WITHDRAWAL')
      [cash, netDeposits] = [cash.minus(amount), netDeposits.minus(amount)];
    if (event.type === 'DIVIDEND') [cash, income] = [cash.plus(amount), income.plus(amount)];
    if (event.type === 'FEE') [cash, fees] = [cash.minus(amount), fees.plus(amount)];
    if (event.type === 'SPLIT' && event.ratio) {
      const ratio = new Q(event.ratio.n, event.ratio.d);
      for (const lot of [...(longs[instrument] ?? []), ...(shorts[instrument] ?? [])]) {
        lot.qty = lot.qty.times(ratio);
        lot.unit = lot.unit.over(ratio);
      }
    }
    if (event.type !== 'BUY' && event.type !== 'SELL') continue;
    if (event.qtyE18 <= 0n) {
      rejected.push(event.id);
      continue;
    }
    const buys = event.type === 'BUY';
    const price = scaled(event.priceE18);
    const feePerUnit = scaled(event.feeE18).over(scaled(event.qtyE18));
    const against = ((buys ? shorts : longs)[instrument] ??= []);
    let rest = scaled(event.qtyE18);
    const settle = (qty: Q): void => {
      const value = qty.times(price);
      const fee = qty.times(feePerUnit);
      cash = (buys ? cash.minus(value) : cash.plus(value)).minus(fee);
      fees = fees.plus(fee);
      tradedValue = tradedValue.plus(value);
    };
    while (none.isLess(rest) && against.length > 0) {
      const lot = against[options.selection === 'lifo' ? against.length - 1 : 0]!;
      const qty = rest.isLess(lot.qty) ? rest : lot.qty;
      const gain = buys ? lot.unit.minus(price) : price.minus(lot.unit);
      const pnl = qty.times(gain.minus(feePerUnit));
      records.push(
        `${event.id} ${instrument} ${qty.toString()} ${lot.unit.times(qty).toString()} ${pnl.toString()} ${event.tsMs - lot.at}`,
      );
      realised = realised.plus(pnl);
      settle(qty);
      rest = rest.minus(qty);
      lot.qty = lot.qty.minus(qty);
      if (lot.qty.n === 0n) against.splice(against.indexOf(lot), 1);
    }
    if (rest.n === 0n) continue;
    if (!buys && options.oversell === 'reject') {
      unmatched[instrument] = (unmatched[instrument] ?? none).plus(rest);
      continue;
    }
    settle(rest);
    const unit = buys ? price.plus(feePerUnit) : price.minus(feePerUnit);
    ((buys ? longs : shorts)[instrument] ??= []).push({
      id: event.id,
      at: event.tsMs,
      qty: rest,
      unit,
    });
  }

  const lots: Record<string, string[]> = {};
  for (const [book, sign] of [
    [longs, 1n],
    [shorts, -1n],
  ] as const) {
    for (const [instrument, open] of Object.entries(book)) {
      if (open.length === 0) continue;
      const factor = new Q(sign, 1n);
      lots[instrument] = open.map(
        (lot) =>
          `${lot.id} ${lot.at} ${lot.qty.times(factor).toString()} ${lot.qty.times(lot.unit).times(factor).toString()}`,
      );
    }
  }
  return {
    cash: cash.toString(),
    realised: realised.toString(),
    fees: fees.toString(),
    income: income.toString(),
    netDeposits: netDeposits.toString(),
    tradedValue: tradedValue.toString(),
    lots,
    records,
    unmatched: Object.fromEntries(
      Object.entries(unmatched).map(([id, qty]) => [id, qty.toString()]),
    ),
    rejected,
    orphans: orphans.sort(),
  };
}

/** C1 by the words of the rule. */
function rank(event: LedgerEvent): number {
  if (event.type === 'SPLIT') return 0;
  if (event.type === 'DEPOSIT') return 1;
  return event.type === 'BUY' || event.type === 'SELL' ? 3 : 4;
}
