import {
  add,
  div,
  formatE18,
  fraction,
  fractionFromE18,
  mul,
  neg,
  roundE18,
  sign,
  sub,
  toNumber,
  ZERO,
  type Fraction,
} from '@groundswell/domain';
import { datesBetween, localDate, shiftDate } from './calendar.ts';
import { Past, type Counts } from './days.ts';
import type { Folded, Oversell } from './fold.ts';
import type { Booking, MarkArrival } from './ledger-events.ts';
import { msOf } from './order.ts';

/** How days are told apart, and when one is over. */
export interface DayRule {
  /** IANA zone of a listing; of cash events for null. */
  readonly zoneOf: (instrumentId: string | null) => string;
  /** A day is final that long after its end. */
  readonly graceMs: number;
}

/** B1 and B3 under their published names. */
export interface Habits {
  readonly through_day: string | null;
  readonly disposition: readonly DispositionValues[];
  readonly turnover: readonly TurnoverValues[];
  readonly turnover_month: number | null;
  readonly turnover_gross_book: number | null;
}

export interface DispositionValues extends Counts {
  readonly kind: 'ODEAN_DAY' | 'RUNNING' | 'FULL_SALE_ONLY';
  readonly window_days: number;
  readonly sale_days: number;
  readonly pgr: number | null;
  readonly plr: number | null;
  readonly de: number | null;
  readonly ratio: number | null;
  readonly se: number | null;
  readonly t: number | null;
}

export interface TurnoverValues {
  readonly window_days: number;
  readonly trade_count: number;
  readonly day_count: number;
  readonly round_trips: number;
  readonly buy_value: string;
  readonly sell_value: string;
  readonly turnover: number | null;
  readonly turnover_annual: number | null;
  readonly trades_per_day: number | null;
}

const WINDOWS = [30, 90, 0];
const DAY_MS = 86_400_000;

export interface HabitsInput {
  /** In C1 order. */
  readonly bookings: readonly Booking[];
  readonly folded: Pick<Folded, 'realised'>;
  readonly marks: ReadonlyMap<string, readonly MarkArrival[]>;
  /** Time of the newest mark of any instrument; null without one. */
  readonly newestMarkMs: number | null;
  readonly oversell: Oversell;
  readonly rule: DayRule;
  /** L10: say nothing but counts. */
  readonly hidden: boolean;
}

