import type {
  IPanePrimitive,
  IPanePrimitivePaneView,
  IPrimitivePaneRenderer,
  PaneAttachedParameter,
  UTCTimestamp,
} from 'lightweight-charts';
import type { ChartColours } from '../lib/chart-colours.ts';

/** What lies over and under the candles. Places are logical (bars and fractions of them); null = unknown. */
export interface OverlayState {
  readonly watermark: { readonly timeMs: number; readonly text: string } | null;
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Windows that were changed after they were final: a notch over the candle. */
  readonly notches: readonly { readonly timeMs: number; readonly price: number }[];
  readonly sizeMs: number;
  /** Start of the first place on the axis; places are even from here on. */
  readonly firstMs: number;
  readonly colours: ChartColours;
  /** Name of the pane, at its upper left. */
  readonly title?: string;
  /** Of the windows that a pane counts in: `1 min`. */
  readonly unit?: string;
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

const FONT = '11px Inter, system-ui, sans-serif';
const NARROW_PX = 640;
/** A hole shorter than a pixel is still a hole. */
const MIN_HATCH_PX = 3;

/**
 * Watermark (dashed line with its time, shade to the right), hatch over holes, notches over revised candles. It draws what it is
 * given; `set` and then the chart's own repaint show it.
 */
export class ChartOverlay implements IPanePrimitive {
  #state: OverlayState | null = null;
  #attached: PaneAttachedParameter | null = null;
  readonly #priceToY: (price: number) => number | null;
  readonly #withText: boolean;

  constructor(priceToY: (price: number) => number | null, withText: boolean) {
    this.#priceToY = priceToY;
    this.#withText = withText;
  }

  attached(parameters: PaneAttachedParameter): void {
    this.#attached = parameters;
  }

  detached(): void {
    this.#attached = null;
  }

  set(state: OverlayState): void {
    this.#state = state;
    this.#attached?.requestUpdate();
  }

  paneViews(): readonly IPanePrimitivePaneView[] {
    return [
      {
        zOrder: () => 'bottom',
        renderer: () => ({
          draw: (target) => {
            this.#drawUnder(target);
          },
        }),
      },
      {
        zOrder: () => 'top',
        renderer: () => ({
          draw: (target) => {
            this.#drawOver(target);
          },
        }),
      },
    ];
  }

  /** x of an instant: the place of its window plus the fraction of it. */
  #x(timeMs: number): number | null {
    const state = this.#state;
    const chart = this.#attached?.chart;
    if (state === null || chart === undefined) return null;
    const scale = chart.timeScale();
    const place = Math.floor((timeMs - state.firstMs) / state.sizeMs);
    const startMs = state.firstMs + place * state.sizeMs;
    const x = scale.timeToCoordinate((startMs / 1000) as UTCTimestamp);
    const { barSpacing } = scale.options();
    const left = x ?? this.#beyond(place, barSpacing);
    if (left === null) return null;
    return left - barSpacing / 2 + ((timeMs - startMs) / state.sizeMs) * barSpacing;
  }

  /** A place right of the last bar is not on the axis yet; it lies a spacing further for each window. */
  #beyond(place: number, barSpacing: number): number | null {
    const scale = this.#attached?.chart.timeScale();
    const range = scale?.getVisibleLogicalRange();
    if (scale === undefined || range === null || range === undefined) return null;
    const x = scale.logicalToCoordinate(Math.floor(range.from) as never);
    return x === null ? null : x + (place - Math.floor(range.from)) * barSpacing;
  }

  #drawUnder(target: Target): void {
    const state = this.#state;
    if (state === null) return;
    target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
      const markX = state.watermark === null ? null : this.#x(state.watermark.timeMs);
      if (markX !== null && markX < width) {
        context.fillStyle = state.colours.shade;
        context.fillRect(Math.max(0, markX), 0, width, height);
      }
      for (const gap of state.gaps) {
        const [from, to] = [this.#x(gap.fromMs), this.#x(gap.toMs)];
        if (from === null || to === null || to < 0 || from > width) continue;
        const [left, right] = [
          Math.max(0, from),
          Math.min(width, Math.max(to, from + MIN_HATCH_PX)),
        ];
        hatch(context, left, right - left, height, state.colours.hatch);
      }
    });
  }

  #drawOver(target: Target): void {
    const state = this.#state;
    if (state === null) return;
    target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
      for (const notch of state.notches) {
        const [x, y] = [this.#x(notch.timeMs + state.sizeMs / 2), this.#priceToY(notch.price)];
        if (x === null || y === null) continue;
        context.fillStyle = state.colours.text;
        context.beginPath();
        context.arc(x, y - 7, 2, 0, 2 * Math.PI);
        context.fill();
      }
      const x = state.watermark === null ? null : this.#x(state.watermark.timeMs);
      if (state.title !== undefined) {
        context.font = FONT;
        context.textAlign = 'left';
        context.fillStyle = state.colours.text;
        context.fillText(state.title, 12, 17);
      }
      if (state.watermark === null || x === null || x > width) return;
      context.strokeStyle = state.colours.accent;
      context.setLineDash([4, 3]);
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, height);
      context.stroke();
      context.setLineDash([]);
      if (!this.#withText) return;
      context.fillStyle = state.colours.accent;
      context.font = FONT;
      context.textAlign = x > 170 ? 'right' : 'left';
      // Under the legend, or beside the name of the pane; on a phone both need the upper edge.
      const y = width < NARROW_PX ? height - 8 : state.title === undefined ? 36 : 17;
      context.fillText(state.watermark.text, x + (x > 170 ? -6 : 6), y);
    });
  }
}

function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  width: number,
  height: number,
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(x, 0, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1.2;
  context.beginPath();
  for (let offset = -height; offset < width; offset += 7) {
    context.moveTo(x + offset, height);
    context.lineTo(x + offset + height, 0);
  }
  context.stroke();
  context.restore();
}
