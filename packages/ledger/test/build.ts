import { formatE18, parseE18, roundE18, type Fraction } from '@groundswell/domain';
import {
  createJournal,
  type Journal,
  type LedgerEvent,
  type LedgerMark,
  type LedgerOptions,
  type LedgerState,
} from '../src/index.ts';

/** An event from readable parts: decimals as text, times as ISO-8601 (a date alone is midnight UTC). */
export interface Draft {
  readonly id: string;
  readonly at: string;
  readonly seq?: number;
  readonly fee?: string;
}

export function anEvent(
  draft: Draft,
  fields: Partial<LedgerEvent> & Pick<LedgerEvent, 'type'>,
): LedgerEvent {
  return {
    id: draft.id,
    tsMs: Date.parse(draft.at),
    seq: draft.seq ?? null,
    instrumentId: 'X',
    qtyE18: 0n,
    priceE18: 0n,
    feeE18: parseE18(draft.fee ?? '0'),
    amountE18: 0n,
    ...fields,
  };
}

/** `aFill({ id, at }, 'B 8@25')`, with an instrument in front if it is not X: `'P B 40@25'`. */
export function aFill(draft: Draft, text: string, more: Partial<LedgerEvent> = {}): LedgerEvent {
  const [, instrumentId = 'X', side, qty = '', price = ''] =
    /^(?:(\w+) )?([BS]) ([\d.]+)@([\d.]+)$/.exec(text) ?? [];
  return anEvent(draft, {
    type: side === 'B' ? 'BUY' : 'SELL',
    instrumentId,
    qtyE18: parseE18(qty),
    priceE18: parseE18(price),
    ...more,
  });
}

export const fifo: LedgerOptions = { selection: 'fifo', oversell: 'open_short' };

export function journalOf(
  events: readonly LedgerEvent[],
  options: Partial<LedgerOptions> = {},
): Journal {
  const journal = createJournal({ ...fifo, ...options });
  for (const event of events) journal.insert(event);
  return journal;
}

export function stateOf(
  events: readonly LedgerEvent[],
  options: Partial<LedgerOptions> = {},
): LedgerState {
  return journalOf(events, options).state();
}

/** A fraction as decimal text with up to 12 decimals, to compare with numbers worked by hand. */
export function text(value: Fraction | null | undefined): string | null {
  return value ? formatE18(roundE18(value, 12)) : null;
}

export function position(state: LedgerState, instrumentId = 'X'): { qty: string; cost: string } {
  const lots = state.positions.get(instrumentId)?.lots ?? [];
  const sum = (pick: (lot: (typeof lots)[number]) => Fraction): string =>
    formatE18(lots.reduce((total, lot) => total + roundE18(pick(lot), 12), 0n));
  return { qty: sum((lot) => lot.qty), cost: sum((lot) => lot.cost) };
}

export function days(state: LedgerState): number[] {
  return state.realisedRecords.map((record) => record.holdMs / 86_400_000);
}

export function marks(prices: Readonly<Record<string, string>>): (id: string) => LedgerMark | null {
  return (id) => {
    const price = prices[id];
    return price === undefined ? null : { priceE18: parseE18(price), tsMs: 0 };
  };
}

/** A fraction to the last bit. */
export function exact({ num, den }: Fraction): string {
  return `${num}/${den}`;
}
