import { e18ToNumber, formatE18, parseE18 } from '@groundswell/domain';
import { formatDecimal } from '../../lib/format.ts';
import { money } from './holdings.ts';
import type { InvestorRecord } from './record.ts';

/** One column of "from deposits to equity". */
export interface WaterfallStep {
  readonly label: string;
  readonly kind: 'total' | 'up' | 'down';
  /** Still changing with the price. */
  readonly isOpen: boolean;
  /** What the column adds, exact decimal text; a total's own height. */
  readonly amount: string;
  /** Bottom and top in money; doubles, for the picture only. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Without decimals, where room is short. */
  readonly short: string;
}

export interface Waterfall {
  /** Net deposits, the changes, equity. The amounts before the last add up to it, exactly. */
  readonly steps: readonly WaterfallStep[];
  /** The axis begins here; above 0 the totals carry a break mark. */
  readonly axisStart: number;
  readonly axisEnd: number;
}

/**
 * L9 solved for equity: net deposits + realised + unrealised + income - standalone fees - cost of what has no usable price. The
 * record's `fees` include those of executions, which are inside the P&L, so the standalone ones are what is left; what cannot be fees
 * is named as not explained.
 */
export function waterfallOf(record: InvestorRecord): Waterfall {
  const steps: WaterfallStep[] = [total('Net deposits', record.net_deposits)];
  let levelE18 = parseE18(record.net_deposits);
  for (const { label, amountE18, isOpen, isAlways } of changesOf(record)) {
    if (amountE18 === 0n && !isAlways) continue;
    const amount = formatE18(amountE18);
    steps.push({
      ...{ label, isOpen, amount },
      kind: amountE18 < 0n ? 'down' : 'up',
      from: e18ToNumber(levelE18),
      to: e18ToNumber(levelE18 + amountE18),
      text: money(amount, true),
      short: whole(amount, true),
    });
    levelE18 += amountE18;
  }
  steps.push(total('Equity', record.equity));
  return { steps, ...axisOf(steps) };
}

interface Change {
  readonly label: string;
  readonly amountE18: bigint;
  readonly isOpen: boolean;
  /** Shown even when it is 0. */
  readonly isAlways: boolean;
}

function changesOf(record: InvestorRecord): readonly Change[] {
  const change = (label: string, amountE18: bigint, isOpen = false, isAlways = false) => ({
    ...{ label, amountE18, isOpen, isAlways },
  });
  return [
    change('Realised', parseE18(record.realised_pnl), false, true),
    change('Unrealised', parseE18(record.unrealised_pnl), true, true),
    change('Income', parseE18(record.income)),
    change('Unpriced', -unvaluedCostE18(record), true),
    change('Fees', -standaloneFeesE18(record)),
    change('Not explained', standaloneFeesE18(record) - leftE18(record)),
  ];
}

/** Cost of what has no usable price: it left the cash and is in no value. */
export function unvaluedCostE18({ holdings }: Pick<InvestorRecord, 'holdings'>): bigint {
  return holdings
    .filter(({ market_value }) => market_value === null)
    .reduce((sum, { cost }) => sum + parseE18(cost), 0n);
}

/** Earned minus held: what went away, within the rounding of the figures to 8 decimals. */
function leftE18(record: InvestorRecord): bigint {
  const earnedE18 =
    parseE18(record.net_deposits) +
    parseE18(record.realised_pnl) +
    parseE18(record.unrealised_pnl) +
    parseE18(record.income);
  return earnedE18 - parseE18(record.equity) - unvaluedCostE18(record);
}

/** Fees outside executions: what went away besides the difference of the books, but not less than nothing or more than all fees. */
export function standaloneFeesE18(record: InvestorRecord): bigint {
  const feesE18 = leftE18(record) + parseE18(record.conservation_difference);
  const mostE18 = parseE18(record.fees);
  if (feesE18 < 0n) return 0n;
  return feesE18 > mostE18 ? mostE18 : feesE18;
}

function whole(text: string, signed = false): string {
  return formatDecimal(text, { decimals: 0, signed });
}

function total(label: string, amount: string): WaterfallStep {
  const to = e18ToNumber(parseE18(amount));
  const figure = { text: money(amount), short: whole(amount) };
  return { label, amount, kind: 'total', isOpen: false, from: 0, to, ...figure };
}

/** Steps worth a column: one cent or more, and the two that everybody looks for. */
export function drawnSteps({ steps }: Waterfall): readonly WaterfallStep[] {
  const isSeen = ({ kind, label, text }: WaterfallStep) =>
    kind === 'total' || label.endsWith('ealised') || /[1-9]/.test(text);
  return steps.filter(isSeen);
}

/** Only a picture whose changes would be invisible gets a broken axis, and then it starts at a round figure. */
function axisOf(steps: readonly WaterfallStep[]): Pick<Waterfall, 'axisStart' | 'axisEnd'> {
  const ends = steps.flatMap(({ kind, from, to }) => (kind === 'total' ? [to] : [from, to]));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const range = high - low;
  const isBroken = low > 0 && range < low / 2;
  const lowest = isBroken ? Math.max(0, low - Math.max(range * 0.4, low * 0.002)) : 0;
  const grain = 10 ** Math.floor(Math.log10(Math.max(range, 1)));
  const axisStart = isBroken ? Math.floor(lowest / grain) * grain : Math.min(0, low);
  return { axisStart, axisEnd: Math.max(0, high) };
}
