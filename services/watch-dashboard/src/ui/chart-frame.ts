import {
  createChart,
  CrosshairMode,
  type IChartApi,
  type TickMarkType,
  type Time,
} from 'lightweight-charts';
import type { ChartColours } from '../lib/chart-colours.ts';
import { clockText, type Zone } from '../lib/time.ts';
import { msOf, tickText } from './chart-data.ts';

/** A chart without series: its axis of time, its ground and its lines. */
export interface ChartFrame {
  readonly chart: IChartApi;
  dress(zone: Zone, colours: ChartColours): void;
}

export function createChartFrame(container: HTMLElement): ChartFrame {
  let zone: Zone = 'UTC';
  let colours: ChartColours | null = null;
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

  return {
    chart,
    dress(nextZone, nextColours) {
      if (nextZone !== zone) {
        zone = nextZone;
        chart.applyOptions({
          localization: { timeFormatter: (time: Time) => clockText(msOf(time), zone) },
        });
      }
      if (nextColours !== colours) {
        colours = nextColours;
        chart.applyOptions(colourOptions(nextColours));
      }
    },
  };
}

function colourOptions({ ground, text, line, grid }: ChartColours) {
  return {
    layout: {
      background: { color: ground },
      textColor: text,
      panes: { separatorColor: line, separatorHoverColor: line },
    },
    grid: { vertLines: { color: grid }, horzLines: { color: grid } },
    crosshair: {
      vertLine: { color: text, labelBackgroundColor: text },
      horzLine: { color: text, labelBackgroundColor: text },
    },
  };
}
