import { e18ToNumber, formatE18, parseE18 } from '@groundswell/domain';
import type { InvestorData } from '@groundswell/schemas';
import { formatDecimal, formatNumber, NOTHING, signOf } from './format.ts';
import { symbolOf } from './source-health.ts';

/** One column of "from deposits to equity". `from` and `to` are heights in money, as doubles for the picture. */
export interface WaterfallStep {
  readonly label: string;
  readonly kind: 'total' | 'up' | 'down';
  /** Still changing with the price. */
  readonly isOpen: boolean;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Without decimals, where room is short. */
  readonly short: string;
}

export interface Waterfall {
  readonly steps: readonly WaterfallStep[];
  /** The axis begins here; above 0 the totals carry a break mark. */
  readonly axisStart: number;
  readonly axisEnd: number;
}

/**
 * Net deposits + realised + unrealised + income - standalone fees = equity + cost of what has no usable price (L9). The record's
 * `fees` include those of executions, which are inside the P&L, so the standalone ones are what is left: exact, as all of it.
 */
export function waterfallOf(investor: InvestorData): Waterfall {
  const unpricedCostE18 = investor.holdings
    .filter(({ market_value }) => market_value === null)
    .reduce((sum, { cost }) => sum + parseE18(cost), 0n);
  const known = [
    ['Realised', parseE18(investor.realised_pnl), false],
    ['Unrealised', parseE18(investor.unrealised_pnl), true],
    ['Income', parseE18(investor.income), false],
    ['Unpriced', -unpricedCostE18, true],
  ] as const;
  const depositsE18 = parseE18(investor.net_deposits);
  const sumE18 = known.reduce((sum, [, valueE18]) => sum + valueE18, depositsE18);
  const feesE18 = parseE18(investor.equity) - sumE18;
  const steps: WaterfallStep[] = [total('Net deposits', investor.net_deposits)];
  let levelE18 = depositsE18;
  for (const [label, valueE18, isOpen] of [...known, ['Fees', feesE18, false] as const]) {
    const isAlways = label === 'Realised' || label === 'Unrealised';
    if (valueE18 === 0n && !isAlways) continue;
    const text = formatE18(valueE18);
    const [from, to] = [e18ToNumber(levelE18), e18ToNumber(levelE18 + valueE18)];
    const kind = valueE18 < 0n ? ('down' as const) : ('up' as const);
    steps.push({
      label,
      kind,
      isOpen,
      from,
      to,
      text: money(text, true),
      short: whole(text, true),
    });
    levelE18 += valueE18;
  }
  steps.push(total('Equity', investor.equity));
  return { steps, ...axisOf(steps) };
}

function whole(text: string, signed = false): string {
  return formatDecimal(text, { decimals: 0, signed });
}

function total(label: string, text: string): WaterfallStep {
  const figure = { text: money(text), short: whole(text) };
  return { label, kind: 'total', isOpen: false, from: 0, to: Number(text), ...figure };
}

function axisOf(steps: readonly WaterfallStep[]): Pick<Waterfall, 'axisStart' | 'axisEnd'> {
  const tops = steps.flatMap(({ kind, from, to }) => (kind === 'total' ? [to] : [from, to]));
  const [low, high] = [Math.min(...tops), Math.max(...tops)];
  const range = high - low;
  // Only a picture whose changes would be invisible gets a broken axis.
  const isBroken = low > 0 && range < low / 2;
  return {
    axisStart: isBroken ? Math.max(0, low - Math.max(range * 0.6, low * 0.002)) : Math.min(0, low),
    axisEnd: Math.max(0, high),
  };
}

export interface HoldingRow {
  readonly instrumentId: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly averageCost: string;
  readonly mark: string;
  readonly value: string;
  readonly unrealised: string;
  readonly direction: -1 | 0 | 1;
  /** `none`: no price; `held back`: mark and cost are too far apart (L10). */
  readonly missing: 'none' | 'held back' | null;
  readonly markTime: string | null;
}

/** Greatest value first, unpriced last. */
export function holdingRows(investor: InvestorData): readonly HoldingRow[] {
  return [...investor.holdings]
    .sort((a, b) => compareText(b.market_value, a.market_value))
    .map((holding) => ({
      instrumentId: holding.instrument_id,
      symbol: symbolOf(holding.instrument_id),
      quantity: trimmed(holding.quantity),
      averageCost: formatDecimal(holding.average_cost, { decimals: 2 }),
      mark: holding.mark === null ? 'no price' : formatDecimal(holding.mark, { decimals: 2 }),
      value: formatDecimal(holding.market_value, { decimals: 2 }),
      unrealised: money(holding.unrealised_pnl, true),
      direction: signOf(holding.unrealised_pnl),
      missing: holding.quarantined ? 'held back' : holding.market_value === null ? 'none' : null,
      markTime: holding.mark_time,
    }));
}

function compareText(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const [x, y] = [parseE18(a), parseE18(b)];
  return x > y ? 1 : x < y ? -1 : 0;
}

/** Quantities in full, as many digits as they have. */
export function trimmed(text: string): string {
  const fractionDigits = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
  return formatDecimal(text, { decimals: Math.min(fractionDigits, 18) });
}

export function money(text: string | null, signed = false): string {
  return formatDecimal(text, { decimals: 2, signed });
}

