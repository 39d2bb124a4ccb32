import { cmp, div, isZero, sign, sub, type Fraction } from '@groundswell/domain';
import type { AveragePool } from '@groundswell/ledger';

/** Opportunities to realise a gain or a loss, and what became of them (B1). Counts add up over days and investors. */
export interface DispositionCounts {
  readonly rg: number;
  readonly rl: number;
  readonly pg: number;
  readonly pl: number;
  /** Sold or held at neither a gain nor a loss. */
  readonly neither: number;
  readonly unpriced: number;
  readonly saleDays: number;
}

export const noDisposition: DispositionCounts = {
  rg: 0,
  rl: 0,
  pg: 0,
  pl: 0,
  neither: 0,
  unpriced: 0,
  saleDays: 0,
};

export function addCounts(
  a: DispositionCounts,
  b: DispositionCounts,
  times = 1,
): DispositionCounts {
  return {
    rg: a.rg + times * b.rg,
    rl: a.rl + times * b.rl,
    pg: a.pg + times * b.pg,
    pl: a.pl + times * b.pl,
    neither: a.neither + times * b.neither,
    unpriced: a.unpriced + times * b.unpriced,
    saleDays: a.saleDays + times * b.saleDays,
  };
}

/** One symbol on a sale day. */
export type Opportunity =
  | { readonly sold: Fraction }
  | {
      /** Held long at the start of the day, and kept. */
      readonly kept: AveragePool;
      /** Low and high of the day; null when no price is known. */
      readonly prices: { readonly low: Fraction; readonly high: Fraction } | null;
    };

/** B1 rules 1 to 3 for one day: nothing unless something long was sold and at least two symbols were there to choose from. */
export function countDay(opportunities: readonly Opportunity[]): DispositionCounts {
  const isSaleDay = opportunities.some((one) => 'sold' in one);
  if (!isSaleDay || opportunities.length < 2) return noDisposition;
  const counts = { ...noDisposition, saleDays: 1 };
  for (const one of opportunities) counts[kindOf(one)] += 1;
  return counts;
}

function kindOf(one: Opportunity): 'rg' | 'rl' | 'pg' | 'pl' | 'neither' | 'unpriced' {
  if ('sold' in one) {
    const outcome = sign(one.sold);
    return outcome > 0 ? 'rg' : outcome < 0 ? 'rl' : 'neither';
  }
  const { kept, prices } = one;
  if (prices === null) return 'unpriced';
  const cost = div(kept.cost, kept.qty);
  const fee = isZero(kept.fee) ? kept.fee : div(kept.fee, kept.qty);
  // Rule 3: even the worst price of the day, less what buying had cost, is above the average cost; or the best one below.
  if (cmp(sub(prices.low, fee), cost) > 0) return 'pg';
  return cmp(sub(prices.high, fee), cost) < 0 ? 'pl' : 'neither';
}

/** Odean's measure; null means no information, never 0 (C12). */
export interface DispositionEffect {
  /** Realised gains of all gains, 0..1; `plr` likewise of losses. */
  readonly pgr: number | null;
  readonly plr: number | null;
  /** pgr - plr, -1..1: above 0, gains are realised more readily than losses. */
  readonly de: number | null;
  readonly ratio: number | null;
  /** Standard error of `de` under independent decisions (Odean 1998). */
  readonly se: number | null;
  readonly t: number | null;
}

const unknown: DispositionEffect = {
  pgr: null,
  plr: null,
  de: null,
  ratio: null,
  se: null,
  t: null,
};

/** @param minimum opportunities needed on the side of gains and on that of losses before anything is said */
export function dispositionEffect(
  { rg, rl, pg, pl }: DispositionCounts,
  minimum = 5,
): DispositionEffect {
  const gains = rg + pg;
  const losses = rl + pl;
  if (gains < minimum || losses < minimum) return unknown;
  const pgr = quotient(rg, gains);
  const plr = quotient(rl, losses);
  if (pgr === null || plr === null) return { ...unknown, pgr, plr };
  const de = pgr - plr;
  const se = Math.sqrt((pgr * (1 - pgr)) / gains + (plr * (1 - plr)) / losses);
  return { pgr, plr, de, ratio: quotient(pgr, plr), se, t: quotient(de, se) };
}

function quotient(a: number, b: number): number | null {
  return b === 0 ? null : a / b;
}
