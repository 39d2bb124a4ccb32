export interface RecordFields {
  readonly timestampDelta: number;
  readonly offsetDelta: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [string, Uint8Array | null])[];
}
export interface BatchFields {
  readonly firstOffset: bigint;
  readonly firstTimestampMs: bigint;
  readonly maxTimestampMs: bigint;
  readonly attributes: number;
  readonly records: readonly RecordFields[];
}

/** Bytes of one record batch of magic 2, without a checksum: kafkajs looks at none (PF6). */
export function recordBatch(fields: BatchFields): Buffer {
  const records = fields.records.map(record);
  const head = Buffer.alloc(61);
  const size = records.reduce((sum, bytes) => sum + bytes.length, 0);
  head.writeBigInt64BE(fields.firstOffset, 0);
  head.writeInt32BE(49 + size, 8);
  head.writeInt8(2, 16);
  head.writeInt16BE(fields.attributes, 21);
  head.writeInt32BE(fields.records.at(-1)?.offsetDelta ?? 0, 23);
  head.writeBigInt64BE(fields.firstTimestampMs, 27);
  head.writeBigInt64BE(fields.maxTimestampMs, 35);
  head.writeBigInt64BE(-1n, 43);
  head.writeInt32BE(records.length, 57);
  return Buffer.concat([head, ...records]);
}

function record(fields: RecordFields): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(fields.timestampDelta),
    varint(fields.offsetDelta),
    sized(fields.key),
    sized(fields.value),
    varint(fields.headers.length),
    ...fields.headers.flatMap(([key, value]) => [sized(Buffer.from(key)), sized(value)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function sized(bytes: Uint8Array | null): Buffer {
  return bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  let rest = BigInt(value) >= 0n ? BigInt(value) * 2n : -BigInt(value) * 2n - 1n;
  const bytes: number[] = [];
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
