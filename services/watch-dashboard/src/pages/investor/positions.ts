import { parseE18 } from '@groundswell/domain';
import { formatPercent, signOf } from '../../lib/format.ts';
import { symbolOf } from '../../lib/source-health.ts';
import { isoMs } from '../../lib/time.ts';
import { money, percentOf } from './holdings.ts';
import { daysText } from './measures.ts';
import type { InvestorRecord } from './record.ts';

const DAY_MS = 86_400_000;

/** One instrument in the picture of positions: a hollow bar from its oldest open lot to now, and what was sold for good. */
export interface PositionRow {
  readonly instrumentId: string;
  readonly symbol: string;
  /** Oldest open lot, epoch ms; null when nothing is held any more. */
  readonly openedMs: number | null;
  readonly age: string;
  /** Sign of the unrealised result. */
  readonly direction: -1 | 0 | 1;
  readonly isMissing: boolean;
  /** Unrealised of cost, or why there is none. */
  readonly open: string;
  readonly realised: string;
  readonly realisedDirection: -1 | 0 | 1;
}

/** A vertical line at the mean holding time of closed lots, counted back from now. */
export interface ClosedMean {
  readonly id: 'winners' | 'losers';
  readonly atMs: number;
  readonly text: string;
}

export interface Positions {
  readonly rows: readonly PositionRow[];
  readonly means: readonly ClosedMean[];
  /** Epoch ms; from the oldest bar or mean line, with a little room. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Open ones by size, then closed ones by the size of their result. `nowMs`: right edge. */
export function positionsOf(record: InvestorRecord, nowMs: number): Positions {
  const realised = new Map(
    record.realised_by_instrument.map((it) => [it.instrument_id, it.realised_pnl]),
  );
  const held = [...record.holdings].sort((a, b) => compare(sizeOf(b), sizeOf(a)));
  const heldIds = new Set(held.map(({ instrument_id }) => instrument_id));
  const sold = [...realised]
    .filter(([id]) => !heldIds.has(id))
    .sort((a, b) => compare(magnitude(parseE18(b[1])), magnitude(parseE18(a[1]))));
  const rows = [
    ...held.map((holding) => openRow(holding, realised.get(holding.instrument_id) ?? null, nowMs)),
    ...sold.map(([id, text]) => closedRow(id, text)),
  ];
  const means = meansOf(record, nowMs);
  const starts = [...rows.flatMap(({ openedMs }) => openedMs ?? []), ...means.map((m) => m.atMs)];
  const oldest = Math.min(nowMs - 60_000, ...starts);
  return { rows, means, fromMs: oldest - (nowMs - oldest) * 0.03, toMs: nowMs };
}

function openRow(
  holding: InvestorRecord['holdings'][number],
  realised: string | null,
  nowMs: number,
): PositionRow {
  const openedMs = isoMs(holding.opened_at);
  const percent = formatPercent(percentOf(holding.unrealised_pnl, holding.cost));
  const isMissing = holding.market_value === null;
  return {
    ...named(holding.instrument_id),
    ...{ openedMs, isMissing, ...realisedOf(realised) },
    age: daysText(Math.max(0, nowMs - openedMs) / DAY_MS),
    direction: signOf(holding.unrealised_pnl),
    open: isMissing ? (holding.quarantined ? 'held back' : 'no price') : percent,
  };
}

function closedRow(instrumentId: string, realised: string): PositionRow {
  return {
    ...named(instrumentId),
    ...{ openedMs: null, age: '', direction: 0, isMissing: false, open: 'closed' },
    ...realisedOf(realised),
  };
}

function named(instrumentId: string): Pick<PositionRow, 'instrumentId' | 'symbol'> {
  return { instrumentId, symbol: symbolOf(instrumentId) };
}

function realisedOf(text: string | null): Pick<PositionRow, 'realised' | 'realisedDirection'> {
  return { realised: money(text, true), realisedDirection: signOf(text) };
}

function meansOf(record: InvestorRecord, nowMs: number): readonly ClosedMean[] {
  const { winners, losers, winner_days: winnerDays, loser_days: loserDays } = record;
  return (
    [
      ['winners', winners, winnerDays, winners === 1 ? 'sold gain' : 'sold gains'],
      ['losers', losers, loserDays, losers === 1 ? 'sold loss' : 'sold losses'],
    ] as const
  ).flatMap(([id, count, days, what]) =>
    days === null || count === 0
      ? []
      : [{ id, atMs: nowMs - days * DAY_MS, text: `${String(count)} ${what}: ${daysText(days)}` }],
  );
}

function sizeOf({ market_value, cost }: InvestorRecord['holdings'][number]): bigint {
  return magnitude(parseE18(market_value ?? cost));
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function compare(a: bigint, b: bigint): number {
  return a > b ? 1 : a < b ? -1 : 0;
}
