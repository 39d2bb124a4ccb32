import {
  CandlestickSeries,
  HistogramSeries,
  LineStyle,
  type IChartApi,
  type IPriceLine,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { MarketData } from '@groundswell/schemas';
import { candlesOf, hasPrice, watermarkOf, type Candle } from '../lib/candles.ts';
import type { ChartColours } from '../lib/chart-colours.ts';
import type { GapSpan } from '../lib/source-health.ts';
import { clockText, type Zone } from '../lib/time.ts';
import { candleData, firstDifference, volumeData } from './chart-data.ts';
import { ChartOverlay } from './chart-overlay.ts';

export interface PricePaneState {
  readonly bars: readonly MarketData[];
  readonly sizeMs: number;
  readonly gaps: readonly GapSpan[];
  readonly last: string | null;
  readonly decimals: number;
  readonly zone: Zone;
  readonly colours: ChartColours;
}

export interface PricePane {
  show(state: PricePaneState): void;
  candles(): readonly Candle[];
  candleAt(startMs: number): Candle | undefined;
  /** Put the crosshair on a candle; null takes it away. */
  point(candle: Candle | null): void;
}

/** Candles over volume in the uppermost pane, with the market's watermark and holes and an own price line. */
export function createPricePane(chart: IChartApi): PricePane {
  let candles: readonly Candle[] = [];
  let shownSizeMs = 0;
  let shownColours: ChartColours | null = null;
  let priceLine: IPriceLine | null = null;
  const series = chart.addSeries(CandlestickSeries, {
    priceLineVisible: false,
    lastValueVisible: false,
    borderVisible: true,
  });
  const volume = chart.addSeries(HistogramSeries, {
    ...{ priceLineVisible: false, lastValueVisible: false, priceScaleId: 'volume' },
    priceFormat: { type: 'volume' },
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  series.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0.18 } });
  const overlay = new ChartOverlay((price) => series.priceToCoordinate(price), true);
  chart.panes()[0]?.attachPrimitive(overlay);

  function setData(next: readonly Candle[], sizeMs: number, colours: ChartColours): void {
    const before = candles;
    candles = next;
    const isSameAxis =
      colours === shownColours &&
      sizeMs === shownSizeMs &&
      before[0]?.startMs === next[0]?.startMs &&
      before.length <= next.length;
    shownSizeMs = sizeMs;
    shownColours = colours;
    // The usual change is the last candle; only then is an update enough.
    const from = isSameAxis ? firstDifference(before, next) : 0;
    if (isSameAxis && from >= before.length - 1) {
      for (const candle of next.slice(from)) {
        series.update(candleData(candle, colours));
        volume.update(volumeData(candle, colours));
      }
      return;
    }
    series.setData(next.map((candle) => candleData(candle, colours)));
    volume.setData(next.map((candle) => volumeData(candle, colours)));
  }

  function showPriceLine({ last, colours }: PricePaneState): void {
    const newest = [...candles].reverse().find(hasPrice);
    const price = last === null ? newest?.close : Number(last);
    if (price === undefined) {
      if (priceLine !== null) series.removePriceLine(priceLine);
      priceLine = null;
      return;
    }
    const color = newest?.isUp === false ? colours.down : colours.up;
    const options = {
      price,
      color,
      axisLabelColor: color,
      axisLabelTextColor: colours.onPrice,
      lineWidth: 1 as const,
      lineStyle: LineStyle.Dotted,
      axisLabelVisible: true,
      title: '',
    };
    if (priceLine === null) priceLine = series.createPriceLine(options);
    else priceLine.applyOptions(options);
  }

  return {
    show(state) {
      const { bars, sizeMs, decimals, colours } = state;
      series.applyOptions({
        priceFormat: { type: 'price', precision: decimals, minMove: 1 / 10 ** decimals },
      });
      setData(candlesOf(bars, sizeMs), sizeMs, colours);
      showPriceLine(state);
      showOverlay(overlay, state, candles);
    },
    candles: () => candles,
    candleAt(startMs) {
      const first = candles[0];
      if (first === undefined) return undefined;
      const guess = candles[Math.round((startMs - first.startMs) / shownSizeMs)];
      return guess?.startMs === startMs
        ? guess
        : candles.find((candle) => candle.startMs === startMs);
    },
    point(candle) {
      if (candle === null) chart.clearCrosshairPosition();
      else {
        const time = (candle.startMs / 1000) as UTCTimestamp;
        const price = hasPrice(candle) ? candle.close : 0;
        chart.setCrosshairPosition(price, time, series);
      }
    },
  };
}

function showOverlay(
  overlay: ChartOverlay,
  { bars, sizeMs, gaps, zone, colours }: PricePaneState,
  candles: readonly Candle[],
): void {
  const watermarkMs = watermarkOf(bars);
  const revised = candles.filter((candle) => candle.bar?.status === 'REVISED' && hasPrice(candle));
  overlay.set({
    watermark:
      watermarkMs === null
        ? null
        : { timeMs: watermarkMs, text: `market watermark ${clockText(watermarkMs, zone)}` },
    notches: revised.map(({ startMs, high }) => ({ timeMs: startMs, price: high })),
    firstMs: candles[0]?.startMs ?? 0,
    ...{ gaps, sizeMs, colours },
  });
}
