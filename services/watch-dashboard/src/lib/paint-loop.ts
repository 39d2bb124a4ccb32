/** What the loop needs from a browser. */
export interface PaintClock {
  requestFrame(callback: (nowMs: number) => void): number;
}

export interface PaintLoop {
  /** A place on the page that shows data. `index` spreads neighbours over frames. Returns its removal. */
  register(id: string, index: number, paint: () => void): () => void;
  /** Something that `id` shows has changed. */
  mark(id: string): void;
  /** Run once, `afterMs` from now, in a frame: how lit digits go dark without a timer each. */
  after(afterMs: number, run: () => void): void;
  /** While frozen the data arrive and the picture stands. */
  setFrozen(isFrozen: boolean): void;
  /** A hidden page applies data and paints nothing. */
  setHidden(isHidden: boolean): void;
  /** Marks since the picture was frozen. */
  readonly waiting: number;
}

/** At most ten repaints of a place per second, neighbours staggered over six frames (dashboard.md 8, measured). */
const PERIOD_MS = 100;
const SLOTS = 6;
const FRAME_MS = 1000 / 60;

interface Place {
  readonly paint: () => void;
  readonly slot: number;
  lastMs: number;
}

/**
 * One `requestAnimationFrame` loop for the whole page, asleep while nothing is marked.
 * Invariants: a marked place is painted within two periods while visible and not frozen; two paints of a place are at least a
 * period apart; a mark during its paint counts for the next.
 */
export function createPaintLoop(clock: PaintClock): PaintLoop {
  const places = new Map<string, Place>();
  const dirty = new Set<string>();
  const later: { atMs: number; run: () => void }[] = [];
  let nowMs = 0;
  let isAwake = false;
  let isFrozen = false;
  let isHidden = false;
  let waiting = 0;

  function wake(): void {
    if (isAwake || isHidden) return;
    if (later.length === 0 && (isFrozen || dirty.size === 0)) return;
    isAwake = true;
    clock.requestFrame(frame);
  }

  function frame(frameMs: number): void {
    nowMs = frameMs;
    isAwake = false;
    if (!isFrozen) paintDue();
    runDue();
    wake();
  }

  function paintDue(): void {
    const slot = Math.floor(nowMs / FRAME_MS + 0.01) % SLOTS;
    for (const id of [...dirty]) {
      const place = places.get(id);
      if (place === undefined) {
        dirty.delete(id);
        continue;
      }
      const sinceMs = nowMs - place.lastMs;
      // In its own slot, or at once after a quiet time; a slow screen may miss a slot for long, so that ends the wait too.
      if (sinceMs < PERIOD_MS - 1 || (place.slot !== slot && sinceMs < 2 * PERIOD_MS)) continue;
      dirty.delete(id);
      place.lastMs = nowMs;
      place.paint();
    }
  }

  function runDue(): void {
    const due = later.filter(({ atMs }) => atMs <= nowMs);
    if (due.length === 0) return;
    later.splice(0, later.length, ...later.filter(({ atMs }) => atMs > nowMs));
    for (const { run } of due) run();
  }

  return {
    register(id, index, paint) {
      const place = { paint, slot: index % SLOTS, lastMs: -Infinity };
      places.set(id, place);
      return () => {
        if (places.get(id) === place) places.delete(id);
      };
    },
    mark(id) {
      if (isFrozen) waiting += 1;
      dirty.add(id);
      wake();
    },
    after(afterMs, run) {
      later.push({ atMs: nowMs + afterMs, run });
      wake();
    },
    setFrozen(value) {
      isFrozen = value;
      waiting = 0;
      wake();
    },
    setHidden(value) {
      isHidden = value;
      wake();
    },
    get waiting() {
      return waiting;
    },
  };
}
