import type { Trust } from '../../lib/trust.ts';

/**
 * The mark of a habit inside a record: counted to the end of a local day it is final whatever the newest event does, with today it is
 * provisional; a hole or a stale record outranks both. `isFinal` null: below the minimum sample.
 */
export function habitTrust(trust: Trust | null, isFinal: boolean | null): Trust | null {
  if (trust === null || isFinal === null) return null;
  if (trust.state === 'gap' || trust.state === 'stale' || trust.state === 'none') return trust;
  return isFinal
    ? {
        state: 'final',
        passed: 1,
        word: 'final',
        reasons: ['Counted to the end of the last local day.'],
      }
    : {
        ...{ state: 'provisional', passed: 1, word: 'running' },
        reasons: ['Counts today so far; final after the local day.'],
      };
}
