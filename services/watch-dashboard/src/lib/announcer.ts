/** Sentences for the one live region: at most one in ten seconds, the newest wins and says how many there were. */
export interface Announcer {
  say(sentence: string, nowMs: number): void;
  /** Somebody was just answered: say nothing until then, or the answer is cut off. */
  pause(untilMs: number): void;
  /** The sentence to speak now, or null. */
  take(nowMs: number): string | null;
}

const QUIET_MS = 10_000;

export function createAnnouncer(): Announcer {
  let newest: string | null = null;
  let count = 0;
  let spokenMs = -Infinity;
  let pausedUntilMs = -Infinity;
  return {
    say(sentence) {
      newest = sentence;
      count += 1;
    },
    pause(untilMs) {
      pausedUntilMs = untilMs;
    },
    take(nowMs) {
      if (newest === null || nowMs - spokenMs < QUIET_MS || nowMs < pausedUntilMs) return null;
      const text = count === 1 ? newest : `${String(count)} messages, last: ${newest}`;
      newest = null;
      count = 0;
      spokenMs = nowMs;
      return text;
    },
  };
}
