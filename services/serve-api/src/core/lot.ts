import {
  div,
  formatE18,
  formatIsoUs,
  isZero,
  roundE18,
  toE18,
  type Fraction,
} from '@groundswell/domain';
import type { LotLife, RealisedRecord } from '@groundswell/ledger';
import type { Execution, ExecutionVersion, InvestorLedger } from './investor-ledger.ts';

/** Closings or lots that one item lists; the rest is found by asking for the executions of the lot. */
const MAX_LISTED = 100;
/** Sums have as many decimals as in the published value (C2). */
const MONEY_DECIMALS = 8;

/**
 * A lot as the API shows it. Single amounts have 18 decimals, so that they add up to the published ones, which are rounded to 8 once.
 */
export function lotBody(lot: LotLife, ledger: InvestorLedger) {
  const { basis, realised, closings } = lot;
  const time = (eventId: string, tsMs: number): string =>
    formatIsoUs(ledger.timeUs(eventId) ?? tsMs * 1000);
  const last = closings.at(-1);
  const isOpen = lot.closeTsMs === null;
  return {
    lot_id: lot.id,
    instrument_id: lot.instrumentId,
    side: lot.side,
    state: isOpen ? 'open' : 'closed',
    opened_at: time(lot.id, lot.openTsMs),
    closed_at: isOpen || last === undefined ? null : time(last.executionId, last.closeTsMs),
    hold_ms: isOpen || last === undefined ? null : last.holdMs,
    quantity: decimal(lot.qty),
    open_quantity: decimal(lot.openQty),
    basis: decimal(basis),
    open_basis: decimal(lot.openBasis),
    unit_cost: isZero(lot.qty) ? null : decimal(div(basis, lot.qty)),
    realised_pnl: decimal(realised),
    closing_count: closings.length,
    closings: closings.slice(0, MAX_LISTED).map((record) => ({
      event_id: record.executionId,
      closed_at: time(record.executionId, record.closeTsMs),
      ...closingBody(record),
    })),
  };
}

function closingBody({ qty, basis, pnl, holdMs }: RealisedRecord) {
  return {
    quantity: decimal(qty),
    basis: decimal(basis),
    realised_pnl: decimal(pnl),
    hold_ms: holdMs,
  };
}

/** Sums over all lots, rounded once: those of the published value. */
export function totalsBody({ state, lots }: InvestorLedger) {
  const open = lots.filter(({ closeTsMs }) => closeTsMs === null).length;
  return {
    realised_pnl: formatE18(roundE18(state.realised, MONEY_DECIMALS)),
    open_lots: open,
    closed_lots: lots.length - open,
  };
}

export function executionBody({ event, versions, closings, ...execution }: Execution) {
  const [original] = versions;
  return {
    event_id: event.id,
    instrument_id: event.instrumentId,
    op: execution.op,
    event_time: formatIsoUs(execution.eventTimeUs),
    event_time_precision: original.transaction.event_time_precision,
    known_at: timeText(original.knownAtUs),
    late: execution.late,
    ...amounts(event),
    refused: execution.refused,
    closing_count: closings.length,
    closings: closings
      .slice(0, MAX_LISTED)
      .map((record) => ({ lot_id: record.lotId, ...closingBody(record) })),
    versions: versions.slice(0, MAX_LISTED).map(versionBody),
  };
}

function versionBody({ event, transaction, knownAtUs }: ExecutionVersion) {
  const content = transaction.op === 'CORRECT' ? { ...event, ...event.set } : event;
  return {
    event_id: event.id,
    op: transaction.op,
    source: transaction.source,
    event_time: transaction.event_time,
    ingest_time: transaction.ingest_time,
    known_at: timeText(knownAtUs),
    // A cancellation says nothing but that.
    ...(transaction.op === 'CANCEL' ? NO_AMOUNTS : amounts(content)),
  };
}

const NO_AMOUNTS = { side: null, quantity: null, price: null, fee: null };

function amounts({
  type,
  qtyE18,
  priceE18,
  feeE18,
}: Pick<Execution['event'], 'type' | 'qtyE18' | 'priceE18' | 'feeE18'>) {
  if (type !== 'BUY' && type !== 'SELL') return NO_AMOUNTS;
  return {
    side: type,
    quantity: formatE18(qtyE18),
    price: formatE18(priceE18),
    fee: formatE18(feeE18),
  };
}

function decimal(value: Fraction): string {
  return formatE18(toE18(value));
}

function timeText(timeUs: number | null): string | null {
  return timeUs === null ? null : formatIsoUs(timeUs);
}
