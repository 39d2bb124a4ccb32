import { InvariantError } from '@groundswell/domain';

/** What orders the values of one slot: compared in this order, as numbers, each below 2^53 (I7). */
export interface SlotVersion {
  readonly lineage: number;
  /** Epoch micros of the window; 0 for features without a window. */
  readonly windowStartUs: number;
  readonly ver: number;
}

export interface VersionedValue extends SlotVersion {
  /** Canonical JSON of the record. */
  readonly json: string;
}

const HEADER_BYTES = 24;

/**
 * A slot's bytes: three big-endian doubles, then the JSON with sorted keys. Sorted, because the same record comes from the topic and,
 * in a rebuild, from jsonb, which keeps no key order; one version must have one content.
 */
export function packValue(version: SlotVersion, record: unknown): Buffer {
  const json = canonicalJson(record);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(json));
  bytes.writeDoubleBE(safe(version.lineage), 0);
  bytes.writeDoubleBE(safe(version.windowStartUs), 8);
  bytes.writeDoubleBE(safe(version.ver), 16);
  bytes.write(json, HEADER_BYTES, 'utf8');
  return bytes;
}

/** @throws InvariantError if the bytes are too short to be ours */
export function unpackValue(bytes: Buffer): VersionedValue {
  if (bytes.length < HEADER_BYTES) throw new InvariantError('a slot is shorter than its header');
  return {
    lineage: bytes.readDoubleBE(0),
    windowStartUs: bytes.readDoubleBE(8),
    ver: bytes.readDoubleBE(16),
    json: bytes.toString('utf8', HEADER_BYTES),
  };
}

/** JSON with the keys of every object in code unit order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(byName))
      : inner,
  );
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function safe(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new InvariantError('a version is not a safe integer');
}
