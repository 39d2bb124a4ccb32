import { divideHalfEven, formatE18, ONE_E18, parseE18 } from '@groundswell/domain';
import { FieldProblem } from './problem.ts';
import { kinds, type FieldName, type Kind, type Profile } from './profile.ts';
import { readDecimal, readTime, type When } from './values.ts';

/** A row as an item of the signed HTTP ingest; decimals are canonical text, + is into the account (E7). */
export interface Item {
  readonly account: string;
  readonly investor?: string;
  readonly kind: Kind;
  readonly symbol?: string;
  readonly quantity: string;
  readonly price?: string;
  readonly fees?: string;
  readonly net_cash: string;
  readonly currency: string;
  readonly event_time: string;
  readonly order_id?: string;
  readonly execution_id?: string;
}

/** What is wrong with a row: the column as the file names it, and a sentence. */
export interface RowProblem {
  readonly column: string;
  readonly sentence: string;
}

export type ReadRow =
  { readonly item: Item; readonly when: When } | { readonly problems: readonly RowProblem[] };

const INTO = new Set<Kind>(['BUY', 'COVER']);
const OUT_OF = new Set<Kind>(['SELL', 'SHORT']);
/** Kinds whose cash leaves the account. */
const OUTWARD = new Set<Kind>(['FEE', 'TAX', 'WITHDRAWAL']);

/** Read a row by its profile. Every field is looked at, so that a person sees all that is wrong with a row at once. */
export function readRow(text: (field: FieldName) => string, profile: Profile): ReadRow {
  const problems: RowProblem[] = [];
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof FieldProblem)) throw thrown;
      const column = profile.columns[thrown.column] ?? thrown.column;
      problems.push({ column, sentence: thrown.message });
      return null;
    }
  };
  for (const field of profile.required) {
    if (text(field).trim() === '')
      attempt(() => {
        throw new FieldProblem(field, 'it is empty');
      });
  }
  if (problems.length > 0) return { problems };
  const decimal = (field: FieldName) => attempt(() => readDecimal(text(field), field, profile));
  const when = attempt(() => readTime(text('time'), profile.time));
  const quantity = decimal('quantity');
  const price = decimal('price');
  const fees = decimal('fees');
  const netCash = decimal('net_cash');
  const kind = attempt(() => kindOf(text('kind').trim(), quantity, profile));
  const account = attempt(() => plain(text('account'), 'account'));
  const currency = attempt(() => currencyOf(text('currency').trim().toUpperCase()));
  if (problems.length > 0 || !when || !kind || !account || !currency) return { problems };
  const amounts = attempt(() => amountsOf(kind, { quantity, price, fees, netCash }, profile));
  const symbol = attempt(() => symbolOf(text('symbol').trim(), kind));
  if (amounts === null || symbol === null) return { problems };
  const optional = (name: string, value: string) => (value === '' ? {} : { [name]: value });
  return {
    when,
    item: {
      account,
      ...optional('investor', text('investor').trim()),
      kind,
      ...optional('symbol', symbol),
      ...amounts,
      currency,
      event_time: when.text,
      ...optional('order_id', text('order_id').trim()),
      ...optional('execution_id', text('execution_id').trim()),
    },
  };
}

function kindOf(word: string, quantity: string | null, profile: Profile): Kind {
  if (profile.sign === 'quantity' && word === '') {
    return quantity?.startsWith('-') === true ? 'SELL' : 'BUY';
  }
  const kind = profile.kinds === undefined ? word.toUpperCase() : profile.kinds[word];
  const known = kinds.find((one) => one === kind);
  if (known !== undefined) return known;
  const words = profile.kinds === undefined ? kinds : Object.keys(profile.kinds);
  throw new FieldProblem('kind', `"${word}" is no kind: use ${words.join(', ')}`);
}

interface Decimals {
  readonly quantity: string | null;
  readonly price: string | null;
  readonly fees: string | null;
  readonly netCash: string | null;
}

/** Give amounts the signs of E7, and work out the cash of an execution where the file does not say it. */
function amountsOf(
  kind: Kind,
  { quantity, price, fees, netCash }: Decimals,
  { sign }: Profile,
): Pick<Item, 'quantity' | 'price' | 'fees' | 'net_cash'> {
  const feeE18 = magnitude(fees);
  const cost = feeE18 === 0n ? {} : { fees: formatE18(feeE18) };
  if (!INTO.has(kind) && !OUT_OF.has(kind)) {
    if (netCash === null) throw new FieldProblem('net_cash', `a ${kind} needs it`);
    const cash = OUTWARD.has(kind) ? -magnitude(netCash) : parseE18(netCash);
    if (kind === 'DEPOSIT' && cash < 0n)
      throw new FieldProblem('net_cash', 'a DEPOSIT brings cash in: it is above 0');
    const priced = price === null ? {} : { price };
    return { quantity: quantity ?? '0', ...priced, ...cost, net_cash: formatE18(cash) };
  }
  const qtyE18 = magnitude(quantity);
  if (qtyE18 === 0n) throw new FieldProblem('quantity', 'a quantity of 0 is no execution');
  if (sign === 'kind' && quantity?.startsWith('-') === true)
    throw new FieldProblem('quantity', `a ${kind} has no sign: the kind says which way it goes`);
  if (price === null) throw new FieldProblem('price', `a ${kind} needs it`);
  if (price.startsWith('-')) throw new FieldProblem('price', 'a price is not below 0');
  const grossE18 = divideHalfEven(qtyE18 * parseE18(price), ONE_E18);
  const bought = INTO.has(kind);
  const cashE18 = netCash === null ? (bought ? -grossE18 : grossE18) - feeE18 : parseE18(netCash);
  if (bought && cashE18 > 0n)
    throw new FieldProblem('net_cash', `a ${kind} takes cash out: it is not above 0`);
  return {
    quantity: formatE18(bought ? qtyE18 : -qtyE18),
    price,
    ...cost,
    net_cash: formatE18(cashE18),
  };
}

/** Fees are written with either sign; a rebate is an INTEREST row of its own (C5). */
function magnitude(text: string | null): bigint {
  const valueE18 = text === null ? 0n : parseE18(text);
  return valueE18 < 0n ? -valueE18 : valueE18;
}

function symbolOf(symbol: string, kind: Kind): string {
  if (symbol === '' && (INTO.has(kind) || OUT_OF.has(kind)))
    throw new FieldProblem('symbol', `a ${kind} needs it`);
  if (symbol !== '' && !/^[A-Za-z0-9:._~/-]{1,80}$/.test(symbol))
    throw new FieldProblem('symbol', `"${symbol}" is no symbol: letters, digits and : . _ ~ / -`);
  return symbol;
}

function plain(text: string, field: FieldName): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new FieldProblem(field, 'the file has none: name one with --account');
  if (trimmed.length > 200 || /\p{Cc}/u.test(trimmed))
    throw new FieldProblem(field, 'it is too long, or has characters that cannot be printed');
  return trimmed;
}

function currencyOf(text: string): string {
  if (!/^[A-Z]{3,5}$/.test(text))
    throw new FieldProblem('currency', `"${text}" is no currency: 3 to 5 letters, as in USD`);
  return text;
}