/** A habit in numbers: described, never judged (P6). */
export interface Measure {
  readonly name: string;
  readonly rule: string;
  readonly value: string;
  readonly sentence: string;
  readonly n: string;
  /** What is missing below the minimum sample. */
  readonly needs: string | null;
}

const MIN_EACH = 3;

export function measuresOf(investor: InvestorData): readonly Measure[] {
  return [holdingTime(investor), concentration(investor), largestHolding(investor)];
}

function holdingTime(it: InvestorData): Measure {
  const ratio = it.holding_time_ratio;
  const n = `n ${String(it.losers)} losers, ${String(it.winners)} winners`;
  const base = { name: 'Holding-time asymmetry', rule: 'B2', n };
  if (ratio === null || it.loser_days === null || it.winner_days === null) {
    const isFew = it.losers < MIN_EACH || it.winners < MIN_EACH;
    const needs = isFew
      ? `needs ${String(MIN_EACH)} losers and ${String(MIN_EACH)} winners, has ${String(it.losers)} and ${String(it.winners)}`
      : 'winners were held no time at all, so there is no ratio';
    return { ...base, value: NOTHING, sentence: 'Not shown below its minimum sample.', needs };
  }
  const value = `${formatNumber(ratio, { decimals: ratio < 10 ? 2 : 1 })}×`;
  const days = `(${durationText(it.loser_days)} against ${durationText(it.winner_days)})`;
  return {
    ...base,
    value,
    sentence: `Losing lots were held ${value.replace('×', ' times')} as long as winning ones ${days}.`,
    needs: null,
  };
}

function concentration(it: InvestorData): Measure {
  const base = {
    name: 'Concentration, effective N',
    rule: 'B6',
    n: `n ${String(it.holding_count)} priced holdings`,
  };
  if (it.effective_n === null) {
    const needs = 'needs one priced holding, has none';
    return { ...base, value: NOTHING, sentence: 'Nothing to weigh.', needs };
  }
  const value = formatNumber(it.effective_n, { decimals: 1 });
  const left = it.unpriced.length;
  const out =
    left === 0
      ? ''
      : ` ${left === 1 ? 'One holding has' : `${String(left)} holdings have`} no price and ${left === 1 ? 'is' : 'are'} left out.`;
  return {
    ...base,
    value,
    sentence: `Weights act like ${value} equal holdings.${out}`,
    needs: null,
  };
}

function largestHolding(it: InvestorData): Measure {
  const base = {
    name: 'Largest holding',
    rule: 'B6',
    n: `n ${String(it.holding_count)} priced holdings`,
  };
  if (it.max_weight === null) {
    const needs = 'needs one priced holding, has none';
    return { ...base, value: NOTHING, sentence: 'Nothing to weigh.', needs };
  }
  const percent = (weight: number) => `${formatNumber(weight * 100, { decimals: 1 })}\u2009%`;
  const top = it.top3_weight === null ? '' : `, the three largest ${percent(it.top3_weight)}`;
  const value = percent(it.max_weight);
  return { ...base, value, sentence: `It is ${value} of what is priced${top}.`, needs: null };
}

function durationText(days: number): string {
  if (days >= 1) return `${formatNumber(days, { decimals: days < 10 ? 1 : 0 })} d`;
  const minutes = days * 1440;
  if (minutes >= 90) return `${formatNumber(minutes / 60, { decimals: 1 })} h`;
  if (minutes >= 1) return `${formatNumber(minutes, { decimals: 0 })} min`;
  return `${formatNumber(minutes * 60, { decimals: 0 })} s`;
}

/** P&L of one instrument: realised for good, unrealised while it is held. */
export interface ProfitRow {
  readonly symbol: string;
  readonly instrumentId: string;
  readonly realised: string;
  readonly unrealised: string | null;
  /** Share of the widest bar, -1..1, for the picture. */
  readonly realisedShare: number;
  readonly unrealisedShare: number;
}

export function profitRows(investor: InvestorData): readonly ProfitRow[] {
  const byId = new Map<string, { realised: string; unrealised: string | null; held: boolean }>();
  for (const { instrument_id, realised_pnl } of investor.realised_by_instrument) {
    byId.set(instrument_id, { realised: realised_pnl, unrealised: null, held: false });
  }
  for (const { instrument_id, unrealised_pnl } of investor.holdings) {
    const realised = byId.get(instrument_id)?.realised ?? '0';
    byId.set(instrument_id, { realised, unrealised: unrealised_pnl, held: true });
  }
  const widestE18 = [...byId.values()]
    .flatMap(({ realised, unrealised }) => [parseE18(realised), parseE18(unrealised ?? '0')])
    .reduce((widest, value) => (magnitude(value) > widest ? magnitude(value) : widest), 0n);
  const share = (text: string | null) =>
    text === null || widestE18 === 0n ? 0 : Number((parseE18(text) * 10_000n) / widestE18) / 10_000;
  return [...byId]
    .map(([instrumentId, { realised, unrealised }]) => ({
      symbol: symbolOf(instrumentId),
      instrumentId,
      realised,
      unrealised,
      realisedShare: share(realised),
      unrealisedShare: share(unrealised),
    }))
    .sort((a, b) => Math.abs(b.realisedShare) - Math.abs(a.realisedShare));
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
