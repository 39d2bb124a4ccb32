import type { Answer, GetJson } from '../../lib/http.ts';

export interface PollOptions {
  readonly getJson: GetJson;
  readonly path: string;
  readonly everyMs: number;
  /** While this holds nothing is read: the picture stands. */
  readonly isPaused: () => boolean;
}

/**
 * A value of REST that is read again and again. What was read stays while a later read fails for a moment (P4); 401 and 403 take it
 * away at once and end the reading.
 */
export class Poll<T> {
  answer = $state.raw<Answer<T> | null>(null);
  /** How long the newest good answer took, ms. */
  tookMs = $state<number | null>(null);
  readonly #onRead: ((value: T) => void) | undefined;

  constructor(onRead?: (value: T) => void) {
    this.#onRead = onRead;
  }

  get value(): T | null {
    return this.answer?.ok ? this.answer.value : null;
  }

  /** Returns the end of it, after which nothing is kept. */
  follow({ getJson, path, everyMs, isPaused }: PollOptions): () => void {
    let isOver = false;
    this.answer = null;
    const read = async () => {
      if (this.answer !== null && (isPaused() || document.hidden)) return;
      const startMs = performance.now();
      const answer = await getJson<T>(path);
      if (isOver) return;
      const isRefused = !answer.ok && [401, 403].includes(answer.problem.status);
      if (answer.ok || isRefused || this.answer?.ok !== true) this.answer = answer;
      if (answer.ok) {
        this.tookMs = Math.round(performance.now() - startMs);
        this.#onRead?.(answer.value);
      }
      if (isRefused) clearInterval(timer);
    };
    const timer = setInterval(() => void read(), everyMs);
    void read();
    return () => {
      isOver = true;
      clearInterval(timer);
      this.answer = null;
    };
  }
}
