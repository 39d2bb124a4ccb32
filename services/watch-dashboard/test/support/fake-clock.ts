let frozenMs: number | null = null;

/** Now, for everything that the fakes tell; stands still where pictures must not differ. */
export function fakeNowMs(): number {
  return frozenMs ?? Date.now();
}

/** @param timeMs null lets it run again */
export function freezeFakes(timeMs: number | null): void {
  frozenMs = timeMs;
}
