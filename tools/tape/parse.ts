import {
  otherTypes,
  postLabels,
  type PostLabel,
  type TapeEvent,
  type TapeHeader,
  type TapeInstrument,
  type TapeOther,
  type TapeSet,
} from './event.ts';
import {
  decimalOf,
  decimalOr,
  flagOr,
  integerOrNull,
  LineProblem,
  textOf,
  textOrNull,
  timeOf,
  type Fields,
} from './fields.ts';

const INSTRUMENT_ID = /^[a-z]+:[A-Za-z0-9:._~/-]{1,80}$/;

/** @throws LineProblem */
export function parseHeader(line: string): TapeHeader {
  const fields = objectOf(line);
  if (fields['tape'] !== 1) {
    throw new LineProblem('the first line must be the header of a tape: {"tape":1, "name": ...}');
  }
  const instruments = fields['instruments'];
  if (!Array.isArray(instruments)) throw new LineProblem('"instruments" must be a list');
  const zone = textOrNull(fields, 'zone');
  if (zone !== null && !isZone(zone)) throw new LineProblem(`"zone" is no time zone: ${zone}`);
  return {
    tape: 1,
    name: textOf(fields, 'name'),
    source: textOf(fields, 'source'),
    licence: textOf(fields, 'licence'),
    ...(zone === null ? {} : { zone }),
    instruments: instruments.map(parseInstrument),
  };
}

function parseInstrument(value: unknown): TapeInstrument {
  if (!isFields(value)) throw new LineProblem('an instrument must be an object');
  const id = textOf(value, 'id');
  if (!INSTRUMENT_ID.test(id)) throw new LineProblem(`"${id}" is no instrument id`);
  return {
    id,
    title: textOf(value, 'title'),
    currency: textOf(value, 'currency'),
    feed: textOf(value, 'feed'),
  };
}

/** @param symbols instruments of the header. @throws LineProblem */
export function parseEvent(line: string, symbols: ReadonlySet<string>): TapeEvent {
  const fields = objectOf(line);
  const base = {
    id: textOf(fields, 'id'),
    tsUs: timeOf(fields, 'ts'),
    seq: integerOrNull(fields, 'seq'),
    ingestUs: fields['ingest_time'] === undefined ? null : timeOf(fields, 'ingest_time'),
  };
  const type = textOf(fields, 'type');
  switch (type) {
    case 'BUY':
    case 'SELL':
      return {
        ...base,
        type,
        investor: textOf(fields, 'investor'),
        symbol: symbolOf(fields, symbols),
        qtyE18: quantityOf(fields),
        priceE18: decimalOf(fields, 'price'),
        feeE18: decimalOr(fields, 'fee', 0n),
        account: textOrNull(fields, 'account'),
        currency: textOrNull(fields, 'currency'),
        orderId: textOrNull(fields, 'order_id'),
      };
    case 'DEPOSIT':
    case 'WITHDRAWAL':
    case 'DIVIDEND':
    case 'INTEREST':
    case 'FEE':
      return {
        ...base,
        type,
        investor: textOf(fields, 'investor'),
        symbol: fields['symbol'] === undefined ? null : symbolOf(fields, symbols),
        amountE18: amountOf(type, fields),
        account: textOrNull(fields, 'account'),
        currency: textOrNull(fields, 'currency'),
      };
    case 'MARK':
      return {
        ...base,
        type,
        symbol: symbolOf(fields, symbols),
        priceE18: decimalOf(fields, 'price'),
      };
    case 'TRADE':
      return {
        ...base,
        type,
        symbol: symbolOf(fields, symbols),
        priceE18: decimalOf(fields, 'price'),
        sizeE18: decimalOf(fields, 'size'),
        priceOk: flagOr(fields, 'price_ok', true),
        volOk: flagOr(fields, 'vol_ok', true),
        conditions: conditionsOf(fields),
      };
    case 'POST':
      return {
        ...base,
        type,
        author: textOf(fields, 'author'),
        text: anyText(fields),
        lang: textOrNull(fields, 'lang'),
        label: labelOf(fields),
      };
    case 'CORRECT':
      return { ...base, type, ref: textOf(fields, 'ref'), set: setOf(fields['set'], symbols) };
    case 'CANCEL':
      return {
        ...base,
        type,
        ref: textOf(fields, 'ref'),
        investor: textOrNull(fields, 'investor'),
        symbol: fields['symbol'] === undefined ? null : symbolOf(fields, symbols),
      };
  }
  if (isOther(type)) return { ...base, type, fields };
  throw new LineProblem(`"${type}" is no type of event`);
}

