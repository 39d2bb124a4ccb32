import { defaultBackoffLimits, type ConnectorLimits } from '@groundswell/connector';

/** Limits of Coinbase Exchange and of how we use it (sources.md M1-M3, section 8). */
export const coinbaseLimits: ConnectorLimits = {
  // The venue closes after 5 s without subscribe; we subscribe at once and wait 10 s for the answer (K1).
  stageMs: 10_000,
  // The heartbeat channel speaks once per second and product: 3 periods, at least 10 s (K3).
  watchdogMs: 10_000,
  maxFrameBytes: 1_000_000,
  maxInFlight: 2_000,
  backoff: defaultBackoffLimits,
  repairDelayMs: 250,
  maxRepairIds: 20_000,
  repairAttempts: 4,
  cursorSaveMs: 1_000,
  statusMs: 5_000,
};

/** REST: at most 10 requests per second and address, 1000 trades per page. */
export const coinbaseRest = {
  pageSize: 1_000,
  pauseMs: 120,
  timeoutMs: 10_000,
  maxBodyBytes: 5_000_000,
} as const;

/**
 * Daily candles: at most 300 per request, and not to be asked for often. Repairs of trades may take 8 of the venue's 10 requests per
 * second; these take less than 2.
 */
export const coinbaseCandles = {
  maxDays: 300,
  pauseMs: 600,
  timeoutMs: 10_000,
  maxBodyBytes: 1_000_000,
} as const;

export const coinbaseHosts = {
  wsUrl: 'wss://ws-feed.exchange.coinbase.com',
  restUrl: 'https://api.exchange.coinbase.com',
} as const;
