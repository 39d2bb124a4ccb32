import { parseE18, parseIsoUs } from '@groundswell/domain';
import type { Op, TimePrecision, TransactionKind } from '@groundswell/schemas';
import { brokenRule, kindOf, type SignRefusal } from '../../core/kinds.ts';
import { httpLimits } from './limits.ts';

/** An item as it was understood, still with raw ids: never logged, never stored. */
export interface ItemDraft {
  /** Null: the item is known by its fingerprint and `occurrence` (E10). */
  readonly id: string | null;
  /** Number among equal items of one day of one file; null where the item has an id. */
  readonly occurrence: number | null;
  /** The sender's own order of items of one instant. */
  readonly sequence: number | null;
  readonly investor: string | null;
  readonly account: string;
  readonly op: Op;
  readonly ref: string | null;
  readonly kind: TransactionKind;
  readonly nativeKind: string;
  readonly symbol: string | null;
  readonly quantityE18: bigint;
  readonly priceE18: bigint | null;
  readonly feesE18: bigint | null;
  readonly netCashE18: bigint;
  readonly currency: string;
  readonly eventTimeUs: number;
  readonly eventTimeNanosRem: number | null;
  readonly precision: TimePrecision;
  readonly orderId: string | null;
  readonly executionId: string | null;
  readonly settledOn: string | null;
}

/** Closed set; told to the sender and counted. */
export type ItemRefusal =
  | 'not_an_object'
  | 'bad_id'
  | 'bad_occurrence'
  | 'bad_sequence'
  | 'bad_investor'
  | 'bad_account'
  | 'bad_op'
  | 'bad_ref'
  | 'bad_kind'
  | 'bad_symbol'
  | 'bad_quantity'
  | 'bad_price'
  | 'bad_fees'
  | 'bad_net_cash'
  | 'bad_currency'
  | 'bad_event_time'
  | 'bad_order_id'
  | 'bad_execution_id'
  | 'bad_settled_on'
  | SignRefusal;

export type ParsedItem =
  | { readonly ok: true; readonly draft: ItemDraft }
  | { readonly ok: false; readonly id: string | null; readonly reason: ItemRefusal };

/** Ids and symbols: printable ASCII without spaces. */
const ID = /^[\x21-\x7e]+$/;
const CONTROL = /\p{Cc}/u;
const DATE = /^\d{4}-\d\d-\d\d$/;
/** What decimal(38, 18) can hold. */
const TOO_LARGE_E18 = 10n ** 38n;

class Refused extends Error {
  readonly reason: ItemRefusal;
  constructor(reason: ItemRefusal) {
    super(reason);
    this.reason = reason;
  }
}

/** One item of a request. Pure. Bad input is an outcome (ER1); the exception inside never leaves. */
export function parseItem(item: unknown): ParsedItem {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return { ok: false, id: null, reason: 'not_an_object' };
  }
  const fields = item as Readonly<Record<string, unknown>>;
  try {
    return { ok: true, draft: readDraft(fields) };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { id } = fields;
    const readable = typeof id === 'string' && id.length <= httpLimits.maxIdChars && ID.test(id);
    return { ok: false, id: readable ? id : null, reason: thrown.reason };
  }
}

