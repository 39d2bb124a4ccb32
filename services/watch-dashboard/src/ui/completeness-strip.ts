import type { StripCell } from '../lib/completeness.ts';
import type { ChartColours } from '../lib/chart-colours.ts';
import { withAlpha } from '../lib/chart-colours.ts';
import type { AxisPlace } from './bar-chart.ts';

const HEIGHT = 30;
const TOP = 9;
const CELL = 12;

/** Paint one row of cells under the chart, on its time axis. */
export function paintStrip(
  canvas: HTMLCanvasElement,
  places: readonly AxisPlace[],
  cells: ReadonlyMap<number, StripCell>,
  colours: ChartColours,
): void {
  const ratio = devicePixelRatio;
  const width = canvas.clientWidth;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(ratio, ratio);
  context.clearRect(0, 0, width, HEIGHT);
  for (const place of places) {
    const cell = cells.get(place.candle.startMs);
    if (cell === undefined) continue;
    const gapPx = place.width > 4 ? 1 : 0;
    paintCell(context, cell, place.x + gapPx / 2, Math.max(1, place.width - gapPx), colours);
  }
}

const opacity = { full: 0.85, most: 0.6, some: 0.4, few: 0.22 } as const;

function paintCell(
  context: CanvasRenderingContext2D,
  cell: StripCell,
  x: number,
  width: number,
  colours: ChartColours,
): void {
  switch (cell.level) {
    case 'none':
      context.fillStyle = colours.line;
      context.fillRect(x, TOP + CELL / 2, width, 1);
      break;
    case 'open':
      context.strokeStyle = colours.ok;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, TOP + 0.5, Math.max(1, width - 1), CELL - 1);
      break;
    case 'gap':
      paintHole(context, x, width, colours);
      break;
    case 'full':
    case 'most':
    case 'some':
    case 'few':
      context.fillStyle = withAlpha(colours.ok, opacity[cell.level]);
      context.fillRect(x, TOP, width, CELL);
  }
  if (cell.isNotched) {
    context.fillStyle = colours.text;
    context.beginPath();
    context.arc(x + width / 2, TOP - 4, 1.8, 0, 2 * Math.PI);
    context.fill();
  }
}

function paintHole(
  context: CanvasRenderingContext2D,
  x: number,
  width: number,
  { warn }: ChartColours,
): void {
  context.save();
  context.beginPath();
  context.rect(x, TOP, width, CELL);
  context.clip();
  context.strokeStyle = warn;
  context.lineWidth = 1.2;
  context.strokeRect(x + 0.5, TOP + 0.5, Math.max(1, width - 1), CELL - 1);
  context.beginPath();
  for (let offset = -CELL; offset < width; offset += 4) {
    context.moveTo(x + offset, TOP + CELL);
    context.lineTo(x + offset + CELL, TOP);
  }
  context.stroke();
  context.restore();
}
