/** Rows of a list that are worth being in the page: those in sight and a few more. Rows have one height. */
export interface RowRange {
  readonly from: number;
  /** After the last. */
  readonly to: number;
}

/** Rows beyond each edge, so that a step of scrolling shows no blank. */
const OVERSCAN = 6;

/** @param topPx how far the upper edge of the view is below the upper edge of the list */
export function rowsInSight(topPx: number, viewPx: number, rowPx: number, count: number): RowRange {
  if (rowPx <= 0 || count === 0) return { from: 0, to: count };
  const first = Math.floor(topPx / rowPx) - OVERSCAN;
  const last = Math.ceil((topPx + viewPx) / rowPx) + OVERSCAN;
  const from = Math.min(Math.max(0, first), count);
  return { from, to: Math.min(count, Math.max(from, last)) };
}
