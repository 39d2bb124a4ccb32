import { addPrint, emptyAccumulator, mergeInto, type Accumulator } from './accumulator.ts';
import { compareOrder, type Print } from './print.ts';
import {
  decodeRecords,
  encodePrint,
  encodeVersion,
  lineEnd,
  type Version,
} from './record-codec.ts';

/**
 * The records of one second, kept as long as a window that holds it accepts corrections (W8).
 *
 * Invariant: the plain prints are those of `text`, then `fresh`, in arrival order; `acc` and `delta` together are exactly
 * their accumulator.
 * Records that are already stored live only as text: corrections are rare, memory is not.
 */
export interface Pane {
  readonly startMs: number;
  /** What its windows have rolled up already. */
  acc: Accumulator;
  /** What they have not; null: nothing. */
  delta: Accumulator | null;
  text: string;
  fresh: Print[];
  versions: Version[];
  /** State of the window of just this second when it settled last, 0: never (`settledCode`). A header row beats it. */
  settled: number;
  /** Does the host hold a body of it? */
  stored: boolean;
}

export function emptyPane(startMs: number): Pane {
  return {
    startMs,
    acc: emptyAccumulator(),
    delta: null,
    text: '',
    fresh: [],
    versions: [],
    settled: 0,
    stored: false,
  };
}

/** Body for storage: a line with `settled`, then the records. Encodes only what is new since the last call, unless a correction rewrote the pane. */
export function encodePane(pane: Pane): string {
  const startUs = pane.startMs * 1000;
  const lines = pane.fresh.map((print) => encodePrint(print, startUs));
  // join() gives one flat string; `+=` would keep every line apart for as long as the pane lives.
  if (lines.length > 0) pane.text = [pane.text, ...lines].join('');
  pane.fresh = [];
  const versions = pane.versions.map((version) => encodeVersion(version, startUs));
  return `${pane.settled}\n${pane.text}${versions.join('')}`;
}

export function decodePane(startMs: number, body: string): Pane {
  const end = body.indexOf('\n');
  const { prints, versions } = decodeRecords(body.slice(end + 1), startMs * 1000);
  const pane = emptyPane(startMs);
  pane.settled = Number(body.slice(0, end));
  for (const print of prints) {
    addPrint(pane.acc, print);
    pane.text += encodePrint(print, startMs * 1000);
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
  const isIt = (print: Print): boolean => print.id === id;
  const fresh = pane.fresh.find(isIt);
  if (fresh !== undefined) return fresh;
  if (!pane.text.includes(lineEnd(id))) return null;
  return decodeRecords(pane.text, pane.startMs * 1000).prints.find(isIt) ?? null;
}

/** Take one plain print out, the only change that an accumulator cannot follow. Nothing may wait in `delta`. */
export function removePlain(pane: Pane, id: string): void {
  const stored = decodeRecords(pane.text, pane.startMs * 1000).prints;
  pane.fresh = [...stored, ...pane.fresh].filter((print) => print.id !== id);
  pane.text = '';
  pane.acc = emptyAccumulator();
  for (const print of pane.fresh) addPrint(pane.acc, print);
}
