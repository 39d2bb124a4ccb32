import {
  ZERO,
  add,
  div,
  fraction,
  isZero,
  mul,
  sign,
  sub,
  type Fraction,
} from '@groundswell/domain';
import type { AveragePool, LedgerStep, PoolStep } from '@groundswell/ledger';
import type { DayNumber } from './local-days.ts';

/** What an investor did in one instrument on one local day of its listing. Days on which nothing happened have none. */
export interface InstrumentDay {
  readonly day: DayNumber;
  /** At the start of the day, after the corporate actions of that midnight (FD9). */
  open: AveragePool;
  /** After the last event of the day. */
  close: AveragePool;
  /** New units per old one by that midnight's splits; 1 without any. */
  factor: Fraction;
  /** Average-cost P&L net of fees of what was sold of a long position, summed; null when none was (B1 rule 2). */
  soldPnl: Fraction | null;
  /** A sale left nothing of a long position. */
  liquidated: boolean;
  /** Units bought and sold, openings and closings alike. */
  bought: Fraction;
  sold: Fraction;
}

const ONE = fraction(1n);
const flatPool: AveragePool = { qty: ZERO, cost: ZERO, fee: ZERO };

/** The days of one investor in one instrument, in order. */
export class Timeline {
  readonly #days: InstrumentDay[] = [];
  #hasSplits = false;

  get days(): readonly InstrumentDay[] {
    return this.#days;
  }

  /** Book what the next event in C1 order did to the pool of this instrument. */
  add(day: DayNumber, step: LedgerStep, pool: PoolStep): InstrumentDay {
    const entry = this.#entryOf(day, pool.before);
    const { type } = step.event;
    if (type === 'BUY' || type === 'SELL') execute(entry, step, pool);
    else if (isZero(entry.bought) && isZero(entry.sold)) {
      entry.open = pool.after;
      if (type === 'SPLIT' && !isZero(pool.before.qty)) {
        entry.factor = mul(entry.factor, div(pool.after.qty, pool.before.qty));
        this.#hasSplits = true;
      }
    }
    entry.close = pool.after;
    return entry;
  }

  /** What is held at the start of the day. */
  openOf(day: DayNumber): AveragePool {
    const entry = this.#days[this.#lastUpTo(day)];
    if (entry === undefined) return flatPool;
    return entry.day === day ? entry.open : entry.close;
  }

  /** What is held at the end of the day. */
  closeOf(day: DayNumber): AveragePool {
    return this.#days[this.#lastUpTo(day)]?.close ?? flatPool;
  }

  /** Days in [from, to). */
  between(from: DayNumber, to: DayNumber): readonly InstrumentDay[] {
    return this.#days.slice(this.#lastUpTo(from - 1) + 1, this.#lastUpTo(to - 1) + 1);
  }

  /** New units at the end of `to` per unit of the end of `from`. */
  factor(from: DayNumber, to: DayNumber): Fraction {
    if (!this.#hasSplits) return ONE;
    return this.between(from + 1, to + 1).reduce((product, day) => mul(product, day.factor), ONE);
  }

  #entryOf(day: DayNumber, open: AveragePool): InstrumentDay {
    const last = this.#days.at(-1);
    // A child of a spin-off may be listed where it is still yesterday: its day has begun with the parent's.
    if (last !== undefined && last.day >= day) return last;
    const entry: InstrumentDay = {
      day,
      open,
      close: open,
      factor: ONE,
      soldPnl: null,
      liquidated: false,
      bought: ZERO,
      sold: ZERO,
    };
    this.#days.push(entry);
    return entry;
  }

  /** Index of the last entry up to the day, or -1. */
  #lastUpTo(day: DayNumber): number {
    let low = 0;
    let high = this.#days.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#days[middle]?.day ?? 0) <= day) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function execute(entry: InstrumentDay, step: LedgerStep, { before, after }: PoolStep): void {
  const moved = sub(after.qty, before.qty);
  if (sign(moved) > 0) {
    entry.bought = add(entry.bought, moved);
    return;
  }
  const units = sub(ZERO, moved);
  entry.sold = add(entry.sold, units);
  if (sign(before.qty) <= 0 || isZero(units)) return;
  // A sale that crosses zero counts with its closing part: pro rata of its cash, against all of the cost (C3, rule 2).
  const liquidated = sign(after.qty) <= 0;
  const share = liquidated ? div(before.qty, units) : ONE;
  const cost = liquidated ? before.cost : sub(before.cost, after.cost);
  entry.soldPnl = add(entry.soldPnl ?? ZERO, sub(mul(step.cash, share), cost));
  entry.liquidated ||= liquidated;
}
