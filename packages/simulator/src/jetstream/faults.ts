/** Switches of the fake Jetstream; tests and operators turn them while it runs. */
export interface JetstreamFaults {
  /** Nothing leaves the socket: no event, no ping. What happens meanwhile comes by cursor only. */
  silent: boolean;
  /** Refuse WebSocket upgrades with this status, e.g. 429, 503. */
  upgradeStatus: { readonly status: number; readonly retryAfterSeconds: number | null } | null;
  /** Live events leave in swapped pairs: second, first, fourth, third. An odd one waits until it has a partner or this ends. */
  swapPairs: boolean;
  /** Answer a cursor as if nothing older were kept, without a word: the first event is simply a later one. */
  ignoreCursors: boolean;
  /** What came in: proof for tests. */
  connections: number;
  refusedUpgrades: number;
  /** Connections refused for their parameters. */
  badRequests: number;
  replays: number;
  clampedCursors: number;
  /** Data frames of clients; v1 ignores them, v2 closes. */
  clientFrames: number;
}

export function createJetstreamFaults(): JetstreamFaults {
  return {
    silent: false,
    upgradeStatus: null,
    swapPairs: false,
    ignoreCursors: false,
    connections: 0,
    refusedUpgrades: 0,
    badRequests: 0,
    replays: 0,
    clampedCursors: 0,
    clientFrames: 0,
  };
}
