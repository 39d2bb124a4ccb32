import type { InvestorData } from '@groundswell/schemas';

type Habits = Pick<
  InvestorData,
  | 'through_day'
  | 'disposition'
  | 'turnover'
  | 'turnover_month'
  | 'turnover_gross_book'
  | 'open_losers'
  | 'open_loser_days'
>;

/** A published record of an investor. Versions from before B1 and B3 lack the habits: missing is not known, never 0. */
export type InvestorRecord = Omit<InvestorData, keyof Habits> & Partial<Habits>;

/** B1 of one kind and trailing window. Ratios are null below 5 opportunities on a side; counts never are. */
export type DispositionEffect = Habits['disposition'][number];

/** B3 of one trailing window. */
export type Turnover = Habits['turnover'][number];

export const windows = [30, 90, 0] as const;
/** Trailing local days; 0 = lifetime. */
export type WindowDays = (typeof windows)[number];
const DEFAULT_WINDOW: WindowDays = 90;

export function windowText(days: number): string {
  return days === 0 ? 'all time' : `${String(days)} d`;
}

/** `?window=` of the address; anything else is the default. */
export function parseWindow(text: string | null): WindowDays {
  if (text === 'lifetime') return 0;
  return windows.find((days) => days > 0 && String(days) === text) ?? DEFAULT_WINDOW;
}

/** What `?window=` holds for a choice; null for the default, which needs no word. */
export function windowQuery(days: WindowDays): string | null {
  if (days === DEFAULT_WINDOW) return null;
  return days === 0 ? 'lifetime' : String(days);
}

/** `90 d to 20 Nov`: the local day on which the trailing windows end, where it is known. */
export function spanOf({ through_day }: InvestorRecord, days: number): string {
  if (through_day == null) return windowText(days);
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return `${windowText(days)} to ${day.format(Date.parse(`${through_day}T00:00:00Z`))}`;
}