/** A post may be empty: what its author wrote is passed on as it is. */
function anyText(fields: Fields): string {
  const { text } = fields;
  if (typeof text !== 'string') throw new LineProblem('"text" must be a text');
  return text;
}

function labelOf(fields: Fields): PostLabel | null {
  const label = textOrNull(fields, 'label');
  const known = postLabels.find((one) => one === label);
  if (label !== null && known === undefined) {
    throw new LineProblem(`"label" must be one of ${postLabels.join(', ')}`);
  }
  return known ?? null;
}

function isOther(type: string): type is TapeOther['type'] {
  return (otherTypes as readonly string[]).includes(type);
}

function symbolOf(fields: Fields, symbols: ReadonlySet<string>): string {
  const symbol = textOf(fields, 'symbol');
  if (!symbols.has(symbol)) throw new LineProblem(`the header names no instrument "${symbol}"`);
  return symbol;
}

/** The direction is in the type. A quantity of 0 is passed on: refusing it is the platform's work (C5). */
function quantityOf(fields: Fields): bigint {
  const qtyE18 = decimalOf(fields, 'qty');
  if (qtyE18 < 0n) throw new LineProblem('"qty" is negative: BUY and SELL say the direction');
  return qtyE18;
}

function amountOf(type: string, fields: Fields): bigint {
  const amountE18 = decimalOf(fields, 'amount');
  const isSigned = type === 'DIVIDEND' || type === 'INTEREST';
  if (amountE18 < 0n && !isSigned) {
    throw new LineProblem(`"amount" of a ${type} is negative: the type says the direction`);
  }
  return amountE18;
}

function setOf(value: unknown, symbols: ReadonlySet<string>): TapeSet {
  if (!isFields(value)) throw new LineProblem('"set" must be an object with the corrected fields');
  const known = [
    'ts',
    'seq',
    'symbol',
    'qty',
    'price',
    'fee',
    'amount',
    'size',
    'price_ok',
    'vol_ok',
    'text',
  ];
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new LineProblem(`"${unknown}" cannot be corrected`);
  const has = (name: string): boolean => value[name] !== undefined;
  return {
    ...(has('ts') ? { tsUs: timeOf(value, 'ts') } : {}),
    ...(has('seq') ? { seq: integerOrNull(value, 'seq') ?? 0 } : {}),
    ...(has('symbol') ? { symbol: symbolOf(value, symbols) } : {}),
    ...(has('qty') ? { qtyE18: quantityOf(value) } : {}),
    ...(has('price') ? { priceE18: decimalOf(value, 'price') } : {}),
    ...(has('fee') ? { feeE18: decimalOf(value, 'fee') } : {}),
    ...(has('amount') ? { amountE18: decimalOf(value, 'amount') } : {}),
    ...(has('size') ? { sizeE18: decimalOf(value, 'size') } : {}),
    ...(has('price_ok') ? { priceOk: flagOr(value, 'price_ok', true) } : {}),
    ...(has('vol_ok') ? { volOk: flagOr(value, 'vol_ok', true) } : {}),
    ...(has('text') ? { text: anyText(value) } : {}),
  };
}

function conditionsOf(fields: Fields): readonly string[] {
  const value = fields['conditions'] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new LineProblem('"conditions" must be a list of texts');
}

function objectOf(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new LineProblem('not a JSON object');
  }
  if (!isFields(value)) throw new LineProblem('not a JSON object');
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
