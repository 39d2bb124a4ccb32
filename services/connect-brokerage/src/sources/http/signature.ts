import { createHmac, timingSafeEqual } from 'node:crypto';
import { httpLimits } from './limits.ts';

export type SignatureRefusal =
  'headers_missing' | 'timestamp_unreadable' | 'timestamp_outside_tolerance' | 'signature_mismatch';

export interface SignedRequest {
  readonly id: string | undefined;
  /** Seconds, as sent. */
  readonly timestamp: string | undefined;
  /** Space-separated list of `v1,<base64>`. */
  readonly signature: string | undefined;
  /** The bytes as they came: a body that was parsed and written again has another signature. */
  readonly body: Uint8Array;
}

/**
 * Standard Webhooks (T9, S63): HMAC-SHA256 over `id.timestamp.body`; any of the signatures under any of the secrets is enough, so both
 * sides can rotate. Every pair is compared, in constant time.
 * @returns why it is refused, or null
 */
export function refuseSignature(
  request: SignedRequest,
  secrets: readonly string[],
  nowMs: number,
): SignatureRefusal | null {
  const { id, timestamp, signature, body } = request;
  if (!id || !timestamp || !signature || id.length > 256) return 'headers_missing';
  if (!/^\d{1,12}$/.test(timestamp)) return 'timestamp_unreadable';
  if (Math.abs(nowMs - Number(timestamp) * 1000) > httpLimits.toleranceMs) {
    return 'timestamp_outside_tolerance';
  }
  const sent = signature
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .slice(0, 10)
    .map((part) => Buffer.from(part.slice(3), 'base64'));
  let matches = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secretKey(secret))
      .update(`${id}.${timestamp}.`)
      .update(body)
      .digest();
    for (const candidate of sent) {
      // No early exit: the time must not tell which secret or signature matched.
      if (candidate.length === expected.length && timingSafeEqual(candidate, expected)) {
        matches = true;
      }
    }
  }
  return matches ? null : 'signature_mismatch';
}

/** The key is the base64 part of `whsec_...`. */
function secretKey(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}
