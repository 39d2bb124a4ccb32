import { defaultBackoffLimits, type ConnectorLimits } from '@groundswell/connector';

/** Limits of Kraken's v2 feed and of how we use it (sources.md M4-M6). */
export const krakenLimits: ConnectorLimits = {
  stageMs: 10_000,
  // A heartbeat comes about once per second when nothing else flows: 3 periods, at least 10 s (K3).
  watchdogMs: 10_000,
  // A snapshot holds the newest 50 trades of one symbol, about 10 kB.
  maxFrameBytes: 1_000_000,
  maxInFlight: 2_000,
  // About 150 connections per 10 minutes and address (unverified): the back-off stays far below.
  backoff: defaultBackoffLimits,
  repairDelayMs: 250,
  // 20 pages, so that one hole never holds the others up for longer than half a minute.
  maxRepairIds: 20_000,
  repairAttempts: 4,
  cursorSaveMs: 1_000,
  statusMs: 5_000,
};

/** REST: 1000 trades per page; about one request per second and address (unverified). */
export const krakenRest = {
  pauseMs: 1_000,
  timeoutMs: 10_000,
  maxBodyBytes: 5_000_000,
  maxPages: 25,
  /** Trades of one moment share their time, and `since` may exclude it. */
  marginUs: 1_000_000,
  /** Where the time below a hole is not known (after a restart): first look back, then ten times as far, and so on. */
  lookBackUs: 60_000_000,
  maxLookBackUs: 86_400_000_000,
} as const;

export const krakenHosts = {
  wsUrl: 'wss://ws.kraken.com/v2',
  restUrl: 'https://api.kraken.com',
} as const;
