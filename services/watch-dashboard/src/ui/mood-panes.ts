import {
  BaselineSeries,
  HistogramSeries,
  LineSeries,
  LineStyle,
  type BaselineData,
  type HistogramData,
  type IChartApi,
  type LineData,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import { withAlpha, type ChartColours } from '../lib/chart-colours.ts';
import { moodText } from '../lib/mood-cell.ts';
import type { MoodPoint } from '../lib/mood-points.ts';
import type { Weighting } from '../lib/mood.ts';
import { ChartOverlay, type OverlayState } from './chart-overlay.ts';

export interface MoodPanesState {
  readonly points: readonly MoodPoint[];
  readonly by: Weighting;
  readonly colours: ChartColours;
  /** Watermark of the posts and their holes; the market has its own. */
  readonly overlay: Omit<OverlayState, 'notches'>;
}

export interface MoodPanes {
  show(state: MoodPanesState): void;
}

const MOOD_PANE = 1;
const POSTS_PANE = 2;
/** The axis of mood is symmetric and never narrower. */
const LEAST_RANGE = 0.5;
const CLEAR = 'rgba(0, 0, 0, 0)';

/** Two panes under the price, on its time axis: mood with the other weighting dotted, and posts per window. */
export function createMoodPanes(chart: IChartApi): MoodPanes {
  const quiet = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false };
  const mood = chart.addSeries(
    BaselineSeries,
    {
      ...quiet,
      lineWidth: 2,
      baseValue: { type: 'price', price: 0 },
      priceFormat: { type: 'custom', formatter: (value: number) => moodText(value), minMove: 0.01 },
      autoscaleInfoProvider: (original: () => { priceRange: Range | null } | null) => {
        const range = original()?.priceRange;
        const reach = Math.max(
          LEAST_RANGE,
          Math.abs(range?.minValue ?? 0),
          Math.abs(range?.maxValue ?? 0),
        );
        return { priceRange: { minValue: -reach, maxValue: reach } };
      },
    },
    MOOD_PANE,
  );
  const other = chart.addSeries(
    LineSeries,
    { ...quiet, lineWidth: 1, lineStyle: LineStyle.SparseDotted },
    MOOD_PANE,
  );
  const posts = chart.addSeries(
    HistogramSeries,
    {
      ...quiet,
      priceFormat: {
        type: 'custom',
        formatter: (value: number) => String(Math.round(value)),
        minMove: 1,
      },
    },
    POSTS_PANE,
  );
  // Room for the names of the panes.
  mood.priceScale().applyOptions({ scaleMargins: { top: 0.2, bottom: 0.06 } });
  posts.priceScale().applyOptions({ scaleMargins: { top: 0.24, bottom: 0 } });
  const zero = mood.createPriceLine({
    ...{ price: 0, lineWidth: 1, lineStyle: LineStyle.Solid },
    ...{ axisLabelVisible: false, title: '', color: CLEAR },
  });
  const last = mood.createPriceLine({
    ...{ price: 0, lineVisible: false, axisLabelVisible: false, title: '', color: CLEAR },
  });
  const lastCount = posts.createPriceLine({
    ...{ price: 0, lineVisible: false, axisLabelVisible: false, title: '', color: CLEAR },
  });
  const overlays = [
    new ChartOverlay(() => null, true),
    new ChartOverlay(() => null, false),
  ] as const;
  const panes = chart.panes();
  panes[MOOD_PANE]?.attachPrimitive(overlays[0]);
  panes[POSTS_PANE]?.attachPrimitive(overlays[1]);

  function showLast({ points, by, colours }: MoodPanesState): void {
    const newest = points.findLast(({ data }) => data?.[by].sentiment != null)?.data;
    const value = newest?.[by].sentiment ?? null;
    const color = (value ?? 0) < 0 ? colours.bear : colours.bull;
    last.applyOptions({
      price: value ?? 0,
      axisLabelVisible: value !== null,
      axisLabelColor: color,
      axisLabelTextColor: colours.onPrice,
    });
    const count = points.at(-1)?.data?.n;
    lastCount.applyOptions({
      price: count ?? 0,
      axisLabelVisible: count !== undefined,
      axisLabelColor: colours.accent,
      axisLabelTextColor: colours.onPrice,
    });
  }

  let shown: Pick<MoodPanesState, 'points' | 'by' | 'colours'> | null = null;

  return {
    show(state) {
      const { points, by, colours, overlay } = state;
      const away = by === 'raw' ? 'weighted' : 'raw';
      const name = by === 'raw' ? 'Mood, raw (dotted: weighted)' : 'Mood, weighted (dotted: raw)';
      overlays[0].set({ ...overlay, notches: [], title: name });
      overlays[1].set({ ...overlay, notches: [], title: `Posts per ${overlay.unit ?? 'window'}` });
      // Prices move more often than mood does.
      if (shown?.points === points && shown.by === by && shown.colours === colours) return;
      shown = { points, by, colours };
      zero.applyOptions({ color: colours.line });
      mood.applyOptions({
        topLineColor: colours.bull,
        bottomLineColor: colours.bear,
        topFillColor1: withAlpha(colours.bullFill, 0.24),
        topFillColor2: withAlpha(colours.bullFill, 0.06),
        bottomFillColor1: withAlpha(colours.bearFill, 0.06),
        bottomFillColor2: withAlpha(colours.bearFill, 0.24),
      });
      other.applyOptions({ color: colours.text });
      mood.setData(points.map((point) => moodData(point, by)));
      other.setData(points.map((point) => otherData(point, away)));
      posts.setData(points.map((point) => postData(point, colours)));
      showLast(state);
    },
  };
}

interface Range {
  readonly minValue: number;
  readonly maxValue: number;
}

/** A point's colours rule the segment after it: the last one before a hole is clear, or the chart would bridge the hole. */
function moodData(
  { startMs, data, isEdge }: MoodPoint,
  by: Weighting,
): BaselineData | WhitespaceData {
  const time = (startMs / 1000) as UTCTimestamp;
  const value = data?.[by].sentiment;
  if (value == null) return { time };
  if (!isEdge) return { time, value };
  return {
    ...{ time, value, topLineColor: CLEAR, bottomLineColor: CLEAR },
    ...{ topFillColor1: CLEAR, topFillColor2: CLEAR },
    ...{ bottomFillColor1: CLEAR, bottomFillColor2: CLEAR },
  };
}

function otherData({ startMs, data, isEdge }: MoodPoint, by: Weighting): LineData | WhitespaceData {
  const time = (startMs / 1000) as UTCTimestamp;
  const value = data?.[by].sentiment;
  if (value == null) return { time };
  return isEdge ? { time, value, color: CLEAR } : { time, value };
}

/** Paler = the window may still change. */
function postData(
  { startMs, data }: MoodPoint,
  colours: ChartColours,
): HistogramData | WhitespaceData {
  const time = (startMs / 1000) as UTCTimestamp;
  if (data === null) return { time };
  const isOpen = Date.parse(data.watermark) < Date.parse(data.window_end);
  return { time, value: data.n, color: withAlpha(colours.accent, isOpen ? 0.3 : 0.62) };
}
