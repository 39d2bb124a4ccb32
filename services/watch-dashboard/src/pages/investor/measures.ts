import { formatCount, formatNumber, NOTHING } from '../../lib/format.ts';
import { windowText, type InvestorRecord, type Turnover, type WindowDays } from './record.ts';

export type MeasureId =
  'holding' | 'losers' | 'turnover' | 'month' | 'trades' | 'book' | 'concentration' | 'largest';

/** A habit in numbers: described, never judged (P6). */
export interface Measure {
  readonly id: MeasureId;
  readonly name: string;
  readonly rule: string;
  readonly value: string;
  readonly sentence: string;
  /** The sample. */
  readonly n: string;
  /** What is missing when there is no value. */
  readonly needs: string | null;
  /** How it comes about, with its numbers. */
  readonly formula: string;
  /** The value as a statistic, for the sparkline of its history. */
  readonly pick: (record: InvestorRecord) => number | null;
}

type About = Pick<Measure, 'id' | 'name' | 'rule' | 'n' | 'formula' | 'pick'>;

/** Each side of B2 needs this many closed lot parts. */
const MIN_EACH = 3;
const PERCENT = '\u2009%';
const UNKNOWN = 'not in the published record yet';

export function measuresOf(record: InvestorRecord, windowDays: WindowDays): readonly Measure[] {
  return [
    holding(record),
    openLosers(record),
    turnover(record, windowDays),
    trades(record, windowDays),
    month(record),
    book(record),
    concentration(record),
    largest(record),
  ];
}

function known(about: About, value: string, sentence: string): Measure {
  return { ...about, value, sentence, needs: null };
}

function without(about: About, needs: string): Measure {
  return { ...about, value: NOTHING, sentence: 'Not shown: too little is known.', needs };
}

function holding(it: InvestorRecord): Measure {
  const ratio = it.holding_time_ratio;
  const [losers, winners] = [formatCount(it.losers), formatCount(it.winners)];
  const [loserDays, winnerDays] = [it.loser_days, it.winner_days].map((days) =>
    days === null ? NOTHING : daysText(days),
  );
  const about: About = {
    ...{ id: 'holding', name: 'Holding-time asymmetry', rule: 'B2' },
    n: `n ${losers} losers, ${winners} winners`,
    formula: `mean days of losers / mean days of winners = ${loserDays ?? ''} / ${winnerDays ?? ''}`,
    pick: ({ holding_time_ratio }) => holding_time_ratio,
  };
  if (it.losers < MIN_EACH || it.winners < MIN_EACH) {
    const min = String(MIN_EACH);
    return without(about, `needs ${min} losers and ${min} winners, has ${losers} and ${winners}`);
  }
  if (ratio === null) {
    return without(about, 'winners were held no time at all, so there is no ratio');
  }
  const factor = formatNumber(ratio, { decimals: ratio < 10 ? 2 : 1 });
  const days = `(${loserDays ?? ''} against ${winnerDays ?? ''})`;
  const sentence = `Losing lots were held ${factor} times as long as winning ones ${days}.`;
  return known(about, `${factor}×`, sentence);
}

function openLosers(it: InvestorRecord): Measure {
  const days = it.open_loser_days;
  const about: About = {
    ...{ id: 'losers', name: 'Age of open losers', rule: 'B2' },
    n: `n ${formatCount(it.open_losers)} open lots`,
    formula: 'mean of mark time − open time over open lots whose mark is below their cost',
    pick: ({ open_loser_days }) => open_loser_days ?? null,
  };
  if (days === undefined) return without(about, UNKNOWN);
  if (days === null) return without(about, 'needs an open lot at a loss, has none');
  const sentence = 'Unsold losers enter no ratio: so long are they held.';
  return known(about, daysText(days), sentence);
}

function turnoverOf(it: InvestorRecord, windowDays: number): Turnover | null {
  return it.turnover?.find(({ window_days }) => window_days === windowDays) ?? null;
}

function turnover(it: InvestorRecord, windowDays: WindowDays): Measure {
  const found = turnoverOf(it, windowDays);
  const about: About = {
    ...{ id: 'turnover', name: `Turnover, ${windowText(windowDays)}`, rule: 'B3' },
    n: `n ${formatCount(found?.day_count ?? null)} days`,
    formula: `((buys + sells) / 2) / mean daily equity = ${times(found?.turnover)}, × 365.25 / days`,
    pick: (record) => turnoverOf(record, windowDays)?.turnover_annual ?? null,
  };
  if (found === null) return without(about, UNKNOWN);
  if (found.turnover_annual === null) return without(about, 'needs a day with an equity above 0');
  const value = `${times(found.turnover_annual)} a year`;
  const sentence = `Half of what was traded is ${times(found.turnover)} times the mean equity.`;
  return known(about, value, sentence);
}

