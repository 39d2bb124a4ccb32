/** What a past day of an instrument came to, as a venue or a file sums it up; prices per unit. */
export interface DayPrice {
  /** First instant after the day, epoch micros, a whole millisecond. */
  readonly endUs: number;
  readonly lowE18: bigint;
  readonly highE18: bigint;
  readonly closeE18: bigint;
}

export interface DayMark {
  readonly what: 'low' | 'high' | 'close';
  readonly tsUs: number;
  readonly priceE18: bigint;
}

/** The mark of a day's last minute stands at its last millisecond. */
const LAST_MARK_US = 1_000;

/**
 * The three marks of a day. They stand one microsecond apart right before the last instant at which a minute of that day can be marked,
 * and never on one: so a live minute that closed the day is the newest price of it whichever of the two came first, the close of the day
 * is where nobody was there to see that minute, and what the day spans is what both of them span (B1 rule 4). When within the day low and
 * high were is not known, and not claimed: marks off the full millisecond speak of a day.
 */
export function dayMarks({ endUs, lowE18, highE18, closeE18 }: DayPrice): readonly DayMark[] {
  const lastUs = endUs - LAST_MARK_US;
  return [
    { what: 'low', tsUs: lastUs - 3, priceE18: lowE18 },
    { what: 'high', tsUs: lastUs - 2, priceE18: highE18 },
    { what: 'close', tsUs: lastUs - 1, priceE18: closeE18 },
  ];
}
