import { formatE18, parseE18 } from '@groundswell/domain';
import { formatCount, formatDecimal, NOTHING } from '../../lib/format.ts';
import { symbolOf } from '../../lib/source-health.ts';
import { dispositionView, needsOf, sentenceOf, shareText, signed } from './disposition.ts';
import { money } from './holdings.ts';
import type { ExecutionsWanted } from './ledger.ts';
import { measuresOf, type MeasureId } from './measures.ts';
import { spanOf, type InvestorRecord, type WindowDays } from './record.ts';
import { standaloneFeesE18, unvaluedCostE18 } from './waterfall.ts';

/** What can be explained. */
export type WhyId = 'equity' | 'realised' | 'unrealised' | 'cash' | 'disposition' | MeasureId;

export interface WhyLine {
  readonly label: string;
  readonly value: string;
  readonly rule?: string;
  readonly isTotal?: boolean;
}

/** From events to a number of the page (dashboard.md 3). The lines of money add up to the total, exactly. */
export interface Why {
  readonly id: WhyId;
  readonly name: string;
  readonly value: string;
  readonly lines: readonly WhyLine[];
  readonly formula: string;
  readonly rule: string;
  /** The value in an older record, as text. */
  readonly valueIn: (record: InvestorRecord) => string;
}

const ids: readonly WhyId[] = [
  ...(['equity', 'realised', 'unrealised', 'cash', 'disposition'] as const),
  ...(['holding', 'losers', 'turnover', 'trades', 'month', 'book'] as const),
  ...(['concentration', 'largest'] as const),
];

/** `?why=` of the address. */
export function parseWhy(text: string | null): WhyId | null {
  return ids.find((id) => id === text) ?? null;
}

export function whyOf(id: WhyId, record: InvestorRecord, windowDays: WindowDays): Why {
  switch (id) {
    case 'equity':
      return equity(record);
    case 'realised':
      return realised(record);
    case 'unrealised':
      return unrealised(record);
    case 'cash':
      return cash(record);
    case 'disposition':
      return disposition(record, windowDays);
    case 'holding':
    case 'losers':
    case 'turnover':
    case 'trades':
    case 'month':
    case 'book':
    case 'concentration':
    case 'largest':
      return measure(id, record, windowDays);
  }
}

function amount(label: string, text: string | bigint, rule?: string): WhyLine {
  const value = exact(typeof text === 'bigint' ? formatE18(text) : text, true);
  return rule === undefined ? { label, value } : { label, value, rule };
}

function sum(label: string, text: string, signed = false): WhyLine {
  return { label, value: exact(text, signed), isTotal: true };
}

/** Money with every digit it has, two at least: rounded lines would not add up. */
function exact(text: string, signed: boolean): string {
  const fractionDigits = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
  return formatDecimal(text, { decimals: Math.max(2, fractionDigits), signed });
}

function equity(record: InvestorRecord): Why {
  const left = unvaluedCostE18(record);
  const without: readonly WhyLine[] =
    left === 0n
      ? []
      : [{ label: 'not in it: cost of what has no price', value: money(formatE18(left)) }];
  const valued = record.holdings.filter(({ market_value }) => market_value !== null).length;
  return {
    ...{ id: 'equity', name: 'Equity', value: money(record.equity), rule: 'L6' },
    lines: [
      amount('cash', record.cash),
      amount(`market value of ${formatCount(valued)} priced holdings`, record.market_value),
      sum('equity', record.equity),
      ...without,
    ],
    formula: 'cash + Σ quantity × newest mark',
    valueIn: (it) => money(it.equity),
  };
}

function realised(record: InvestorRecord): Why {
  const value = money(record.realised_pnl, true);
  return {
    ...{ id: 'realised', name: 'Realised P&L', value, rule: 'L3' },
    lines: [
      ...record.realised_by_instrument.map((it) =>
        amount(symbolOf(it.instrument_id), it.realised_pnl),
      ),
      sum('realised', record.realised_pnl, true),
    ],
    formula: 'Σ over closed lot parts, first in first out: proceeds − fee − cost of the part',
    valueIn: (it) => money(it.realised_pnl, true),
  };
}

function unrealised(record: InvestorRecord): Why {
  const value = money(record.unrealised_pnl, true);
  return {
    ...{ id: 'unrealised', name: 'Unrealised P&L', value, rule: 'L6' },
    lines: [
      ...record.holdings.map(({ instrument_id, unrealised_pnl, quarantined }) => ({
        label: symbolOf(instrument_id),
        value:
          unrealised_pnl === null
            ? quarantined
              ? 'held back'
              : 'no price'
            : exact(unrealised_pnl, true),
      })),
      sum('unrealised', record.unrealised_pnl, true),
    ],
    formula: 'Σ over priced holdings: quantity × newest mark − cost',
    valueIn: (it) => money(it.unrealised_pnl, true),
  };
}

