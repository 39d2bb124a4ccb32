/** Switches of the fake venue; tests and operators turn them while it runs. */
export interface VenueFaults {
  /** Nothing leaves the socket: no match, no heartbeat. What happens meanwhile is on REST only. */
  silent: boolean;
  /** Refuse WebSocket upgrades with this status, e.g. 401, 429, 503. */
  upgradeStatus: { readonly status: number; readonly retryAfterSeconds: number | null } | null;
  /** Answer every REST request with this status. */
  restStatus: { readonly status: number; readonly retryAfterSeconds: number | null } | null;
  /** Never acknowledge a subscription. */
  muteAcks: boolean;
  /** Acknowledge a subscription without these products. */
  ackWithout: ReadonlySet<string>;
  /** How many connections, subscriptions and REST requests came in: proof for tests. */
  connections: number;
  refusedUpgrades: number;
  subscriptions: number;
  restRequests: number;
  /** Those of `restRequests` that asked for candles. */
  candleRequests: number;
}

export function createVenueFaults(): VenueFaults {
  return {
    silent: false,
    upgradeStatus: null,
    restStatus: null,
    muteAcks: false,
    ackWithout: new Set(),
    connections: 0,
    refusedUpgrades: 0,
    subscriptions: 0,
    restRequests: 0,
    candleRequests: 0,
  };
}
