import type { BlueskyLimits } from './sources/bluesky/limits.ts';
import { cursorFor, type Position } from './sources/bluesky/address.ts';
import type { FramePlace } from './sources/bluesky/decode.ts';

/** Posts that a host no longer had, between two times. */
export interface Missing {
  readonly afterUs: number;
  readonly beforeUs: number;
}

/**
 * Where we are in the stream, settled or not, and what a resumed connection tells about what we missed. Pure state.
 *
 * A connection resumes a little before where we were, so its first frame is one that we had. If it is newer than everything we had, the host silently went
 * on at the oldest that it still has (P1).
 */
export interface Place {
  readonly newest: () => Position;
  /** A connection begins. @returns the cursor to ask for */
  resume(host: string): number;
  /** A frame of that connection. `missing` only for the first one. */
  advance(frame: FramePlace): { readonly missing: Missing | null };
  /** The host said that it does not have the number that we asked for. */
  refused(): void;
}

export function createPlace(
  start: Position,
  limits: Pick<BlueskyLimits, 'rewindUs' | 'rewindSeq' | 'hostSkewUs'>,
): Place {
  let newest = start;
  let host = start.host;
  let isFirst = true;
  let seqUseless = false;

  function missingBefore(timeUs: number): Missing | null {
    // Clocks of two hosts differ by seconds.
    const skewUs = newest.host === host ? 0 : limits.hostSkewUs;
    const isMissing = newest.seen && timeUs > newest.timeUs + skewUs;
    return isMissing ? { afterUs: newest.timeUs, beforeUs: timeUs } : null;
  }

  return {
    newest: () => newest,
    resume(nextHost) {
      host = nextHost;
      isFirst = true;
      return cursorFor(newest, host, seqUseless, limits);
    },
    advance({ timeUs, seq }) {
      const missing = isFirst ? missingBefore(timeUs) : null;
      isFirst = false;
      seqUseless = false;
      const same = newest.seen && newest.host === host;
      const seqBefore = same ? newest.seq : null;
      newest = {
        host,
        // Times are not monotonic: the greatest counts (P5).
        timeUs: same ? Math.max(newest.timeUs, timeUs) : timeUs,
        seq: seq === null ? seqBefore : Math.max(seqBefore ?? 0, seq),
        seen: true,
      };
      return { missing };
    },
    refused: () => {
      seqUseless = true;
    },
  };
}