function cash(record: InvestorRecord): Why {
  const cost = record.holdings.reduce((total, it) => total + parseE18(it.cost), 0n);
  return {
    ...{ id: 'cash', name: 'Cash', value: money(record.cash), rule: 'L9' },
    lines: [
      amount('net deposits', record.net_deposits),
      amount('realised', record.realised_pnl, 'L3'),
      amount('income', record.income, 'C4'),
      amount('fees outside executions', -standaloneFeesE18(record)),
      amount('cost of what is held', -cost, 'L2'),
      sum('cash', record.cash),
    ],
    formula: 'deposits − withdrawals + income − fees + sells − buys',
    valueIn: (it) => money(it.cash),
  };
}

function disposition(record: InvestorRecord, windowDays: WindowDays): Why {
  const view = dispositionView(record, windowDays);
  const counts = view?.counts ?? null;
  const count = (label: string, value: number): WhyLine => ({ label, value: formatCount(value) });
  const value = signed(view?.shown?.de ?? null);
  return {
    ...{ id: 'disposition', name: 'Disposition effect', value, rule: 'B1' },
    lines:
      counts === null
        ? []
        : [
            count(`days with a counted sale, ${spanOf(record, windowDays)}`, counts.sale_days),
            count('gains sold', counts.rg),
            count('gains held', counts.pg),
            count('losses sold', counts.rl),
            count('losses held', counts.pl),
            count('neither gain nor loss, left out', counts.neither),
            count('held without a price, left out', counts.unpriced),
            { label: 'PGR − PLR', value, isTotal: true },
          ],
    formula:
      counts === null
        ? 'PGR − PLR'
        : (needsOf(counts) ??
          `${fraction('PGR', counts.rg, counts.pg, counts.pgr)}; ${fraction('PLR', counts.rl, counts.pl, counts.plr)}. ${sentenceOf(counts) ?? ''}`),
    valueIn: (it) => signed(dispositionView(it, windowDays)?.shown?.de ?? null),
  };
}

function fraction(name: string, sold: number, held: number, share: number | null): string {
  const total = formatCount(sold + held);
  return `${name} = ${formatCount(sold)} / ${total} = ${shareText(share)}`;
}

function measure(id: MeasureId, record: InvestorRecord, windowDays: WindowDays): Why {
  const find = (it: InvestorRecord) => measuresOf(it, windowDays).find((one) => one.id === id);
  const found = find(record);
  return {
    ...{ id, name: found?.name ?? id, value: found?.value ?? NOTHING, rule: found?.rule ?? '' },
    lines: [
      { label: 'sample', value: found?.needs ?? found?.n ?? NOTHING },
      ...(id === 'concentration' || id === 'largest' ? weights(record) : []),
    ],
    formula: found?.formula ?? '',
    valueIn: (it) => find(it)?.value ?? NOTHING,
  };
}

/** What the weights are made of: market values, cash excluded. */
function weights({ holdings }: InvestorRecord): readonly WhyLine[] {
  return holdings.map(({ instrument_id, market_value }) => ({
    label: symbolOf(instrument_id),
    value: market_value === null ? 'left out' : money(market_value),
  }));
}

/** The executions behind a number; null for those that no execution alone explains. Windows end on the published local day. */
export function executionsBehind(
  id: WhyId,
  { through_day: through }: InvestorRecord,
  windowDays: WindowDays,
): ExecutionsWanted | null {
  const isWhole = windowDays === 0 || through == null;
  const from = isWhole ? {} : { from: firstDay(through, windowDays) };
  switch (id) {
    case 'realised':
    case 'holding':
      return { side: 'SELL' };
    case 'disposition':
      return { side: 'SELL', ...from };
    case 'turnover':
    case 'trades':
      return from;
    // Of the moment, or of money that no execution moved.
    case 'book':
    case 'cash':
    case 'concentration':
    case 'equity':
    case 'largest':
    case 'losers':
    case 'month':
    case 'unrealised':
      return null;
  }
}

/** Midnight at which a window of local days that ends with `through` begins. */
function firstDay(through: string, days: number): string {
  const lastMs = Date.parse(`${through}T00:00:00Z`);
  return new Date(lastMs - (days - 1) * 86_400_000).toISOString();
}
