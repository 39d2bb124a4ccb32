/**
 * Signed requests as `connect-brokerage` takes them (Standard Webhooks): HMAC-SHA-256 over `id.timestamp.body`. WebCrypto, so it runs
 * under k6 and Node alike. Text is ASCII.
 */

/** @typedef {Awaited<ReturnType<typeof crypto.subtle.importKey>>} SigningKey */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** @param {string} secret `whsec_...` @returns {Promise<SigningKey>} */
export function importSecret(secret) {
  const key = fromBase64(secret.replace(/^whsec_/, ''));
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/**
 * @param {SigningKey} key
 * @param {string} id the same for every repetition of one request
 * @param {string} body
 * @param {number} nowMs
 * @returns {Promise<Record<string, string>>} all headers that the request needs
 */
export async function signedHeaders(key, id, body, nowMs) {
  const timestamp = String(Math.floor(nowMs / 1000));
  const mac = await crypto.subtle.sign('HMAC', key, asciiBytes(`${id}.${timestamp}.${body}`));
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${toBase64(new Uint8Array(mac))}`,
  };
}

/** @param {string} text */
function asciiBytes(text) {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const left = bytes.length - at;
    text += `${letter(bits >> 18)}${letter(bits >> 12)}`;
    text += `${left > 1 ? letter(bits >> 6) : '='}${left > 2 ? letter(bits) : '='}`;
  }
  return text;
}

/** @param {number} bits */
const letter = (bits) => ALPHABET.charAt(bits & 63);

/** @param {string} text */
export function fromBase64(text) {
  const letters = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const one of letters) {
    bits = ((bits << 6) | ALPHABET.indexOf(one)) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at] = (bits >> held) & 0xff;
    at += 1;
  }
  return bytes;
}
