/** Second hand of the page: ages count on, whatever the connection does (P4). */
export class Clock {
  nowMs = $state(Date.now());
  /** Rises every second, also while the time itself stands. */
  ticks = $state(0);
  #standsAtMs: number | null = null;

  /** Stand at a moment of the past; null lets it run again. */
  standAt(timeMs: number | null): void {
    this.#standsAtMs = timeMs;
    this.nowMs = timeMs ?? Date.now();
  }

  start(): () => void {
    const timer = setInterval(() => {
      this.nowMs = this.#standsAtMs ?? Date.now();
      this.ticks += 1;
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }
}
