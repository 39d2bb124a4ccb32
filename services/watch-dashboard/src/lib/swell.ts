/** The swell: every symbol as a triangle, mood to the right, attention upwards. Geometry only; a canvas draws it. */
export interface SwellPoint {
  readonly id: string;
  readonly name: string;
  /** -1..+1. */
  readonly mood: number;
  /** Robust z of attention; null where no history to compare with is known. */
  readonly buzz: number | null;
  readonly posts: number;
  readonly direction: -1 | 0 | 1;
  readonly isOpen: boolean;
  readonly isFlagged: boolean;
}

export interface SwellMark {
  readonly point: SwellPoint;
  readonly x: number;
  readonly y: number;
  /** Half of the triangle's side, px. */
  readonly radius: number;
}

export interface SwellLabel {
  readonly text: string;
  readonly x: number;
  /** Middle of the text. */
  readonly y: number;
  readonly width: number;
}

export interface SwellTick {
  readonly at: number;
  readonly text: string;
}

export interface SwellPicture {
  readonly marks: readonly SwellMark[];
  readonly labels: readonly SwellLabel[];
  readonly xTicks: readonly SwellTick[];
  readonly yTicks: readonly SwellTick[];
  readonly yName: string;
}

export interface SwellBox {
  readonly width: number;
  readonly height: number;
  readonly measure: (text: string) => number;
}

const PAD = { left: 44, right: 44, top: 14, bottom: 24 };
const MAX_LABELS = 10;
const LABEL_PX = 14;
const MAX_RADIUS = 9;
const MIN_RADIUS = 3.5;

export function swellOf(points: readonly SwellPoint[], box: SwellBox): SwellPicture {
  const { valueOf, ticks, low, high, yName } = scaleOf(points);
  const x = (mood: number) => PAD.left + ((mood + 1) / 2) * (box.width - PAD.left - PAD.right);
  const y = (value: number) =>
    box.height - PAD.bottom - ((value - low) / (high - low)) * (box.height - PAD.top - PAD.bottom);
  const most = Math.max(1, ...points.map(({ posts }) => posts));
  const marks = points.map((point) => ({
    point,
    x: x(point.mood),
    y: y(Math.min(high, Math.max(low, valueOf(point)))),
    // The area tells the posts, as with every bubble.
    radius: MIN_RADIUS + (MAX_RADIUS - MIN_RADIUS) * Math.sqrt(point.posts / most),
  }));
  const loudest = [...marks].sort(
    (a, b) =>
      Number(b.point.isFlagged) - Number(a.point.isFlagged) ||
      valueOf(b.point) - valueOf(a.point) ||
      Math.abs(b.point.mood) - Math.abs(a.point.mood),
  );
  return {
    marks,
    labels: placeLabels(loudest, marks, box),
    xTicks: [-1, -0.5, 0, 0.5, 1].map((mood) => ({ at: x(mood), text: signed(mood) })),
    yTicks: ticks.map((value) => ({
      at: y(value),
      text: yName === 'z' ? signed(value) : String(value === 0 ? 0 : Math.round(Math.expm1(value))),
    })),
    yName,
  };
}

/** z where at least one symbol has one; in the first weeks posts on a logarithmic scale, and the axis says so. */
function scaleOf(points: readonly SwellPoint[]) {
  if (points.some(({ buzz }) => buzz !== null)) {
    const values = points.map(({ buzz }) => buzz ?? 0);
    return {
      valueOf: ({ buzz }: SwellPoint) => buzz ?? 0,
      ...{
        low: Math.min(-2, ...values),
        high: Math.max(5, ...values) + 0.5,
        ticks: [0, 3],
        yName: 'z',
      },
    };
  }
  const valueOf = ({ posts }: SwellPoint) => Math.log1p(posts);
  const high = Math.max(Math.log1p(10), ...points.map(valueOf));
  const ticks = [0, 10, 100, 1000].map(Math.log1p).filter((value) => value <= high);
  return { valueOf, low: 0, high: high * 1.08, ticks, yName: 'posts' };
}

/** Greedy, loudest first; a label that would lie on another label or on another mark is left out. */
function placeLabels(
  loudest: readonly SwellMark[],
  marks: readonly SwellMark[],
  box: SwellBox,
): readonly SwellLabel[] {
  const placed: SwellLabel[] = [];
  for (const mark of loudest) {
    if (placed.length === MAX_LABELS) break;
    const width = box.measure(mark.point.name);
    const gap = mark.radius + 6;
    const sides = [mark.x + gap, mark.x - gap - width];
    const found = sides
      .map((x) => ({ text: mark.point.name, x, y: mark.y, width }))
      .find(
        (label) =>
          label.x >= 0 &&
          label.x + width <= box.width &&
          placed.every((other) => !overlap(label, other)) &&
          marks.every((other) => other === mark || !covers(label, other)),
      );
    if (found !== undefined) placed.push(found);
  }
  return placed;
}

export function overlap(a: SwellLabel, b: SwellLabel): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < LABEL_PX;
}

function covers(label: SwellLabel, { x, y, radius }: SwellMark): boolean {
  return (
    x + radius > label.x - 2 &&
    x - radius < label.x + label.width + 2 &&
    Math.abs(y - label.y) < LABEL_PX / 2 + radius
  );
}

function signed(value: number): string {
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '\u2212'}${String(Math.abs(value))}`;
}

/** The mark under a pointer, within reach of a finger. */
export function markAt(
  marks: readonly SwellMark[],
  x: number,
  y: number,
  reach = 14,
): SwellMark | null {
  let best: SwellMark | null = null;
  let bestDistance = reach;
  for (const mark of marks) {
    const distance = Math.hypot(mark.x - x, mark.y - y);
    if (distance > bestDistance) continue;
    best = mark;
    bestDistance = distance;
  }
  return best;
}