function trades(it: InvestorRecord, windowDays: WindowDays): Measure {
  const found = turnoverOf(it, windowDays);
  const about: About = {
    ...{ id: 'trades', name: `Trading, ${windowText(windowDays)}`, rule: 'B3' },
    n: `n ${formatCount(found?.trade_count ?? null)} executions`,
    formula: 'executions / calendar days',
    pick: (record) => turnoverOf(record, windowDays)?.trades_per_day ?? null,
  };
  if (found === null) return without(about, UNKNOWN);
  if (found.trades_per_day === null) return without(about, 'needs a first execution');
  const trips = found.round_trips;
  const lots = `${formatCount(trips)} ${trips === 1 ? 'lot was' : 'lots were'}`;
  return known(
    about,
    `${times(found.trades_per_day)} a day`,
    `${lots} closed within a day of opening.`,
  );
}

function month(it: InvestorRecord): Measure {
  const share = it.turnover_month;
  const about: About = {
    ...{ id: 'month', name: 'Turnover, monthly', rule: 'B3' },
    n: 'published mean 75\u2009% a year',
    formula:
      'mean of sold and bought parts of the holdings at the beginning of the month, capped at them',
    pick: ({ turnover_month }) => turnover_month ?? null,
  };
  if (share === undefined) return without(about, UNKNOWN);
  if (share === null) return without(about, 'needs a full month with holdings at its beginning');
  const value = percent(share);
  return known(about, value, `${value} of the holdings change hands, mean month.`);
}

function book(it: InvestorRecord): Measure {
  const factor = it.turnover_gross_book;
  const about: About = {
    ...{ id: 'book', name: 'Traded of gross book', rule: 'B3' },
    n: 'newest day',
    formula:
      'value traded in the day / mean of the gross book before and after; whole book replaced = 2',
    pick: ({ turnover_gross_book }) => turnover_gross_book ?? null,
  };
  if (factor === undefined) return without(about, UNKNOWN);
  if (factor === null) return without(about, 'needs a day with holdings');
  return known(about, times(factor), 'Replacing everything that is held would be 2.');
}

function concentration(it: InvestorRecord): Measure {
  const about: About = {
    ...{ id: 'concentration', name: 'Concentration, effective N', rule: 'B6' },
    n: `n ${formatCount(it.holding_count)} priced holdings`,
    formula: `1 / Σ w² = 1 / ${formatNumber(it.hhi, { decimals: 3 })}`,
    pick: ({ effective_n }) => effective_n,
  };
  if (it.effective_n === null) return without(about, 'needs one priced holding, has none');
  const value = formatNumber(it.effective_n, { decimals: 1 });
  return known(about, value, `Weights act like ${value} equal holdings.${leftOut(it)}`);
}

function leftOut({ unpriced, quarantined }: InvestorRecord): string {
  const count = unpriced.length + quarantined.length;
  if (count === 0) return '';
  const subject = count === 1 ? 'One holding has' : `${formatCount(count)} holdings have`;
  return ` ${subject} no usable price and ${count === 1 ? 'is' : 'are'} left out.`;
}

function largest(it: InvestorRecord): Measure {
  const about: About = {
    ...{ id: 'largest', name: 'Largest holding', rule: 'B6' },
    n: `n ${formatCount(it.holding_count)} priced holdings`,
    formula: '|market value| / Σ |market value|, cash excluded',
    pick: ({ max_weight }) => max_weight,
  };
  if (it.max_weight === null) return without(about, 'needs one priced holding, has none');
  const top = it.top3_weight === null ? '' : `; the three largest are ${percent(it.top3_weight)}`;
  return known(about, percent(it.max_weight), `Of everything that has a price${top}.`);
}

function times(value: number | null | undefined): string {
  return formatNumber(value, { decimals: value != null && Math.abs(value) >= 100 ? 0 : 1 });
}

function percent(share: number): string {
  return `${formatNumber(share * 100, { decimals: 1 })}${PERCENT}`;
}

/** Days of 86,400 s as people say them: `68 d`, `3.2 d`, `5.0 h`, `12 min`. */
export function daysText(days: number): string {
  if (days >= 1) return `${formatNumber(days, { decimals: days < 10 ? 1 : 0 })} d`;
  const minutes = days * 1440;
  if (minutes >= 90) return `${formatNumber(minutes / 60, { decimals: 1 })} h`;
  if (minutes >= 1) return `${formatNumber(minutes, { decimals: 0 })} min`;
  return `${formatNumber(minutes * 60, { decimals: 0 })} s`;
}
