import {
  add,
  cmp,
  div,
  formatE18,
  formatIsoUs,
  fraction,
  fractionFromE18,
  sign,
  mul,
  roundE18,
  sub,
  toE18,
  ZERO,
  type Fraction,
} from '@groundswell/domain';
import { fold, type Folded, type Lot, type Oversell, type Realised } from './fold.ts';
import { effective, refusalOf, type LedgerArrival, type MarkArrival } from './ledger-events.ts';
import { habits, type DayRule, type Habits } from './habits.ts';
import { ageOfOpenLosers, standingMarks } from './marks.ts';
import { concentration, holdingTimes, type Concentration, type HoldingTimes } from './measures.ts';
import { msOf } from './order.ts';

/** An open position under the published names; decimals are canonical text. */
export interface HoldingValues {
  readonly instrument_id: string;
  readonly quantity: string;
  readonly cost: string;
  readonly average_cost: string;
  readonly mark: string | null;
  readonly mark_time: string | null;
  readonly market_value: string | null;
  readonly unrealised_pnl: string | null;
  readonly quarantined: boolean;
  readonly opened_at: string;
}

/** What `investor.behaviour` must say of one investor, apart from envelope and versions. Lists are in order of instrument. */
export interface InvestorValues extends HoldingTimes, Concentration, Habits {
  readonly investor_key: string;
  readonly n: number;
  readonly realised_pnl: string;
  readonly unrealised_pnl: string;
  readonly cash: string;
  readonly fees: string;
  readonly income: string;
  readonly net_deposits: string;
  readonly traded_value: string;
  readonly market_value: string;
  readonly equity: string;
  readonly conservation_difference: string;
  readonly holdings: readonly HoldingValues[];
  readonly realised_by_instrument: readonly {
    readonly instrument_id: string;
    readonly realised_pnl: string;
  }[];
  readonly unpriced: readonly string[];
  readonly quarantined: readonly string[];
  readonly unmatched: readonly { readonly instrument_id: string; readonly quantity: string }[];
  readonly orphan_count: number;
  readonly conflict_count: number;
  readonly open_losers: number;
  readonly open_loser_days: number | null;
}

export interface LedgerBatch {
  readonly investors: ReadonlyMap<string, InvestorValues>;
  /** Reasons of C5 and how many bookings each kept out. */
  readonly refused: Readonly<Record<string, number>>;
  /** Bookings and corrections that count, repeats left out. */
  readonly applied: number;
  readonly deduped: number;
  /** Future-dated (W6a). */
  readonly late: number;
}

export interface LedgerRule {
  /** An event further ahead of its ingest time is set aside. @default no bound */
  readonly futureBoundMs?: number;
  /** @default 'open_short' */
  readonly oversell?: Oversell;
  /** @default days of UTC, final at once */
  readonly days?: DayRule;
}

/**
 * Recompute every investor from the complete set of events: refuse by C5, drop repeats, correct, sort once, fold once, value with the
 * newest marks. The order of `events` matters only for repeats with other content (first wins).
 */
export function batchLedger(
  events: readonly LedgerArrival[],
  marks: readonly MarkArrival[],
  {
    oversell = 'open_short',
    futureBoundMs = Number.POSITIVE_INFINITY,
    days = { zoneOf: () => 'UTC', graceMs: 0 },
  }: LedgerRule = {},
): LedgerBatch {
  const refused: Record<string, number> = {};
  const byInvestor = new Map<string, LedgerArrival[]>();
  let kept = 0;
  let late = 0;
  for (const event of events) {
    const reason = refusalOf(event);
    if (reason !== null) {
      refused[reason] = (refused[reason] ?? 0) + 1;
      continue;
    }
    if (event.tsUs > (event.ingestUs ?? event.tsUs) + futureBoundMs * 1000) {
      late += 1;
      continue;
    }
    kept += 1;
    const own = byInvestor.get(event.investor);
    if (own === undefined) byInvestor.set(event.investor, [event]);
    else own.push(event);
  }
  const prices = standingMarks(marks);
  const investors = new Map<string, InvestorValues>();
  for (const investor of [...byInvestor.keys()].toSorted(byCodeUnit)) {
    investors.set(
      investor,
      valuesOf(investor, byInvestor.get(investor) ?? [], prices, oversell, days),
    );
  }
  const applied = [...investors.values()].reduce((total, { n }) => total + n, 0);
  return { investors, refused, applied, deduped: kept - applied, late };
}