/** Every day of one investor from scratch: B1 by the dates of each listing, B3 by day. */
export function habits(input: HabitsInput): Habits {
  const { bookings, marks, rule, oversell, hidden } = input;
  const past = new Past(bookings, marks, rule.zoneOf, oversell);
  const dateOf = ({ tsUs, instrumentId }: Booking) =>
    localDate(msOf(tsUs), rule.zoneOf(instrumentId));
  const eventDates = bookings.map(dateOf).toSorted();
  const first = eventDates[0];
  if (first === undefined) {
    return {
      through_day: null,
      disposition: [],
      turnover: [],
      turnover_month: null,
      turnover_gross_book: null,
    };
  }
  // The clock of the investor: nothing newer is known. Days end by it, each in its own zone.
  const clockMs = Math.max(
    input.newestMarkMs ?? -Infinity,
    ...bookings.map(({ tsUs }) => msOf(tsUs)),
  );
  const zones = past.symbols.length === 0 ? [rule.zoneOf(null)] : past.symbols.map(rule.zoneOf);
  const open = zones.map((zone) => localDate(clockMs - rule.graceMs, zone)).toSorted();
  const final = shiftDate(open[0] ?? first, -1);
  const through = [open.at(-1) ?? first, eventDates.at(-1) ?? first].toSorted().at(-1) ?? first;
  const from = (days: number) => (days === 0 ? first : shiftDate(through, 1 - days));

  const sales = (fullOnly: boolean) =>
    past.saleDates().flatMap((date) => {
      const counts = past.countsOf(date, fullOnly);
      return counts === null ? [] : [{ date, counts }];
    });
  const all = sales(false);
  const full = sales(true);
  const disposition = (['ODEAN_DAY', 'RUNNING', 'FULL_SALE_ONLY'] as const).flatMap((kind) =>
    WINDOWS.map((days) => {
      const until = kind === 'RUNNING' ? through : final;
      const inside = (kind === 'FULL_SALE_ONLY' ? full : all).filter(
        ({ date }) => date >= from(days) && date <= until,
      );
      return effect(
        kind,
        days,
        inside.map(({ counts }) => counts),
        hidden,
      );
    }),
  );

  const dates = datesBetween(first, through);
  const byDate = Map.groupBy(bookings, dateOf);
  const cash = new Map<string, Fraction>();
  let balance = ZERO;
  for (const date of dates) {
    for (const booking of byDate.get(date) ?? []) {
      balance = add(balance, cashOf(booking, past, date));
    }
    cash.set(date, balance);
  }
  const equity = new Map(
    dates.map((date) => [date, add(cash.get(date) ?? ZERO, past.valueOn(date).net)]),
  );
  const closed = input.folded.realised
    .filter(({ qty, openMs, closeMs }) => sign(qty) > 0 && closeMs - openMs <= DAY_MS)
    .map(({ closeMs, instrumentId }) => localDate(closeMs, rule.zoneOf(instrumentId)));
  const value = (type: string, since: string) =>
    past
      .all()
      .filter(({ booking, date }) => booking.type === type && date >= since)
      .map(({ booking, units }) => mul(units, fractionFromE18(booking.priceE18)))
      .reduce(add, ZERO);
  const executions = bookings.filter(({ type }) => type === 'BUY' || type === 'SELL').map(dateOf);
  const turnover = WINDOWS.map((window): TurnoverValues => {
    const days = dates.filter((date) => date >= from(window));
    const inside = new Set(days);
    const buys = value('BUY', from(window));
    const sells = value('SELL', from(window));
    const sum = days.map((date) => equity.get(date) ?? ZERO).reduce(add, ZERO);
    const count = executions.filter((date) => inside.has(date)).length;
    const mean = div(sum, fraction(BigInt(days.length)));
    const turned =
      sign(mean) <= 0 || hidden ? null : toNumber(div(div(add(buys, sells), fraction(2n)), mean));
    return {
      window_days: window,
      trade_count: count,
      day_count: days.length,
      round_trips: closed.filter((date) => inside.has(date)).length,
      buy_value: formatE18(roundE18(buys, 8)),
      sell_value: formatE18(roundE18(sells, 8)),
      turnover: turned,
      turnover_annual: turned === null ? null : (turned * 365.25) / days.length,
      trades_per_day: hidden ? null : count / days.length,
    };
  });

  const months = dates
    .filter((date) => date.endsWith('-01') && date > first)
    // A month is complete when the next one has begun; the first one began with nothing.
    .filter((start) => dates.some((date) => date > start && date.endsWith('-01')))
    .flatMap((start) => past.monthFrom(start) ?? []);
  const today = add(value('BUY', through), value('SELL', through));
  const books = add(past.valueOn(shiftDate(through, -1)).gross, past.valueOn(through).gross);
  return {
    through_day: through,
    disposition,
    turnover,
    turnover_month:
      hidden || months.length === 0
        ? null
        : months.map(toNumber).reduce((a, b) => a + b) / months.length,
    turnover_gross_book: hidden
      ? null
      : sign(today) === 0
        ? 0
        : sign(books) === 0
          ? null
          : toNumber(div(mul(today, fraction(2n)), books)),
  };
}

/** What a booking moved into the account. */
function cashOf(booking: Booking, past: Past, date: string): Fraction {
  const amount = fractionFromE18(booking.amountE18);
  switch (booking.type) {
    case 'DEPOSIT':
    case 'DIVIDEND':
    case 'INTEREST':
      return amount;
    case 'WITHDRAWAL':
    case 'FEE':
      return neg(amount);
    case 'BUY':
    case 'SELL': {
      const units = past
        .on(booking.instrumentId ?? '', date)
        .find((one) => one.booking === booking)?.units;
      if (units === undefined) return ZERO;
      const gross = mul(units, fractionFromE18(booking.priceE18));
      const fee = mul(fractionFromE18(booking.feeE18), div(units, fractionFromE18(booking.qtyE18)));
      return sub(booking.type === 'BUY' ? neg(gross) : gross, fee);
    }
  }
}

/** B1: ratios of pooled counts, nothing below five opportunities on either side. */
function effect(
  kind: DispositionValues['kind'],
  window: number,
  days: readonly Counts[],
  hidden: boolean,
): DispositionValues {
  const total = (name: keyof Counts) => days.reduce((sum, counts) => sum + counts[name], 0);
  const [rg, rl, pg, pl] = [total('rg'), total('rl'), total('pg'), total('pl')];
  const counts = { rg, rl, pg, pl, neither: total('neither'), unpriced: total('unpriced') };
  const base = { kind, window_days: window, ...counts, sale_days: days.length };
  if (hidden || rg + pg < 5 || rl + pl < 5) {
    return { ...base, pgr: null, plr: null, de: null, ratio: null, se: null, t: null };
  }
  const pgr = rg / (rg + pg);
  const plr = rl / (rl + pl);
  const se = Math.sqrt((pgr * (1 - pgr)) / (rg + pg) + (plr * (1 - plr)) / (rl + pl));
  const de = pgr - plr;
  return {
    ...base,
    pgr,
    plr,
    de,
    ratio: plr === 0 ? null : pgr / plr,
    se,
    t: se === 0 ? null : de / se,
  };
}
