import { formatE18, parseE18 } from '@groundswell/domain';
import { formatDecimal, formatPercent, signOf } from '../../lib/format.ts';
import { symbolOf } from '../../lib/source-health.ts';
import type { InvestorRecord } from './record.ts';

export interface HoldingRow {
  readonly instrumentId: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly averageCost: string;
  /** `no price` without a mark. */
  readonly mark: string;
  readonly value: string;
  readonly unrealised: string;
  /** Unrealised of cost. */
  readonly percent: string;
  readonly direction: -1 | 0 | 1;
  /** `no price`, or `held back`: mark and cost are too far apart (L10). Neither is in any sum. */
  readonly missing: 'no price' | 'held back' | null;
  /** ISO 8601. */
  readonly markTime: string | null;
}

/** Fraction digits of an instrument's prices. */
export type DecimalsOf = (instrumentId: string) => number;

/** Greatest value first, what has no value last. */
export function holdingRows(
  { holdings }: Pick<InvestorRecord, 'holdings'>,
  decimalsOf: DecimalsOf = () => 2,
): readonly HoldingRow[] {
  return [...holdings].sort(byValue).map((holding) => {
    const decimals = decimalsOf(holding.instrument_id);
    const isUnvalued = holding.market_value === null;
    return {
      instrumentId: holding.instrument_id,
      symbol: symbolOf(holding.instrument_id),
      quantity: inFull(holding.quantity),
      averageCost: formatDecimal(holding.average_cost, { decimals }),
      mark: holding.mark === null ? 'no price' : formatDecimal(holding.mark, { decimals }),
      value: money(holding.market_value),
      unrealised: money(holding.unrealised_pnl, true),
      percent: formatPercent(percentOf(holding.unrealised_pnl, holding.cost)),
      direction: signOf(holding.unrealised_pnl),
      missing: holding.quarantined ? 'held back' : isUnvalued ? 'no price' : null,
      markTime: holding.mark_time,
    };
  });
}

function byValue(
  a: { readonly market_value: string | null },
  b: { readonly market_value: string | null },
): number {
  if (a.market_value === null || b.market_value === null) {
    return Number(a.market_value === null) - Number(b.market_value === null);
  }
  const [x, y] = [parseE18(a.market_value), parseE18(b.market_value)];
  return x < y ? 1 : x > y ? -1 : 0;
}

/** Part of whole in percent, exact; null without a part or of 0 (C12). */
export function percentOf(part: string | null, whole: string): string | null {
  if (part === null) return null;
  const wholeE18 = parseE18(whole);
  if (wholeE18 === 0n) return null;
  const magnitude = wholeE18 < 0n ? -wholeE18 : wholeE18;
  return formatE18((parseE18(part) * 100n * 10n ** 18n) / magnitude);
}

/** As many digits as there are: quantities. */
export function inFull(text: string): string {
  const fractionDigits = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
  return formatDecimal(text, { decimals: Math.min(fractionDigits, 18) });
}

/** Account currency, two digits. Changes are always signed. */
export function money(text: string | null, signed = false): string {
  return formatDecimal(text, { decimals: 2, signed });
}
