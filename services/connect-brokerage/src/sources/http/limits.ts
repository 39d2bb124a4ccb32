/** Limits of the ingest endpoint (T9, S40). */
export const httpLimits = {
  maxBodyBytes: 1_048_576,
  maxItems: 1_000,
  maxDepth: 20,
  /** A signature older or newer than this is refused. */
  toleranceMs: 300_000,
  /** Items on their way to the broker over all requests; beyond it senders are asked to wait. */
  maxPendingItems: 5_000,
  retryAfterSeconds: 1,
  maxIdChars: 200,
  maxTextChars: 200,
  /** Times outside are typing errors: 1970 to 2200. */
  minTimeUs: 0,
  maxTimeUs: 7_258_118_400_000_000,
} as const;
