import { addPrint, emptyAccumulator, mergeInto, type Accumulator } from './accumulator.ts';
import { PANE_MS } from './bar-config.ts';
import { decodePane, emptyPane, encodePane, findPlain, removePlain, type Pane } from './pane.ts';
import type { Print } from './print.ts';
import type { Version } from './record-codec.ts';

/** A piece of stored state that changed; a null body deletes it. */
export interface DirtyPart {
  readonly part: string;
  readonly body: Uint8Array | null;
}

const PREFIX = 'r';

/**
 * The accepted records of one entity, in panes of one second: `r<second>` is the stored part of a pane. Panes live until
 * they are forgotten, whatever their age; when that is, the windows know.
 */
export class RecordStore {
  readonly #levels: number;
  /** By second. */
  readonly #panes = new Map<number, Pane>();
  readonly #dirty = new Set<Pane>();
  /** Panes with a delta. */
  readonly #unrolled = new Set<Pane>();
  /** Forgotten panes that the host still stores, by second. */
  readonly #forgotten = new Set<number>();
  /** The pane of the last trade: almost always that of the next. */
  #hot: Pane = emptyPane(-PANE_MS);

  /** @param levels number of window sizes */
  constructor(levels: number) {
    this.#levels = levels;
  }

  /** Count a print on every level. */
  addPlain(print: Print): void {
    const pane = this.#paneAt(print.tsMs);
    pane.delta ??= emptyAccumulator();
    pane.plain.addPrint(print, pane.startMs * 1000);
    addPrint(pane.delta, print);
    this.#unrolled.add(pane);
    this.#touch(pane);
  }

  #touch(pane: Pane): void {
    pane.changed = true;
    this.#dirty.add(pane);
  }

  /**
   * The fast path of {@link addPlain}, for a print in the second of the last one: the pane is known to wait for the roll-up
   * and for the store already. @returns whether it was one
   */
  extend(print: Print): boolean {
    const { startMs, delta, plain, changed } = this.#hot;
    if (delta === null || !changed) return false;
    if (print.tsMs < startMs || print.tsMs >= startMs + PANE_MS) return false;
    plain.addPrint(print, startMs * 1000);
    addPrint(delta, print);
    return true;
  }

  /** Count a print from a level upward. */
  addVersion(print: Print, fromLevel: number): void {
    const pane = this.#paneAt(print.tsMs);
    pane.versions.push(this.#version(print, fromLevel));
    this.#touch(pane);
  }

  /** Give what is new in each pane to the windows around it. */
  rollUp(give: (paneStartMs: number, delta: Accumulator) => void): void {
    for (const pane of this.#unrolled) {
      if (pane.delta === null) continue;
      give(pane.startMs, pane.delta);
      mergeInto(pane.acc, pane.delta);
      pane.delta = null;
    }
    this.#unrolled.clear();
  }

  #version(print: Print, fromLevel: number): Version {
    return { print, fromLevel, toLevel: this.#levels, correctionId: null, cancelled: false };
  }

  #paneAt(tsMs: number): Pane {
    const hot = this.#hot;
    if (hot.startMs <= tsMs && tsMs < hot.startMs + PANE_MS) return hot;
    const second = Math.floor(tsMs / PANE_MS);
    let pane = this.#panes.get(second);
    if (pane === undefined) {
      pane = emptyPane(second * PANE_MS);
      this.#panes.set(second, pane);
    }
    this.#hot = pane;
    return pane;
  }

  /** All versions of a trade, none if it is not kept. Looks at every pane: corrections are rare. */
  versionsOf(id: string): Version[] {
    const found: Version[] = [];
    for (const pane of this.#panes.values()) {
      const print = findPlain(pane, id);
      if (print !== null) found.push(this.#version(print, 0));
      for (const version of pane.versions) if (version.print.id === id) found.push(version);
    }
    return found;
  }

  /** Put these versions in the place of all that is kept of a trade. */
  replace(id: string, versions: readonly Version[]): void {
    for (const pane of this.#panes.values()) {
      const plain = findPlain(pane, id) !== null;
      if (plain) removePlain(pane, id);
      const others = pane.versions.filter((version) => version.print.id !== id);
      if (plain || others.length < pane.versions.length) this.#touch(pane);
      pane.versions = others;
    }
    for (const version of versions) {
      const pane = this.#paneAt(version.print.tsMs);
      pane.versions.push(version);
      this.#touch(pane);
    }
  }

  /** The panes of [startMs, endMs) in time order; both bounds are whole seconds. */
  within(startMs: number, endMs: number): Pane[] {
    const found: Pane[] = [];
    const end = endMs / PANE_MS;
    for (let second = startMs / PANE_MS; second < end; second += 1) {
      const pane = this.#panes.get(second);
      if (pane !== undefined) found.push(pane);
    }
    return found;
  }

  /** Keep the state of the window of one second with its pane. */
  settle(startMs: number, code: number): void {
    const pane = this.#panes.get(startMs / PANE_MS);
    if (pane === undefined) return;
    pane.settled = code;
    this.#touch(pane);
  }

  forget(startMs: number, endMs: number): void {
    for (const pane of this.within(startMs, endMs)) {
      const second = pane.startMs / PANE_MS;
      this.#panes.delete(second);
      this.#dirty.delete(pane);
      if (pane.stored) this.#forgotten.add(second);
      if (pane === this.#hot) this.#hot = emptyPane(-PANE_MS);
    }
  }

  /** What changed since the last call, by time. */
  takeParts(): DirtyPart[] {
    const bodies: [number, Uint8Array | null][] = [];
    for (const second of this.#forgotten) bodies.push([second, null]);
    for (const pane of this.#dirty) {
      bodies.push([pane.startMs / PANE_MS, encodePane(pane)]);
      pane.stored = true;
      pane.changed = false;
    }
    this.#forgotten.clear();
    this.#dirty.clear();
    bodies.sort(([a], [b]) => a - b);
    return bodies.map(([second, body]) => ({ part: `${PREFIX}${second}`, body }));
  }

  restorePart(part: string, body: Uint8Array): void {
    const second = Number(part.slice(PREFIX.length));
    this.#panes.set(second, decodePane(second * PANE_MS, body));
  }

  /** Start and state of the windows that settled in their pane. */
  *settled(): Generator<readonly [startMs: number, code: number]> {
    for (const { startMs, settled } of this.#panes.values()) {
      if (settled > 0) yield [startMs, settled];
    }
  }
}
