/**
 * Which ids of one stream with contiguous ids are settled, on their way, or missing (K7, K9, K10). Pure state, no IO, no clock.
 *
 * Every id from the start on is in exactly one state:
 * - missing: in a hole; a repair may bring it;
 * - in flight: handed to the broker, not acked;
 * - settled: acked, or part of a hole that was declared open by an acked gap record.
 *
 * `position()` is the lowest id that is not settled: what is stored as the cursor. It never passes an unacked id, so a crash repeats
 * events and loses none.
 */
export interface Hole {
  readonly fromId: number;
  readonly toId: number;
  readonly openedAtMs: number;
  /** Time of the newest event below and of the first event above, where known. */
  readonly afterUs: number | null;
  readonly beforeUs: number | null;
}

export interface DeclaredGap {
  readonly fromId: number;
  readonly toId: number;
}

/**
 * `take`: publish it, then call `acked`. `before-start`: older than all we ever followed; publish unless its event id was seen.
 * `duplicate`: forget it.
 */
export type Observation = 'take' | 'before-start' | 'duplicate';

export interface StreamTracker {
  observe(id: number, timeUs: number, nowMs: number): Observation;
  /** The source says that `lastId` exists: what we have not seen up to it is missing. */
  announce(lastId: number, nowMs: number): void;
  acked(id: number): void;
  holes(): readonly Hole[];
  /** A gap record for this range was acked: its missing ids count as settled, and may still come. */
  declare(gap: DeclaredGap): void;
  /** Declared gaps that were filled completely since the last call. */
  takeClosedGaps(): readonly DeclaredGap[];
  openGapCount(): number;
  /** Lowest id not settled; null before the first id. */
  position(): number | null;
  lastTimeUs(): number | null;
}

/** Declared gaps remembered for late fills; the oldest are forgotten, a fill then counts as a duplicate. */
const MAX_DECLARED = 1000;

interface Declared extends DeclaredGap {
  missing: Set<number> | null;
  missingCount: number;
}

export function createStreamTracker(startId: number | null): StreamTracker {
  /** Next id expected at the end. */
  let nextId = startId;
  let firstId = startId;
  /** A stored start means that everything below it is settled. */
  const resumed = startId !== null;
  let holes: Hole[] = [];
  const inFlight = new Set<number>();
  const declared: Declared[] = [];
  const closed: DeclaredGap[] = [];
  let lastUs: number | null = null;

  function extend(toId: number, beforeUs: number | null, nowMs: number): void {
    if (nextId === null || toId < nextId) return;
    const last = holes.at(-1);
    if (last?.toId === nextId - 1 && last.beforeUs === null) {
      // A heartbeat opened the hole and a newer one, or the next event, extends it.
      holes[holes.length - 1] = { ...last, toId, beforeUs };
    } else holes.push({ fromId: nextId, toId, openedAtMs: nowMs, afterUs: lastUs, beforeUs });
    nextId = toId + 1;
  }

  /** @returns whether the id was missing */
  function fill(id: number): boolean {
    const index = holes.findIndex((hole) => hole.fromId <= id && id <= hole.toId);
    const hole = holes[index];
    if (hole === undefined) return false;
    const rest: Hole[] = [];
    if (hole.fromId < id) rest.push({ ...hole, toId: id - 1 });
    if (id < hole.toId) rest.push({ ...hole, fromId: id + 1 });
    holes.splice(index, 1, ...rest);
    return true;
  }

  function fillDeclared(id: number): boolean {
    const index = declared.findIndex((gap) => gap.fromId <= id && id <= gap.toId);
    const gap = declared[index];
    if (gap?.missing?.delete(id) !== true) return false;
    gap.missingCount -= 1;
    if (gap.missingCount === 0) {
      declared.splice(index, 1);
      closed.push({ fromId: gap.fromId, toId: gap.toId });
    }
    return true;
  }

  return {
    observe(id, timeUs, nowMs) {
      if (nextId === null || firstId === null) {
        nextId = id;
        firstId = id;
      }
      if (id >= nextId) {
        if (id > nextId) extend(id - 1, timeUs, nowMs);
        nextId = id + 1;
      } else if (id < firstId) return resumed ? 'duplicate' : 'before-start';
      else if (!fill(id) && !fillDeclared(id)) return 'duplicate';
      lastUs = Math.max(lastUs ?? timeUs, timeUs);
      inFlight.add(id);
      return 'take';
    },
    announce(lastId, nowMs) {
      if (nextId === null || firstId === null) {
        nextId = lastId + 1;
        firstId = nextId;
      } else extend(lastId, null, nowMs);
    },
    acked: (id) => void inFlight.delete(id),
    holes: () => holes,
    declare({ fromId, toId }) {
      const missing = new Set<number>();
      let missingCount = 0;
      const kept: Hole[] = [];
      for (const hole of holes) {
        const low = Math.max(hole.fromId, fromId);
        const high = Math.min(hole.toId, toId);
        if (low > high) {
          kept.push(hole);
          continue;
        }
        missingCount += high - low + 1;
        // A hole of millions is not kept id by id: it cannot be closed again.
        if (high - low < 100_000) for (let id = low; id <= high; id += 1) missing.add(id);
        if (hole.fromId < low) kept.push({ ...hole, toId: low - 1 });
        if (high < hole.toId) kept.push({ ...hole, fromId: high + 1 });
      }
      holes = kept;
      if (missingCount === 0) closed.push({ fromId, toId });
      else {
        const whole = missing.size === missingCount;
        declared.push({ fromId, toId, missing: whole ? missing : null, missingCount });
        if (declared.length > MAX_DECLARED) declared.shift();
      }
    },
    takeClosedGaps: () => closed.splice(0),
    openGapCount: () => declared.length,
    position() {
      if (nextId === null) return null;
      let position = Math.min(nextId, holes[0]?.fromId ?? nextId);
      for (const id of inFlight) if (id < position) position = id;
      return position;
    },
    lastTimeUs: () => lastUs,
  };
}
