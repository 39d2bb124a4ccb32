import type { BackoffClass } from './backoff.ts';

/** K5 by HTTP status. */
export function backoffOfStatus(status: number): BackoffClass {
  if (status === 429 || status === 418) return 'LIMIT';
  if ([401, 402, 403, 406, 451].includes(status)) return 'STOP';
  return 'NET';
}

/** `Retry-After` in ms: seconds or an HTTP date; null when absent or unreadable. */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | null {
  if (header === null || header === undefined || header === '') return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
