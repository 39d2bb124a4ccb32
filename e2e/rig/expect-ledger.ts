import { createHmac } from 'node:crypto';
import { parseE18, parseIsoUs } from '@groundswell/domain';
import {
  batchLedger,
  type BookingContent,
  type BookingType,
  type InvestorValues,
  type LedgerArrival,
  type MarkArrival,
} from '@groundswell/oracle';
import type { Transaction } from '@groundswell/schemas';
import { transactionEventId, type BrokerItem, type WorldLedger } from '@groundswell/simulator';
import type { TapeRecord } from './log-tape.ts';

export interface LedgerExpectation {
  readonly investors: ReadonlyMap<string, InvestorValues>;
  readonly counts: ReadonlyMap<number, { applied: number; deduped: number; late: number }>;
  /** Items that the broker got accepted and the topic does not have (O1). */
  readonly lost: readonly string[];
  readonly altered: readonly string[];
  /** Event ids that must be quarantined (Q4). */
  readonly quarantined: readonly string[];
  readonly repeats: number;
}

const SENDER = 'world-broker';
/** W6a for times that are no dates. */
const FUTURE_BOUND_US = 60_000_000;
/** Coins have UTC days (C8); a minute bar can change for 65 s after its end. */
const DAYS = { zoneOf: () => 'UTC', graceMs: 65_000 };

/** What must come out of the transactions: contents from what the broker posted, arrival order from the topic. */
export function expectLedger(
  records: readonly TapeRecord[],
  decode: (value: Uint8Array | null) => Transaction,
  truth: { readonly ledger: WorldLedger; readonly extraItems: readonly BrokerItem[] },
  investorHmacKey: string,
  marks: readonly MarkArrival[],
): LedgerExpectation {
  const items = new Map<string, BrokerItem[]>();
  const mustArrive = new Set<string>();
  const know = (item: BrokerItem): void => {
    const id = transactionEventId(SENDER, item.id);
    items.set(id, [...(items.get(id) ?? []), item]);
    mustArrive.add(id);
  };
  for (const entry of truth.ledger.entries()) {
    // A bad item is refused while the broker listens: it must leave nothing behind.
    if (entry.kind === 'transaction' && entry.fate !== 'bad-item') know(entry.transaction.item);
  }
  truth.extraItems.forEach(know);

  const altered: string[] = [];
  const quarantined: string[] = [];
  const arrivals: LedgerArrival[] = [];
  const seen = new Set<string>();
  const counts = new Map<number, { applied: number; deduped: number; late: number }>();
  for (const { partition, value } of records) {
    const transaction = decode(value);
    const { eventId } = transaction;
    const item = items.get(eventId)?.find((one) => agrees(one, transaction, investorHmacKey));
    if (item === undefined) {
      altered.push(eventId);
      continue;
    }
    mustArrive.delete(eventId);
    const count = counts.get(partition) ?? { applied: 0, deduped: 0, late: 0 };
    counts.set(partition, count);
    if (transaction.eventTimeUs > transaction.ingestTimeUs + FUTURE_BOUND_US) {
      count.late += 1;
      quarantined.push(eventId);
      continue;
    }
    if (seen.has(eventId)) count.deduped += 1;
    else count.applied += 1;
    seen.add(eventId);
    arrivals.push(arrivalOf(item, transaction.investorKey));
  }
  return {
    investors: batchLedger(arrivals, marks, { days: DAYS }).investors,
    counts,
    lost: [...mustArrive],
    altered,
    quarantined,
    repeats: records.length - altered.length - quarantined.length - seen.size,
  };
}

/** `v1:` + HMAC of the raw id, as S100 says; made here anew. */
export function investorKeyOf(hmacKey: string, rawId: string): string {
  const mac = createHmac('sha256', hmacKey).update(`demo\0${rawId}`).digest('base64url');
  return `v1:${mac}`;
}

function agrees(item: BrokerItem, transaction: Transaction, hmacKey: string): boolean {
  return (
    transaction.investorKey === investorKeyOf(hmacKey, item.investor) &&
    transaction.op === (item.op ?? 'CREATE') &&
    transaction.eventTimeUs === parseIsoUs(item.event_time).us &&
    transaction.netCashE18 === parseE18(item.net_cash ?? '0') &&
    transaction.quantityE18 === parseE18(item.quantity ?? '0') &&
    transaction.priceE18 === (item.price === undefined ? null : parseE18(item.price))
  );
}

function arrivalOf(item: BrokerItem, investor: string): LedgerArrival {
  const id = transactionEventId(SENDER, item.id);
  const base = { id, investor, tsUs: parseIsoUs(item.event_time).us, seq: null };
  const ref = transactionEventId(SENDER, item.ref ?? '');
  if (item.op === 'CANCEL') return { ...base, kind: 'cancel', ref };
  const content = contentOf(item);
  if (item.op === 'CORRECT') return { ...base, kind: 'correct', ref, set: content };
  return { ...base, ...content, kind: 'booking', currency: item.currency ?? null };
}

/** As E7 and C2 say: executions by quantity, price and fee; cash events by the size of what moved, income with its sign. */
function contentOf(item: BrokerItem): Omit<BookingContent, 'tsUs' | 'seq'> {
  const type = item.kind as BookingType;
  const isExecution = type === 'BUY' || type === 'SELL';
  const isIncome = type === 'DIVIDEND' || type === 'INTEREST';
  const cash = parseE18(item.net_cash ?? '0');
  return {
    type,
    instrumentId: item.symbol === undefined ? null : `crypto:${item.symbol}`,
    qtyE18: isExecution ? size(parseE18(item.quantity ?? '0')) : 0n,
    priceE18: isExecution ? parseE18(item.price ?? '0') : 0n,
    feeE18: isExecution ? parseE18(item.fees ?? '0') : 0n,
    amountE18: isExecution ? 0n : isIncome ? cash : size(cash),
  };
}

function size(valueE18: bigint): bigint {
  return valueE18 < 0n ? -valueE18 : valueE18;
}
