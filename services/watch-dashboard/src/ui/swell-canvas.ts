import { withAlpha, type ChartColours } from '../lib/chart-colours.ts';
import { swellOf, type SwellMark, type SwellPicture, type SwellPoint } from '../lib/swell.ts';

const FONT = '560 12px Inter, system-ui, sans-serif';
const AXIS_FONT = '11px Inter, system-ui, sans-serif';

/** Paint the swell into a canvas of its own size. Returns where the marks lie, CSS px. */
export function paintSwell(
  canvas: HTMLCanvasElement,
  points: readonly SwellPoint[],
  colours: ChartColours,
  pointedId: string | null,
): readonly SwellMark[] {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const context = canvas.getContext('2d');
  if (context === null || width === 0) return [];
  const ratio = devicePixelRatio;
  const [fullWidth, fullHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== fullWidth || canvas.height !== fullHeight) {
    canvas.width = fullWidth;
    canvas.height = fullHeight;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  const picture = swellOf(points, {
    ...{ width, height },
    measure: (text) => context.measureText(text).width,
  });
  paintAxes(context, picture, colours, { width, height });
  // Small ones last, so that none is hidden.
  for (const mark of [...picture.marks].sort((a, b) => b.radius - a.radius)) {
    paintMark(context, mark, colours, mark.point.id === pointedId);
  }
  paintLabels(context, picture, colours);
  return picture.marks;
}

function paintAxes(
  context: CanvasRenderingContext2D,
  picture: SwellPicture,
  colours: ChartColours,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  context.font = AXIS_FONT;
  context.fillStyle = colours.text;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  const bottom = height - 22;
  for (const { at, text } of picture.xTicks) {
    context.textAlign = 'center';
    context.fillText(text, at, height - 9);
    const isMiddle = text === '0';
    context.strokeStyle = isMiddle ? colours.line : colours.grid;
    line(context, at, 6, at, bottom, isMiddle ? [] : [2, 5]);
  }
  for (const { at, text } of picture.yTicks) {
    context.textAlign = 'right';
    context.fillText(text, 34, at);
    context.strokeStyle = text === '0' ? colours.line : colours.grid;
    line(context, 42, at, width - 20, at, text === '0' ? [] : [3, 4]);
  }
}

function line(
  context: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  dash: readonly number[],
): void {
  context.setLineDash([...dash]);
  context.beginPath();
  context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  context.stroke();
  context.setLineDash([]);
}

/** Hollow = provisional; a dashed ring = flagged. Up and down by form, bullish and bearish by colour and side. */
function paintMark(
  context: CanvasRenderingContext2D,
  { point, x, y, radius }: SwellMark,
  colours: ChartColours,
  isPointed: boolean,
): void {
  const colour = point.mood >= 0 ? colours.bull : colours.bear;
  const way = point.direction < 0 ? -1 : 1;
  context.beginPath();
  if (point.direction === 0) {
    context.arc(x, y, radius * 0.75, 0, 2 * Math.PI);
  } else {
    context.moveTo(x, y - radius * way);
    context.lineTo(x + radius, y + radius * 0.8 * way);
    context.lineTo(x - radius, y + radius * 0.8 * way);
    context.closePath();
  }
  context.fillStyle = point.isOpen ? withAlpha(colour, 0.22) : colour;
  context.fill();
  context.lineWidth = 1.4;
  context.strokeStyle = colour;
  context.stroke();
  if (!point.isFlagged && !isPointed) return;
  context.beginPath();
  context.setLineDash(point.isFlagged ? [3, 2] : []);
  context.strokeStyle = point.isFlagged ? colours.warn : colours.accent;
  context.arc(x, y, radius + 5, 0, 2 * Math.PI);
  context.stroke();
  context.setLineDash([]);
}

function paintLabels(
  context: CanvasRenderingContext2D,
  { labels }: SwellPicture,
  colours: ChartColours,
): void {
  context.font = FONT;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  for (const { text, x, y } of labels) {
    context.lineWidth = 4;
    context.strokeStyle = colours.ground;
    context.strokeText(text, x, y);
    context.fillStyle = colours.strong;
    context.fillText(text, x, y);
  }
}
