import type { RecordHeaders } from '@groundswell/stream';

type Stored = readonly (readonly [string, readonly (string | null)[]])[];

/**
 * Headers of a dead letter as bytes: JSON of names and values in base64. No `jsonb`: a name may hold U+0000, which it refuses, and then the
 * letter that says why a record was refused would be refused, too.
 */
export function encodeHeaders(headers: RecordHeaders): Uint8Array {
  const stored: Stored = Object.entries(headers).map(([name, values]) => [
    name,
    values.map((value) => (value === null ? null : Buffer.from(value).toString('base64'))),
  ]);
  return Buffer.from(JSON.stringify(stored));
}

/** @param bytes of `encodeHeaders`; null for a letter of an older version, which kept none */
export function decodeHeaders(bytes: Uint8Array | null): RecordHeaders {
  const stored = bytes === null ? [] : (JSON.parse(Buffer.from(bytes).toString()) as Stored);
  return Object.fromEntries(
    stored.map(([name, values]) => [
      name,
      values.map((value) => (value === null ? null : Buffer.from(value, 'base64'))),
    ]),
  );
}
