import type { MarketData } from '@groundswell/schemas';
import { explainPath, revisionsPath, type MarketValue } from './api.ts';
import { formatCount, formatDecimal, formatNumber, NOTHING } from './format.ts';
import { symbolOf } from './source-health.ts';
import { finalAtMs } from './trust.ts';
import { clockText, isoMs, sizeText, type Zone } from './time.ts';

/** Why a number is what it is: everything that the panel shows, as texts (dashboard.md 3). */
export interface Explanation {
  /** The number itself. */
  readonly value: string;
  /** Whose and which: `TIDE-USD · mood, weighted · 5 min`. */
  readonly about: string;
  readonly window: Pick<MarketData, 'window_start' | 'window_end' | 'watermark' | 'status'>;
  readonly pathTitle: string;
  /** From events to the number. */
  readonly path: readonly ExplanationLine[];
  readonly formula: string;
  /** Events per source. */
  readonly sources: readonly { readonly name: string; readonly count: number }[];
  readonly revisionsPath: string;
  /** The same as an API call. */
  readonly explainPath: string;
  /** Heading of the revisions' figure. */
  readonly figureName: string;
  /** The same figure of another revision. */
  readonly figureOf: (value: unknown) => string;
  readonly facts: readonly {
    readonly name: string;
    readonly value: string;
    readonly isCode?: boolean;
  }[];
  /** Posts that can be looked at; null where the events are none. */
  readonly postCount: number | null;
}

export interface ExplanationLine {
  readonly name: string;
  readonly rule: string | null;
  readonly value: string;
  readonly isTotal?: boolean;
}

/** Figures of a bar that can be explained. */
export type BarField =
  'close' | 'vwap' | 'range' | 'volume' | 'trade_count' | 'realised_volatility';

export interface BarFigure {
  readonly field: BarField;
  readonly label: string;
  readonly value: string;
  /** Unit or second figure beside it. */
  readonly beside: string;
  /** What is missing when there is no value. */
  readonly needs: string | null;
  /** How it comes about, with its numbers. */
  readonly formula: string;
  readonly rule: string;
}

export function barFigure(bar: MarketData, field: BarField, decimals: number): BarFigure {
  const price = (text: string | null) => formatDecimal(text, { decimals });
  const none = bar.close === null ? 'no trade set a price in this window' : null;
  switch (field) {
    case 'close':
      return {
        ...{ field, label: 'Close', value: price(bar.close), beside: '', needs: none, rule: 'M2' },
        formula: `last price that may set one = ${price(bar.close)}`,
      };
    case 'vwap':
      return {
        ...{ field, label: 'VWAP', value: price(bar.vwap), beside: '', rule: 'M2' },
        needs: bar.vwap === null ? 'no volume in this window' : null,
        formula: `Σ price·size / Σ size, Σ size = ${bar.volume}: ${price(bar.vwap)}`,
      };
    case 'range':
      return {
        ...{ field, label: 'High – low', needs: none, rule: 'M2' },
        value: bar.high === null ? NOTHING : `${price(bar.low)}–${price(bar.high)}`,
        beside: '',
        formula: `least ${price(bar.low)}, greatest ${price(bar.high)}, first ${price(bar.open)}`,
      };
    case 'volume':
      return {
        ...{ field, label: 'Volume', needs: null, rule: 'M2', beside: 'units' },
        value: formatDecimal(bar.volume, { decimals: 2 }),
        formula: `Σ size of ${formatCount(bar.trade_count)} trades = ${bar.volume}`,
      };
    case 'trade_count':
      return {
        ...{ field, label: 'Trades', needs: null, rule: 'M2', beside: 'that count' },
        value: formatCount(bar.trade_count),
        formula: `${formatCount(bar.n)} events, ${formatCount(bar.trade_count)} count into volume`,
      };
    case 'realised_volatility':
      return volatilityFigure(bar);
  }
}

