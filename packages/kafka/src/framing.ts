import { UndecodableError } from '@groundswell/stream';

/** Confluent framing (W5): one magic byte 0x00, the schema id as big-endian int32, then the Avro body. */
export const FRAME_BYTES = 5;
const MAGIC = 0x00;
const GUID_MAGIC = 0x01;

/** The schema id in the frame. @throws UndecodableError too_short | bad_magic | guid_framing */
export function readSchemaId(value: Uint8Array): number {
  if (value.length < FRAME_BYTES) throw new UndecodableError('too_short');
  if (value[0] === GUID_MAGIC) throw new UndecodableError('guid_framing');
  if (value[0] !== MAGIC) throw new UndecodableError('bad_magic');
  return (
    ((value[1] ?? 0) << 24) | ((value[2] ?? 0) << 16) | ((value[3] ?? 0) << 8) | (value[4] ?? 0)
  );
}

/** Like {@link readSchemaId}, but null for what has no id. */
export function peekSchemaId(value: Uint8Array | null): number | null {
  if (value === null || value.length < FRAME_BYTES || value[0] !== MAGIC) return null;
  return readSchemaId(value);
}

export function writeFrame(buffer: Buffer, schemaId: number): void {
  buffer[0] = MAGIC;
  buffer.writeInt32BE(schemaId, 1);
}
