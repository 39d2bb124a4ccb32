import type { Answer, GetJson } from '../../lib/http.ts';

/**
 * A value of REST that is read when somebody asks for it. What was read stays while a later read fails for a moment (P4); 401 and 403
 * take it away. Private: gone with `clear` (N7).
 */
export class Read<T> {
  answer = $state.raw<Answer<T> | null>(null);
  /** Only the newest read counts, whichever answers last. */
  #newest = 0;

  get value(): T | null {
    return this.answer?.ok ? this.answer.value : null;
  }

  async load(getJson: GetJson, path: string): Promise<void> {
    const mine = (this.#newest += 1);
    const answer = await getJson<T>(path);
    if (mine !== this.#newest) return;
    const isRefused = !answer.ok && [401, 403].includes(answer.problem.status);
    if (answer.ok || isRefused || this.answer?.ok !== true) this.answer = answer;
  }

  clear(): void {
    this.#newest += 1;
    this.answer = null;
  }
}