function volatilityFigure(bar: MarketData): BarFigure {
  const returns = bar.return_count ?? 0;
  const percent = bar.realised_volatility === null ? null : bar.realised_volatility * 100;
  const value = formatNumber(percent, { decimals: 3 });
  return {
    field: 'realised_volatility',
    label: 'Realised volatility',
    value: value === NOTHING ? value : `${value}\u2009%`,
    beside: `${formatCount(returns)} returns`,
    needs: bar.realised_volatility === null ? 'needs returns of 1 s closes in a 5 min bar' : null,
    formula: `√ Σ ln(close / close before)² over ${formatCount(returns)} returns of 1 s closes`,
    rule: 'M5',
  };
}

/** The last price of a bar, with the bar's other figures. */
export function explainBar(bar: MarketData, field: BarField, decimals: number): Explanation {
  const figure = barFigure(bar, field, decimals);
  const others = (['vwap', 'range', 'volume', 'realised_volatility'] as const)
    .filter((name) => name !== field && (name !== 'realised_volatility' || bar[name] !== null))
    .map((name) => barFigure(bar, name, decimals));
  return {
    value: figure.value,
    about: `${symbolOf(bar.instrument_id)} · ${figure.label.toLowerCase()} · ${sizeText(bar.window_size_ms)}`,
    window: bar,
    pathTitle: 'From trades to number',
    path: [
      { name: 'counted', rule: null, value: formatCount(bar.n) },
      { name: 'too late, left out', rule: 'W3', value: formatCount(bar.late_count) },
      { name: 'into volume', rule: 'M2', value: formatCount(bar.trade_count), isTotal: true },
      ...others.map(({ label, rule, value }) => ({ name: label, rule, value })),
    ],
    formula: figure.formula,
    sources: Object.entries(bar.counts).map(([name, count]) => ({ name, count })),
    revisionsPath: revisionsPath(bar),
    explainPath: explainPath(bar),
    figureName: figure.label,
    figureOf: (value) => barFigure({ ...bar, ...(value as MarketValue) }, field, decimals).value,
    facts: factsOf(bar, figure.rule),
    postCount: null,
  };
}

/** What every explanation ends with. */
export function factsOf(
  data: Pick<
    MarketData,
    | 'known_at'
    | 'lineage'
    | 'revision'
    | 'status'
    | 'cause'
    | 'entity'
    | 'watermark'
    | 'feature_set'
    | 'window_size_ms'
  >,
  rule: string,
): Explanation['facts'] {
  return [
    { name: 'Known at', value: data.known_at },
    { name: 'Watermark', value: data.watermark },
    {
      name: 'Lineage',
      value: `${String(data.lineage)} · ver ${String(data.revision)}`,
      isCode: true,
    },
    { name: 'Entity', value: data.entity, isCode: true },
    { name: 'Definition', value: `${definitionOf(data)} · ${rule}, V1` },
  ];
}

/** The time bar of the explanation: positions as shares of [start, final]. */
export interface TimeBar {
  readonly windowEnd: number;
  readonly watermark: number;
  readonly now: number;
  readonly startText: string;
  readonly endText: string;
  readonly finalText: string;
  readonly watermarkText: string;
}

export function timeBarOf(
  bar: Pick<MarketData, 'window_start' | 'window_end' | 'watermark'>,
  graceMs: number,
  nowMs: number,
  zone: Zone,
): TimeBar {
  const [startMs, endMs] = [isoMs(bar.window_start), isoMs(bar.window_end)];
  const finalMs = finalAtMs({ windowEndMs: endMs, graceMs });
  const place = (timeMs: number) =>
    Math.min(1, Math.max(0, (timeMs - startMs) / Math.max(1, finalMs - startMs)));
  return {
    windowEnd: place(endMs),
    watermark: place(isoMs(bar.watermark)),
    now: place(nowMs),
    startText: clockText(startMs, zone),
    endText: clockText(endMs, zone),
    finalText: `final ${clockText(finalMs, zone)}`,
    watermarkText: `watermark ${clockText(isoMs(bar.watermark), zone)}`,
  };
}

/** Name of the definition: set, window size. */
export function definitionOf(bar: Pick<MarketData, 'feature_set' | 'window_size_ms'>): string {
  return `${bar.feature_set} · ${sizeText(bar.window_size_ms)}`;
}
