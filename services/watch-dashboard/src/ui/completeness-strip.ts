import type { StripCell, StripRow } from '../lib/completeness.ts';
import type { ChartColours } from '../lib/chart-colours.ts';
import { withAlpha } from '../lib/chart-colours.ts';
import type { AxisPlace } from './bar-chart.ts';

export const STRIP_ROW_PX = 14;
const EDGE = 8;
const CELL = 8;

/** Paint a row of cells per source under the chart, on its time axis. */
export function paintStrip(
  canvas: HTMLCanvasElement,
  places: readonly AxisPlace[],
  rows: readonly StripRow[],
  colours: ChartColours,
): void {
  const ratio = devicePixelRatio;
  const width = canvas.clientWidth;
  const height = rows.length * STRIP_ROW_PX + 2 * EDGE - 4;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${String(height)}px`;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(ratio, ratio);
  rows.forEach(({ cells }, index) => {
    const top = EDGE + index * STRIP_ROW_PX;
    for (const place of places) {
      const cell = cells.get(place.candle.startMs);
      if (cell === undefined) continue;
      const gapPx = place.width > 4 ? 1 : 0;
      const cellWidth = Math.max(1, place.width - gapPx);
      paintCell(context, cell, { x: place.x + gapPx / 2, top, width: cellWidth }, colours);
    }
  });
}

interface CellBox {
  readonly x: number;
  readonly top: number;
  readonly width: number;
}

const opacity = { full: 0.85, most: 0.6, some: 0.4, few: 0.22 } as const;

function paintCell(
  context: CanvasRenderingContext2D,
  cell: StripCell,
  { x, top, width }: CellBox,
  colours: ChartColours,
): void {
  switch (cell.level) {
    case 'none':
      context.fillStyle = colours.line;
      context.fillRect(x, top + CELL / 2, width, 1);
      break;
    case 'open':
      context.strokeStyle = colours.ok;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, top + 0.5, Math.max(1, width - 1), CELL - 1);
      break;
    case 'gap':
      paintHole(context, { x, top, width }, colours);
      break;
    case 'full':
    case 'most':
    case 'some':
    case 'few':
      context.fillStyle = withAlpha(colours.ok, opacity[cell.level]);
      context.fillRect(x, top, width, CELL);
  }
  if (cell.isNotched) {
    context.fillStyle = colours.text;
    context.beginPath();
    context.arc(x + width / 2, top - 2.5, 1.6, 0, 2 * Math.PI);
    context.fill();
  }
}

function paintHole(
  context: CanvasRenderingContext2D,
  { x, top, width }: CellBox,
  { warn }: ChartColours,
): void {
  context.save();
  context.beginPath();
  context.rect(x, top, width, CELL);
  context.clip();
  context.strokeStyle = warn;
  context.lineWidth = 1.2;
  context.strokeRect(x + 0.5, top + 0.5, Math.max(1, width - 1), CELL - 1);
  context.beginPath();
  for (let offset = -CELL; offset < width; offset += 4) {
    context.moveTo(x + offset, top + CELL);
    context.lineTo(x + offset + CELL, top);
  }
  context.stroke();
  context.restore();
}
