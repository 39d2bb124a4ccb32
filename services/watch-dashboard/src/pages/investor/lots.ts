import { formatE18, parseE18 } from '@groundswell/domain';
import { formatPercent, signOf } from '../../lib/format.ts';
import { symbolOf } from '../../lib/source-health.ts';
import { dayText, clockText, isoMs, type Zone } from '../../lib/time.ts';
import { inFull, money, percentOf } from './holdings.ts';
import type { Lot } from './ledger.ts';
import { daysText } from './measures.ts';
import type { InvestorRecord } from './record.ts';

const DAY_MS = 86_400_000;
const ONE = 10n ** 18n;
/** Bars that overlap in time lie below each other; what finds no room shares the last lane. */
const LANES = 4;

/** One lot as a bar: from its purchase to its last sale, or to now. */
export interface LotBar {
  /** Of the lot within its instrument; stands in the address. */
  readonly id: string;
  readonly instrumentId: string;
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isOpen: boolean;
  /** 0 is the uppermost. */
  readonly lane: number;
  /** Sign of what it brought, or would bring at the newest mark. */
  readonly direction: -1 | 0 | 1;
  /** Open without a usable price. */
  readonly isMissing: boolean;
  /** Sales of parts of a lot that is still open, epoch ms. */
  readonly partsMs: readonly number[];
  readonly lot: Lot;
  /** Unrealised P&L of what is open; null without a price, and when nothing is. */
  readonly unrealised: string | null;
  /** Result of its basis, or why there is none. */
  readonly percent: string;
  /** How long it was held, or has been held. */
  readonly age: string;
}

/** Name of a lot in the address: the same execution opens one lot in each instrument of a spin-off. */
export function lotId({ instrument_id, lot_id }: Pick<Lot, 'instrument_id' | 'lot_id'>): string {
  return `${instrument_id}|${lot_id}`;
}

/** Bars by instrument, in order of opening. */
export function lotBars(
  lots: readonly Lot[],
  holdings: InvestorRecord['holdings'],
  nowMs: number,
): ReadonlyMap<string, readonly LotBar[]> {
  const marks = new Map(
    holdings.map((it) => [it.instrument_id, it.market_value === null ? null : it.mark]),
  );
  const rows = new Map<string, LotBar[]>();
  const ends = new Map<string, number[]>();
  for (const lot of lots.toSorted((a, b) => isoMs(a.opened_at) - isoMs(b.opened_at))) {
    const id = lot.instrument_id;
    const taken = ends.get(id) ?? [];
    const bar = barOf(lot, marks.get(id) ?? null, taken, nowMs);
    taken[bar.lane] = bar.toMs;
    ends.set(id, taken);
    rows.set(id, [...(rows.get(id) ?? []), bar]);
  }
  return rows;
}

function barOf(lot: Lot, mark: string | null, taken: readonly number[], nowMs: number): LotBar {
  const isOpen = lot.closed_at === null;
  const fromMs = isoMs(lot.opened_at);
  const toMs = lot.closed_at === null ? nowMs : isoMs(lot.closed_at);
  const free = Array.from({ length: LANES }, (_, lane) => lane).find(
    (lane) => (taken[lane] ?? -Infinity) <= fromMs,
  );
  const unrealised = isOpen && mark !== null ? unrealisedOf(lot, mark) : null;
  const isMissing = isOpen && unrealised === null;
  const result = isOpen ? unrealised : lot.realised_pnl;
  const basis = isOpen ? lot.open_basis : lot.basis;
  return {
    id: lotId(lot),
    instrumentId: lot.instrument_id,
    symbol: symbolOf(lot.instrument_id),
    ...{ fromMs, toMs, isOpen, isMissing, lot, unrealised },
    lane: free ?? LANES - 1,
    direction: signOf(result),
    partsMs: isOpen ? lot.closings.map(({ closed_at }) => isoMs(closed_at)) : [],
    percent: isMissing ? 'no price' : formatPercent(percentOf(result, basis)),
    age: daysText(Math.max(0, toMs - fromMs) / DAY_MS),
  };
}

/** What closing the rest at the mark would bring, exact to 10^-18, without a fee. */
function unrealisedOf({ side, open_quantity, open_basis }: Lot, mark: string): string {
  const worthE18 = (parseE18(open_quantity) * parseE18(mark)) / ONE;
  const gainE18 = worthE18 - parseE18(open_basis);
  return formatE18(side === 'long' ? gainE18 : -gainE18);
}

/** `TIDE, 120 at 160.20, bought 3 Jul 14:02, still held after 12 d: −4.20 %`: for tooltips and ears. */
export function lotText(bar: LotBar, zone: Zone): string {
  const { lot, symbol, isOpen, age } = bar;
  const opened = `${dayText(bar.fromMs, zone)} ${clockText(bar.fromMs, zone, false)}`;
  const verb = lot.side === 'long' ? 'bought' : 'sold short';
  const parts = bar.partsMs.length === 0 ? '' : `, ${inFull(lot.open_quantity)} of it left`;
  const fate = isOpen ? `still open after ${age}${parts}` : `closed after ${age}`;
  const unit = lot.unit_cost === null ? '' : ` at ${money(lot.unit_cost)}`;
  const result = isOpen ? bar.percent : `${money(lot.realised_pnl, true)} (${bar.percent})`;
  return `${symbol}, ${inFull(lot.quantity)}${unit}, ${verb} ${opened}, ${fate}: ${result}`;
}

/** The bar that an arrow key leads to: right and left along a row, down and up to the nearest bar of the next row with one. */
export function neighbour(
  rows: readonly (readonly LotBar[])[],
  current: string | null,
  key: string,
): LotBar | null {
  const filled = rows.filter((row) => row.length > 0);
  if (key === 'Home') return filled[0]?.[0] ?? null;
  if (key === 'End') return filled.at(-1)?.at(-1) ?? null;
  const at = filled.findIndex((row) => row.some(({ id }) => id === current));
  const row = filled[at];
  const place = row?.findIndex(({ id }) => id === current) ?? -1;
  const from = row?.[place];
  if (row === undefined || from === undefined) return filled[0]?.[0] ?? null;
  if (key === 'ArrowRight') return row[place + 1] ?? from;
  if (key === 'ArrowLeft') return row[place - 1] ?? from;
  const next = filled[at + (key === 'ArrowDown' ? 1 : -1)];
  const distance = (bar: LotBar) => Math.abs(bar.fromMs - from.fromMs);
  return next?.reduce((best, bar) => (distance(bar) < distance(best) ? bar : best)) ?? from;
}
