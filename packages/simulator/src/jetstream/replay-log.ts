import type { JetstreamEvent } from './events.ts';
import type { LoggedEvent } from './frames.ts';

/** At and above it a cursor is a time in micros, below it a seq: they cannot be confused before the year 2001 or after 10^15 events. */
export const FIRST_TIME_CURSOR = 1e15;

export interface Replay {
  /** In the order of intake; every event from the first one at or after the cursor on. */
  readonly events: readonly LoggedEvent[];
  /** `clamped`: older events than the oldest kept were asked for. `future`: a seq that was not given out yet; only live events come. */
  readonly cursor: 'found' | 'clamped' | 'future';
}

/** What an instance can still replay: the newest events, in the order of intake. */
export interface ReplayLog {
  append(event: JetstreamEvent): LoggedEvent;
  /**
   * Inclusive. A time means the first event that is not older, and everything taken in after it: since times are not monotonic, that
   * includes somewhat older ones, and a client that resumes from the last time it saw misses nothing.
   */
  from(cursor: number): Replay;
  newest(count: number): readonly LoggedEvent[];
  /** Forget all but the newest `count`. */
  keep(count: number): void;
}

/** @param capacity how many events are kept, at most a quarter more */
export function createReplayLog(capacity: number, firstSeq = 1): ReplayLog {
  let events: LoggedEvent[] = [];
  let nextSeq = firstSeq;
  /** Newest time of what was forgotten: a cursor up to there asks for something that is gone. */
  let forgottenUs = -Infinity;

  function keep(count: number): void {
    const gone = events.slice(0, Math.max(0, events.length - count));
    for (const { event } of gone) forgottenUs = Math.max(forgottenUs, event.timeUs);
    events = events.slice(gone.length);
  }
  return {
    append(event) {
      const logged = { seq: nextSeq, event };
      nextSeq += 1;
      events.push(logged);
      // Cut rarely: shifting the whole array per event would be quadratic.
      if (events.length > capacity * 1.25) keep(capacity);
      return logged;
    },
    from(cursor) {
      const isTime = cursor >= FIRST_TIME_CURSOR;
      const first = events.findIndex(({ seq, event }) =>
        isTime ? event.timeUs >= cursor : seq >= cursor,
      );
      const isGone = isTime
        ? first === 0 && cursor <= forgottenUs
        : cursor < nextSeq - events.length && events.length < nextSeq - firstSeq;
      if (first < 0)
        return { events: [], cursor: !isTime && cursor > nextSeq ? 'future' : 'found' };
      return { events: events.slice(first), cursor: isGone ? 'clamped' : 'found' };
    },
    newest: (count) => events.slice(Math.max(0, events.length - count)),
    keep,
  };
}