function readDraft(fields: Readonly<Record<string, unknown>>): ItemDraft {
  const id = idText(fields['id'], 'bad_id');
  const occurrence = count(fields['occurrence'], 'bad_occurrence');
  if (id === null && occurrence === null) throw new Refused('bad_id');
  const op = readOp(fields['op']);
  const ref = idText(fields['ref'], 'bad_ref');
  if ((op === 'CREATE') !== (ref === null)) throw new Refused('bad_ref');
  // A cancellation names its target; what it was about is known already.
  const cancel = op === 'CANCEL';
  const nativeKind = plainText(fields['kind'], 'bad_kind') ?? (cancel ? 'OTHER' : null);
  const kind = kindOf(required(nativeKind, 'bad_kind'));
  const amounts = {
    kind,
    quantityE18: amount(fields['quantity'], 'bad_quantity') ?? 0n,
    priceE18: amount(fields['price'], 'bad_price'),
    feesE18: amount(fields['fees'], 'bad_fees'),
    netCashE18: required(
      amount(fields['net_cash'], 'bad_net_cash') ?? (cancel ? 0n : null),
      'bad_net_cash',
    ),
  };
  const symbol = idText(fields['symbol'], 'bad_symbol');
  const broken = cancel ? null : brokenRule({ ...amounts, hasSymbol: symbol !== null });
  if (broken !== null) throw new Refused(broken);
  const currency = plainText(fields['currency'], 'bad_currency') ?? (cancel ? 'USD' : '');
  if (!/^[A-Z]{3,5}$/.test(currency)) throw new Refused('bad_currency');
  const settledOn = plainText(fields['settled_on'], 'bad_settled_on');
  if (settledOn !== null && !DATE.test(settledOn)) throw new Refused('bad_settled_on');
  return {
    ...amounts,
    ...readTime(fields['event_time']),
    id,
    occurrence,
    sequence: count(fields['sequence'], 'bad_sequence'),
    investor: plainText(fields['investor'], 'bad_investor'),
    account: required(plainText(fields['account'], 'bad_account'), 'bad_account'),
    op,
    ref,
    nativeKind: nativeKind ?? kind,
    symbol,
    currency,
    orderId: plainText(fields['order_id'], 'bad_order_id'),
    executionId: plainText(fields['execution_id'], 'bad_execution_id'),
    settledOn,
  };
}

function readOp(value: unknown): Op {
  if (value === undefined || value === null) return 'CREATE';
  if (value === 'CREATE' || value === 'CORRECT' || value === 'CANCEL') return value;
  throw new Refused('bad_op');
}

/**
 * A date alone is noon UTC: the local date is then the stated one in every zone from -12 to +11, and no intraday feature reads it (E8).
 */
function readTime(
  value: unknown,
): Pick<ItemDraft, 'eventTimeUs' | 'eventTimeNanosRem' | 'precision'> {
  const text = required(plainText(value, 'bad_event_time'), 'bad_event_time');
  const dayOnly = DATE.test(text);
  try {
    const { us, nanosRem } = parseIsoUs(dayOnly ? `${text}T12:00:00Z` : text);
    if (us < httpLimits.minTimeUs || us >= httpLimits.maxTimeUs)
      throw new Refused('bad_event_time');
    const digits = /[.,](\d+)/.exec(text)?.[1]?.length ?? 0;
    const precision = dayOnly ? 'DAY' : digits === 0 ? 'SECOND' : digits <= 3 ? 'MILLI' : 'MICRO';
    return { eventTimeUs: us, eventTimeNanosRem: nanosRem, precision };
  } catch {
    throw new Refused('bad_event_time');
  }
}

/** Decimal text, or a number whose literal was kept; null when absent. */
function amount(value: unknown, reason: ItemRefusal): bigint | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new Refused(reason);
  let amountE18: bigint;
  try {
    amountE18 = parseE18(value);
  } catch {
    throw new Refused(reason);
  }
  if (amountE18 >= TOO_LARGE_E18 || amountE18 <= -TOO_LARGE_E18) throw new Refused(reason);
  return amountE18;
}

/** Whole number >= 0, as text or as a literal that was kept. */
function count(value: unknown, reason: ItemRefusal): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) throw new Refused(reason);
  return Number(value);
}

function plainText(value: unknown, reason: ItemRefusal): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value === '' || value.length > httpLimits.maxTextChars) {
    throw new Refused(reason);
  }
  // Lone surrogates and control characters would not survive UTF-8 and Postgres.
  if (!value.isWellFormed() || CONTROL.test(value)) throw new Refused(reason);
  return value;
}

function idText(value: unknown, reason: ItemRefusal): string | null {
  const text = plainText(value, reason);
  if (text !== null && !ID.test(text)) throw new Refused(reason);
  return text;
}

function required<T>(value: T | null, reason: ItemRefusal): T {
  if (value === null) throw new Refused(reason);
  return value;
}
