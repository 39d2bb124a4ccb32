/** Place of a record in one topic: the version of values that come straight from a log. Compared within one partition only. */
export interface LogVersion {
  readonly partition: number;
  readonly offset: number;
}

/** What makes one value of a value key newer than another (I7). */
export interface Versioned {
  /** Raised when the state store was rebuilt or moved back. */
  readonly lineage: number;
  /** Revision of the value, or its place in the log. */
  readonly ver: number | LogVersion;
}

/**
 * Order of two values of **one** value key: positive if `a` is newer, 0 if they are the same. As numbers, never as text
 * ('9' > '10'). A key lives in one partition, so two partitions are ordered only to make the order total.
 */
export function compareVersions(a: Versioned, b: Versioned): number {
  return a.lineage - b.lineage || compareVer(a.ver, b.ver);
}

/** A value of a slot that shows the latest window of an entity. */
export interface WindowVersioned extends Versioned {
  readonly windowStartUs: number;
}

/**
 * Order within a latest-window slot: an older window's revision never replaces a newer window, a correction of the shown one
 * does (I7).
 */
export function compareLatestWindow(a: WindowVersioned, b: WindowVersioned): number {
  return a.lineage - b.lineage || a.windowStartUs - b.windowStartUs || compareVer(a.ver, b.ver);
}

function compareVer(a: number | LogVersion, b: number | LogVersion): number {
  const [x, y] = [placeOf(a), placeOf(b)];
  return x.partition - y.partition || x.offset - y.offset;
}

function placeOf(ver: number | LogVersion): LogVersion {
  return typeof ver === 'number' ? { partition: 0, offset: ver } : ver;
}
