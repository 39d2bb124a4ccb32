import {
  CandlestickSeries,
  createChart,
  CrosshairMode,
  HistogramSeries,
  LineStyle,
  type TickMarkType,
  type IPriceLine,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { MarketData } from '@groundswell/schemas';
import { candlesOf, hasPrice, watermarkOf, type Candle } from '../lib/candles.ts';
import type { ChartColours } from '../lib/chart-colours.ts';
import { moodPointsOf, type MoodPoint } from '../lib/mood-points.ts';
import type { SentimentData, Weighting } from '../lib/mood.ts';
import type { GapSpan } from '../lib/source-health.ts';
import { clockText, sizeText, type Zone } from '../lib/time.ts';
import { candleData, firstDifference, msOf, tickText, volumeData } from './chart-data.ts';
import { ChartOverlay } from './chart-overlay.ts';
import { createMoodPanes } from './mood-panes.ts';

export interface BarChartState {
  readonly bars: readonly MarketData[];
  readonly sizeMs: number;
  readonly gaps: readonly GapSpan[];
  readonly last: string | null;
  readonly decimals: number;
  readonly zone: Zone;
  readonly colours: ChartColours;
  readonly mood: {
    readonly windows: readonly SentimentData[];
    readonly sizeMs: number;
    readonly by: Weighting;
    /** Holes of the sources of posts. */
    readonly gaps: readonly GapSpan[];
    readonly watermarkMs: number | null;
  };
}

/** Where the strip under the chart puts its cells. */
export interface AxisPlace {
  readonly x: number;
  readonly width: number;
  readonly candle: Candle;
}

export interface BarChart {
  show(state: BarChartState): void;
  /** Windows in sight, left to right. */
  places(): readonly AxisPlace[];
  /** Width of the drawing area without the price scale, px. */
  plotWidth(): number;
  /** Put the crosshair on a candle; null takes it away. */
  point(candle: Candle | null): void;
  candles(): readonly Candle[];
  /** The window of mood that holds a candle. */
  moodAt(startMs: number): MoodPoint | undefined;
  destroy(): void;
}

export interface BarChartEvents {
  onPoint(candle: Candle | null): void;
  onMoved(): void;
  /** A place on the time axis was clicked, epoch ms. */
  onChoose(timeMs: number): void;
}

/** Heights of price, mood and posts to one another. */
const PANE_SHARES = [100, 44, 27];
/** Width of a candle with its gap at first sight. */
const COMFORTABLE_PX = 9;

/** Candles over volume, mood and posts on one time axis, with watermarks, holes and an own price line. Door to lightweight-charts. */
export function createBarChart(container: HTMLElement, events: BarChartEvents): BarChart {
  let zone: Zone = 'UTC';
  let candles: readonly Candle[] = [];
  let shownSizeMs = 0;
  let colours: ChartColours | null = null;
  let priceLine: IPriceLine | null = null;

  const chart = createChart(container, {
    autoSize: true,
    layout: {
      attributionLogo: false, // it injects a style element, which the policy forbids; our footer names the makers
      fontSize: 11,
      fontFamily: 'Inter, system-ui, sans-serif',
      panes: { enableResize: false },
    },
    rightPriceScale: { borderVisible: false, minimumWidth: 96 },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      rightOffset: 4,
      minBarSpacing: 1.5,
      tickMarkFormatter: (time: Time, kind: TickMarkType) => tickText(time, kind, zone),
    },
    localization: { timeFormatter: (time: Time) => clockText(msOf(time), zone) },
    crosshair: { mode: CrosshairMode.Normal },
    handleScale: { axisPressedMouseMove: { price: false } },
  });
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
  const moodPanes = createMoodPanes(chart);
  let points: readonly MoodPoint[] = [];
  let pointsOf: readonly unknown[] = [];
  for (const [index, share] of PANE_SHARES.entries()) chart.panes()[index]?.setStretchFactor(share);

  chart.subscribeCrosshairMove(({ time }) => {
    events.onPoint(time === undefined ? null : (candleAt(msOf(time)) ?? null));
  });
  chart.subscribeClick(({ time }) => {
    if (time !== undefined) events.onChoose(msOf(time));
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
    events.onMoved();
  });
  chart.timeScale().subscribeSizeChange(() => {
    events.onMoved();
  });

  /** As many of the newest candles as are easy to read. */
  function showNewest(plotWidth: number): void {
    // Of few, none is drawn wider: the space before the first stays empty.
    const count = Math.max(20, Math.floor(plotWidth / COMFORTABLE_PX));
    chart
      .timeScale()
      .setVisibleLogicalRange({ from: candles.length - count, to: candles.length + 3 });
  }

  function candleAt(startMs: number): Candle | undefined {
    const first = candles[0];
    if (first === undefined) return undefined;
    const guess = candles[Math.round((startMs - first.startMs) / shownSizeMs)];
    return guess?.startMs === startMs
      ? guess
      : candles.find((candle) => candle.startMs === startMs);
  }

  function dress(next: ChartColours, decimals: number): void {
    if (next !== colours) {
      colours = next;
      chart.applyOptions({
        layout: {
          background: { color: next.ground },
          textColor: next.text,
          panes: { separatorColor: next.line, separatorHoverColor: next.line },
        },
        grid: { vertLines: { color: next.grid }, horzLines: { color: next.grid } },
        crosshair: {
          vertLine: { color: next.text, labelBackgroundColor: next.text },
          horzLine: { color: next.text, labelBackgroundColor: next.text },
        },
      });
    }
    series.applyOptions({
      priceFormat: { type: 'price', precision: decimals, minMove: 1 / 10 ** decimals },
    });
  }

  function setData(next: readonly Candle[], sizeMs: number, isRecoloured: boolean): void {
    const before = candles;
    candles = next;
    const isSameAxis =
      !isRecoloured &&
      sizeMs === shownSizeMs &&
      before[0]?.startMs === next[0]?.startMs &&
      before.length <= next.length;
    shownSizeMs = sizeMs;
    if (colours === null) return;
    // The usual change is the last candle; only then is an update enough.
    const from = isSameAxis ? firstDifference(before, next) : 0;
    if (isSameAxis && from >= before.length - 1) {
      for (const candle of next.slice(from)) updateWith(candle, colours);
      return;
    }
    const palette = colours;
    series.setData(next.map((candle) => candleData(candle, palette)));
    volume.setData(next.map((candle) => volumeData(candle, palette)));
  }

  function updateWith(candle: Candle, palette: ChartColours): void {
    series.update(candleData(candle, palette));
    volume.update(volumeData(candle, palette));
  }

  function showPriceLine(state: BarChartState): void {
    const newest = [...candles].reverse().find(hasPrice);
    const price = state.last === null ? newest?.close : Number(state.last);
    if (price === undefined) {
      if (priceLine !== null) series.removePriceLine(priceLine);
      priceLine = null;
      return;
    }
    const color = newest?.isUp === false ? state.colours.down : state.colours.up;
    const options = {
      price,
      color,
      axisLabelColor: color,
      axisLabelTextColor: state.colours.onPrice,
      lineWidth: 1 as const,
      lineStyle: LineStyle.Dotted,
      axisLabelVisible: true,
      title: '',
    };
    if (priceLine === null) priceLine = series.createPriceLine(options);
    else priceLine.applyOptions(options);
  }

  function showMood({ mood, sizeMs, zone: shownZone, colours: palette }: BarChartState): void {
    const firstMs = candles[0]?.startMs ?? 0;
    const untilMs = candles.at(-1)?.startMs ?? firstMs;
    const made = [mood.windows, mood.sizeMs, sizeMs, firstMs, untilMs];
    if (made.some((part, index) => part !== pointsOf[index])) {
      const axis = { sizeMs: mood.sizeMs, stepMs: sizeMs, fromMs: firstMs, untilMs };
      points = moodPointsOf(mood.windows, axis);
      pointsOf = made;
    }
    const { watermarkMs, gaps } = mood;
    moodPanes.show({
      ...{ points, by: mood.by, colours: palette },
      overlay: {
        ...{ gaps, sizeMs, firstMs, colours: palette, unit: sizeText(mood.sizeMs) },
        watermark:
          watermarkMs === null
            ? null
            : { timeMs: watermarkMs, text: `posts watermark ${clockText(watermarkMs, shownZone)}` },
      },
    });
  }

  return {
    show(state) {
      const isRecoloured = state.colours !== colours;
      const isNewSize = state.sizeMs !== shownSizeMs;
      if (state.zone !== zone) {
        zone = state.zone;
        chart.applyOptions({
          localization: { timeFormatter: (t: Time) => clockText(msOf(t), zone) },
        });
      }
      dress(state.colours, state.decimals);
      setData(candlesOf(state.bars, state.sizeMs), state.sizeMs, isRecoloured);
      showPriceLine(state);
      showOverlay(overlay, state, candles);
      showMood(state);
      if (isNewSize) {
        chart.timeScale().applyOptions({ secondsVisible: state.sizeMs < 60_000 });
        showNewest(chart.timeScale().width());
      }
      events.onMoved();
    },
    places() {
      const scale = chart.timeScale();
      const width = scale.options().barSpacing;
      const plot = scale.width();
      const found: AxisPlace[] = [];
      for (const candle of candles) {
        const x = scale.timeToCoordinate((candle.startMs / 1000) as UTCTimestamp);
        if (x === null || x < -width || x > plot + width) continue;
        found.push({ x: x - width / 2, width, candle });
      }
      return found;
    },
    plotWidth: () => chart.timeScale().width(),
    point(candle) {
      if (candle === null) chart.clearCrosshairPosition();
      else {
        const time = (candle.startMs / 1000) as UTCTimestamp;
        const price = hasPrice(candle) ? candle.close : 0;
        chart.setCrosshairPosition(price, time, series);
      }
    },
    candles: () => candles,
    moodAt: (startMs) => points.findLast((point) => point.startMs <= startMs),
    destroy() {
      chart.remove();
    },
  };
}

function showOverlay(
  overlay: ChartOverlay,
  state: BarChartState,
  candles: readonly Candle[],
): void {
  const watermarkMs = watermarkOf(state.bars);
  const revised = candles.filter((candle) => candle.bar?.status === 'REVISED' && hasPrice(candle));
  overlay.set({
    watermark:
      watermarkMs === null
        ? null
        : { timeMs: watermarkMs, text: `market watermark ${clockText(watermarkMs, state.zone)}` },
    gaps: state.gaps,
    notches: revised.map(({ startMs, high }) => ({ timeMs: startMs, price: high })),
    sizeMs: state.sizeMs,
    firstMs: candles[0]?.startMs ?? 0,
    colours: state.colours,
  });
}
