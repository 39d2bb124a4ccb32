import { createHash, createHmac } from 'node:crypto';

/** Headers of a Standard Webhooks request over these raw bytes (T9). The id is derived from the body: a retry is the same request. */
export function signedHeaders(
  body: Uint8Array,
  secret: string,
  nowMs: number,
): Readonly<Record<string, string>> {
  const id = `msg_${createHash('sha256').update(body).digest('base64url').slice(0, 32)}`;
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${mac}`,
  };
}
