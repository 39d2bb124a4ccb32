/** Low, high and close of one day of a product; prices per unit. */
export interface RawDay {
  /** UTC date as days since 1970-01-01. */
  readonly day: number;
  readonly lowE18: bigint;
  readonly highE18: bigint;
  readonly closeE18: bigint;
}

/** Closed set: labels of dead letters. */
export type DayRefusal = 'bad_day_row' | 'bad_day' | 'bad_day_price' | 'bad_day_range';

/** One row of a venue's answer; a refused one with its text. */
export type DayRow =
  | { readonly kind: 'day'; readonly day: RawDay }
  | { readonly kind: 'refused'; readonly reason: DayRefusal; readonly text: string };

export interface DaysRequest {
  readonly product: string;
  /** Both inclusive, days since 1970-01-01, and no more than {@link DaySource.maxDays} of them. */
  readonly firstDay: number;
  readonly lastDay: number;
  readonly signal: AbortSignal;
}

/** A venue that sums up its past days. */
export interface DaySource {
  readonly maxDays: number;
  /** Between two requests, so that they and repairs of trades together stay below the venue's limit. */
  readonly pauseMs: number;
  /**
   * The days of a range that the venue knows, ascending; a day without a trade has no row.
   * @throws SourceUnavailableError
   */
  fetchDays(request: DaysRequest): Promise<readonly DayRow[]>;
}
