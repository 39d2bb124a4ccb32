/** Where the boxes and lines of the flow picture stand, px. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const FLOW_HEIGHT = 268;
const NODE_HEIGHT = 50;
const PAD = 12;

/** Columns from left to right, each from top to bottom; streams run along the rows. */
export const columns = [
  ['connect-market', 'connect-social', 'connect-brokerage'],
  ['derive-market', 'derive-sentiment', 'derive-behaviour'],
  ['persist-online', 'serve-live'],
  ['serve-api', 'browser'],
] as const;
export type FlowNode = (typeof columns)[number][number];

export function columnOf(node: string): number {
  return columns.findIndex((column) => (column as readonly string[]).includes(node));
}

export function boxOf(node: FlowNode, width: number): Box {
  const nodeWidth = Math.min(200, width * 0.15);
  const column = columnOf(node);
  const lefts = [PAD, width * 0.31, width * 0.575, width - nodeWidth - PAD];
  const names = columns[column] ?? [];
  const index = (names as readonly string[]).indexOf(node);
  const pitch = FLOW_HEIGHT / 3;
  const top = names.length === 3 ? 0 : pitch / 2;
  return {
    x: lefts[column] ?? PAD,
    y: top + pitch * index + (pitch - NODE_HEIGHT) / 2,
    width: nodeWidth,
    height: NODE_HEIGHT,
  };
}

/** A line from the right side of one box to the left side of another; `at` shifts its ends off the middle, -1..1. */
export function curve(from: Box, to: Box, at: readonly [number, number] = [0, 0]): string {
  const [x1, y1] = [from.x + from.width, middle(from) + (at[0] * from.height) / 2];
  const [x2, y2] = [to.x, middle(to) + (at[1] * to.height) / 2];
  const bend = (x2 - x1) / 2;
  return `M${n(x1)} ${n(y1)}C${n(x1 + bend)} ${n(y1)} ${n(x2 - bend)} ${n(y2)} ${n(x2)} ${n(y2)}`;
}

/** A line that passes a column by, in the aisle below `over`'s box. */
export function bypass(from: Box, over: Box, to: Box): string {
  const aisle = over.y + over.height + (FLOW_HEIGHT / 3 - NODE_HEIGHT) / 2;
  const [x1, y1] = [from.x + from.width, middle(from) + from.height * 0.3];
  const [x2, y2] = [to.x, middle(to) + to.height * 0.25];
  const [a, b] = [over.x, over.x + over.width];
  const [first, second] = [(a - x1) / 2, (x2 - b) / 2];
  return (
    `M${n(x1)} ${n(y1)}C${n(x1 + first)} ${n(y1)} ${n(a - first)} ${n(aisle)} ${n(a)} ${n(aisle)}` +
    `H${n(b)}C${n(b + second)} ${n(aisle)} ${n(x2 - second)} ${n(y2)} ${n(x2)} ${n(y2)}`
  );
}

/** A line between two boxes of one column, round their left sides. */
export function sling(from: Box, to: Box): string {
  const out = from.x - 26;
  const [y1, y2] = [middle(from) + from.height * 0.3, middle(to) - to.height * 0.3];
  return `M${n(from.x)} ${n(y1)}C${n(out)} ${n(y1)} ${n(out)} ${n(y2)} ${n(to.x)} ${n(y2)}`;
}

/** Where the label of a line between two boxes stands. */
export function labelAt(from: Box, to: Box): { readonly x: number; readonly y: number } {
  return { x: (from.x + from.width + to.x) / 2, y: (middle(from) + middle(to)) / 2 };
}

function middle({ y, height }: Box): number {
  return y + height / 2;
}

function n(value: number): string {
  return value.toFixed(1);
}
