import { InvariantError } from '@groundswell/domain';
import { addPrint, emptyAccumulator, mergeInto, type Accumulator } from './accumulator.ts';
import { compareOrder, type Print } from './print.ts';
import { decodeRecords, holdsPlain, RecordBytes, type Version } from './record-codec.ts';

/**
 * The records of one second, kept as long as a window that holds it accepts corrections (W8).
 *
 * Invariant: the plain prints are those of `plain`, in arrival order; `acc` and `delta` together are exactly their accumulator.
 * Prints live only as bytes: corrections are rare, memory is not.
 */
export interface Pane {
  readonly startMs: number;
  /** What its windows have rolled up already. */
  acc: Accumulator;
  /** What they have not; null: nothing. */
  delta: Accumulator | null;
  plain: RecordBytes;
  versions: Version[];
  /** State of the window of just this second when it settled last, 0: never (`settledCode`). A header row beats it. */
  settled: number;
  /** Does the host hold a body of it? */
  stored: boolean;
  /** Does that body differ from what is here? */
  changed: boolean;
}

/** Bytes before the records: `settled`. */
const SETTLED_BYTES = 8;

export function emptyPane(startMs: number): Pane {
  return {
    startMs,
    acc: emptyAccumulator(),
    delta: null,
    plain: new RecordBytes(),
    versions: [],
    settled: 0,
    stored: false,
    changed: false,
  };
}

/** Body for storage: `settled`, then the records. */
export function encodePane(pane: Pane): Uint8Array {
  const versions = new RecordBytes(0);
  for (const version of pane.versions) versions.addVersion(version, pane.startMs * 1000);
  const plain = pane.plain.bytes;
  const body = new Uint8Array(SETTLED_BYTES + plain.length + versions.bytes.length);
  new DataView(body.buffer).setFloat64(0, pane.settled);
  body.set(plain, SETTLED_BYTES);
  body.set(versions.bytes, SETTLED_BYTES + plain.length);
  return body;
}

/** @throws InvariantError when the body was not written by {@link encodePane} */
export function decodePane(startMs: number, body: Uint8Array): Pane {
  if (body.length < SETTLED_BYTES)
    throw new InvariantError('a pane of trades is cut short', { startMs });
  const { prints, versions } = decodeRecords(body.subarray(SETTLED_BYTES), startMs * 1000);
  const pane = emptyPane(startMs);
  pane.settled = new DataView(body.buffer, body.byteOffset).getFloat64(0);
  for (const print of prints) {
    addPrint(pane.acc, print);
    pane.plain.addPrint(print, startMs * 1000);
  }
  pane.versions = versions;
  pane.stored = true;
  return pane;
}

/** Everything that a window of this level counts in this second. */
export function mergePane(into: Accumulator, pane: Pane, level: number): void {
  mergeInto(into, pane.acc);
  for (const version of pane.versions) {
    if (countsAt(version, level)) addPrint(into, version.print);
  }
}

/** The second's last price-setting print as a window of this level sees it (the close of M7). */
export function closingPrint(pane: Pane, level: number): Print | null {
  let last = pane.acc.last;
  for (const version of pane.versions) {
    const { print } = version;
    if (!print.priceOk || !countsAt(version, level)) continue;
    if (last === null || compareOrder(print, last) > 0) last = print;
  }
  return last;
}

export function countsAt(version: Version, level: number): boolean {
  return version.fromLevel <= level && level < version.toLevel;
}

export function findPlain(pane: Pane, id: string): Print | null {
  const { bytes } = pane.plain;
  if (!holdsPlain(bytes, id)) return null;
  const { prints } = decodeRecords(bytes, pane.startMs * 1000);
  return prints.find((print) => print.id === id) ?? null;
}

/** Take one plain print out, the only change that an accumulator cannot follow. Nothing may wait in `delta`. */
export function removePlain(pane: Pane, id: string): void {
  const startUs = pane.startMs * 1000;
  const { prints } = decodeRecords(pane.plain.bytes, startUs);
  pane.plain = new RecordBytes();
  pane.acc = emptyAccumulator();
  for (const print of prints) {
    if (print.id === id) continue;
    pane.plain.addPrint(print, startUs);
    addPrint(pane.acc, print);
  }
}
