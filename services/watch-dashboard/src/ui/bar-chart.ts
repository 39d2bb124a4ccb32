import type { UTCTimestamp } from 'lightweight-charts';
import type { Candle } from '../lib/candles.ts';
import { moodPointsOf, type MoodPoint } from '../lib/mood-points.ts';
import type { SentimentData, Weighting } from '../lib/mood.ts';
import type { GapSpan } from '../lib/source-health.ts';
import { clockText, sizeText } from '../lib/time.ts';
import { msOf } from './chart-data.ts';
import { createChartFrame } from './chart-frame.ts';
import { createMoodPanes } from './mood-panes.ts';
import { createPricePane, type PricePaneState } from './price-pane.ts';

export interface BarChartState extends PricePaneState {
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
  const frame = createChartFrame(container);
  const { chart } = frame;
  const pricePane = createPricePane(chart);
  const moodPanes = createMoodPanes(chart);
  let shownSizeMs = 0;
  let points: readonly MoodPoint[] = [];
  let pointsOf: readonly unknown[] = [];
  for (const [index, share] of PANE_SHARES.entries()) chart.panes()[index]?.setStretchFactor(share);

  chart.subscribeCrosshairMove(({ time }) => {
    events.onPoint(time === undefined ? null : (pricePane.candleAt(msOf(time)) ?? null));
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
    const { length } = pricePane.candles();
    chart.timeScale().setVisibleLogicalRange({ from: length - count, to: length + 3 });
  }

  function showMood({ mood, sizeMs, zone, colours }: BarChartState): void {
    const candles = pricePane.candles();
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
      ...{ points, by: mood.by, colours },
      overlay: {
        ...{ gaps, sizeMs, firstMs, colours, unit: sizeText(mood.sizeMs) },
        watermark:
          watermarkMs === null
            ? null
            : { timeMs: watermarkMs, text: `posts watermark ${clockText(watermarkMs, zone)}` },
      },
    });
  }

  return {
    show(state) {
      frame.dress(state.zone, state.colours);
      pricePane.show(state);
      showMood(state);
      if (state.sizeMs !== shownSizeMs) {
        shownSizeMs = state.sizeMs;
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
      for (const candle of pricePane.candles()) {
        const x = scale.timeToCoordinate((candle.startMs / 1000) as UTCTimestamp);
        if (x === null || x < -width || x > plot + width) continue;
        found.push({ x: x - width / 2, width, candle });
      }
      return found;
    },
    point: (candle) => {
      pricePane.point(candle);
    },
    candles: () => pricePane.candles(),
    moodAt: (startMs) => points.findLast((point) => point.startMs <= startMs),
    destroy() {
      chart.remove();
    },
  };
}