function valuesOf(
  investor: string,
  arrivals: readonly LedgerArrival[],
  marks: ReadonlyMap<string, readonly MarkArrival[]>,
  oversell: Oversell,
  rule: DayRule,
): InvestorValues {
  const { bookings, orphans, conflicts, known } = effective(arrivals);
  const folded = fold(bookings, oversell);
  const positions = [...folded.lots]
    .filter(([, lots]) => lots.length > 0)
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([instrumentId, lots]) => positionOf(instrumentId, lots, marks.get(instrumentId)?.at(-1)));
  const valued = positions.filter((position) => position.value !== null);
  const marketValue = sum(valued.map(({ value }) => value ?? ZERO));
  const unrealised = sub(marketValue, sum(valued.map(({ cost }) => cost)));
  const realised = sum(folded.realised.map(({ pnl }) => pnl));
  const hidden = positions.some(({ holding }) => holding.quarantined);
  const newestMarkUs = [...marks.values()].map((own) => own.at(-1)?.tsUs ?? 0);
  return {
    investor_key: investor,
    n: known,
    realised_pnl: money(realised),
    unrealised_pnl: money(unrealised),
    cash: money(folded.cash),
    fees: money(folded.fees),
    income: money(folded.income),
    net_deposits: money(folded.deposits),
    traded_value: money(folded.tradedValue),
    market_value: money(marketValue),
    equity: money(add(folded.cash, marketValue)),
    conservation_difference: money(conservation(folded, positions, realised, unrealised)),
    holdings: positions.map(({ holding }) => holding),
    realised_by_instrument: byInstrument(folded.realised),
    unpriced: positions.filter(({ mark }) => mark === undefined).map(({ id }) => id),
    quarantined: positions.filter(({ holding }) => holding.quarantined).map(({ id }) => id),
    unmatched: [...folded.unmatched]
      .toSorted(([a], [b]) => byCodeUnit(a, b))
      .map(([id, quantity]) => ({ instrument_id: id, quantity: formatE18(toE18(quantity)) })),
    orphan_count: orphans,
    conflict_count: conflicts,
    ...holdingTimes(folded.realised),
    ...concentration(valued.map(({ value }) => value ?? ZERO)),
    ...habits({
      bookings,
      folded,
      marks,
      newestMarkMs: newestMarkUs.length === 0 ? null : msOf(Math.max(...newestMarkUs)),
      oversell,
      rule,
      hidden,
    }),
    ...ageOfOpenLosers(
      folded.lots,
      new Map(
        positions.flatMap(({ id, mark, holding }) =>
          mark === undefined || holding.quarantined ? [] : [[id, mark] as const],
        ),
      ),
    ),
    ...(hidden ? hiddenMeasures : {}),
  };
}

/** L10: an account with a valuation in doubt shows its counts, but no measure of behaviour. */
const hiddenMeasures = {
  winner_days: null,
  loser_days: null,
  holding_time_ratio: null,
  holding_time_ratio_weighted: null,
  hhi: null,
  effective_n: null,
  hhi_normalised: null,
  max_weight: null,
  top3_weight: null,
  open_loser_days: null,
} as const;

interface Position {
  readonly id: string;
  readonly cost: Fraction;
  readonly mark: MarkArrival | undefined;
  /** Null without a mark, or with one that L10 does not trust. */
  readonly value: Fraction | null;
  readonly holding: HoldingValues;
}

function positionOf(id: string, lots: readonly Lot[], mark: MarkArrival | undefined): Position {
  const qty = sum(lots.map((lot) => lot.qty));
  const cost = sum(lots.map((lot) => lot.cost));
  const average = div(cost, qty);
  const price = mark === undefined ? null : fractionFromE18(mark.priceE18);
  const quarantined = price !== null && isOutOfProportion(price, average);
  const value = price === null || quarantined ? null : mul(qty, price);
  const holding: HoldingValues = {
    instrument_id: id,
    quantity: formatE18(toE18(qty)),
    cost: money(cost),
    average_cost: money(average),
    mark: mark === undefined ? null : formatE18(mark.priceE18),
    mark_time: mark === undefined ? null : isoOfMs(msOf(mark.tsUs)),
    market_value: value === null ? null : money(value),
    unrealised_pnl: value === null ? null : money(sub(value, cost)),
    quarantined,
    opened_at: isoOfMs(Math.min(...lots.map(({ openMs }) => openMs))),
  };
  return { id, cost, mark, value, holding };
}

/** L10: mark / average cost outside [1/20, 20]; nothing can be said without a cost above 0 (C12). */
function isOutOfProportion(mark: Fraction, average: Fraction): boolean {
  if (sign(average) <= 0) return false;
  const ratio = div(mark, average);
  return cmp(ratio, fraction(20n)) > 0 || cmp(ratio, fraction(1n, 20n)) < 0;
}

/** L9, positions without a trusted value at cost on both sides. */
function conservation(
  folded: Folded,
  positions: readonly Position[],
  realised: Fraction,
  unrealised: Fraction,
): Fraction {
  const assets = sum(positions.map(({ value, cost }) => value ?? cost));
  const flows = sub(add(folded.deposits, folded.income), folded.standaloneFees);
  return sub(add(folded.cash, assets), add(flows, add(realised, unrealised)));
}

function byInstrument(
  realised: readonly Realised[],
): { readonly instrument_id: string; readonly realised_pnl: string }[] {
  const sums = new Map<string, Fraction>();
  for (const { instrumentId, pnl } of realised) {
    sums.set(instrumentId, add(sums.get(instrumentId) ?? ZERO, pnl));
  }
  return [...sums]
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([id, pnl]) => ({ instrument_id: id, realised_pnl: money(pnl) }));
}

/** C2: rounded once, half-even, to 8 decimals. */
function money(value: Fraction): string {
  return formatE18(roundE18(value, 8));
}

function sum(values: readonly Fraction[]): Fraction {
  return values.reduce(add, ZERO);
}

function isoOfMs(ms: number): string {
  return formatIsoUs(ms * 1000);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
