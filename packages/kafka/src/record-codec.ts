import type { Type } from 'avsc';
import { InvariantError } from '@groundswell/domain';
import {
  AvroCursor,
  recordMaps,
  recordReaders,
  schemaTexts,
  topics,
  type TopicName,
  type TopicRecords,
} from '@groundswell/schemas';
import { UndecodableError, type RecordCodec } from '@groundswell/stream';
import { avroType } from './avro-types.ts';
import { FRAME_BYTES, peekSchemaId, readSchemaId, writeFrame } from './framing.ts';
import type { RegistryClient } from './registry-client.ts';
import { createWriterCache } from './writer-cache.ts';

export interface TopicCodec<T> extends RecordCodec<T> {
  /**
   * Learn the id of our own schema; needed once before the first `encode`.
   * @throws SchemaUnknownError when the deploy step has not run | RegistryUnavailableError (retriable)
   */
  ready(): Promise<void>;
}

/** Why bytes are not a record of the topic: `fields.reason` of the UndecodableError. */
export type UndecodableReason =
  | 'null_value'
  | 'too_short'
  | 'bad_magic'
  | 'guid_framing'
  | 'schema_unknown'
  | 'schema_mismatch'
  | 'avro';

/** Untyped view of the generated mappings: which record a topic carries is known to the catalogue, not to the compiler here. */
interface RecordMap {
  readonly fromWire: (wire: unknown) => unknown;
  readonly toWire: (record: unknown) => unknown;
}

const INITIAL_BYTES = 4_096;

/** Registry subject of a topic. Lanes share the subjects of the live topics: schema ids are global, a lane only renames topics. */
export function subjectOf(topic: TopicName): string {
  return `${topic}-value`;
}

/**
 * Codec of one topic of the catalogue, whatever the lane. `prepare` may ask the registry, once per schema id; `decode` and `encode`
 * never wait. Decoding reads with the writer's schema into ours, and the two are matched once per id (G6).
 */
export function createRecordCodec<T extends TopicName>(
  registry: RegistryClient,
  topic: T,
): TopicCodec<TopicRecords[T]> {
  const { record } = topics[topic];
  const text = schemaTexts[record];
  const map = recordMaps[record] as unknown as RecordMap;
  const read = recordReaders[record] as (cursor: AvroCursor) => unknown;
  const type = avroType(text);
  const writers = createWriterCache(registry, type, text);
  let ownId: number | null = null;
  let scratch = Buffer.allocUnsafe(INITIAL_BYTES);

  return {
    ready: async () => {
      ownId = await registry.lookup(subjectOf(topic), text);
    },
    prepare: async (values) => {
      for (const id of newIds(values, writers.isSettled)) await writers.resolve(id);
    },
    decode: (value) => {
      if (value === null) throw new UndecodableError('null_value');
      const id = readSchemaId(value);
      const writer = writers.get(id);
      const buffer = toBuffer(value);
      // Nearly everything was written by our own schema and needs no matching of schemas.
      if (writer.resolver === undefined) return readBody(read, buffer) as TopicRecords[T];
      return map.fromWire(decodeBody(writer.type, buffer, writer.resolver)) as TopicRecords[T];
    },
    encode: (value) => {
      if (ownId === null) throw new InvariantError('encode before ready', { topic });
      const wire = map.toWire(value);
      for (;;) {
        const end = type.encode(wire, scratch, FRAME_BYTES);
        if (end > 0) {
          writeFrame(scratch, ownId);
          return Buffer.from(scratch.subarray(0, end));
        }
        scratch = Buffer.allocUnsafe(2 * (scratch.length - end));
      }
    },
  };
}

/** Ids that must be looked up before the values can be decoded; a batch nearly always has one id, already known. */
function newIds(
  values: Iterable<Uint8Array | null>,
  isSettled: (id: number) => boolean,
): ReadonlySet<number> {
  const found = new Set<number>();
  let last: number | null = null;
  for (const value of values) {
    const id = peekSchemaId(value);
    if (id === null || id === last) continue;
    last = id;
    if (!isSettled(id)) found.add(id);
  }
  return found;
}

const cursor = new AvroCursor();

function readBody(read: (cursor: AvroCursor) => unknown, buffer: Buffer): unknown {
  let value: unknown;
  try {
    cursor.start(buffer, FRAME_BYTES);
    value = read(cursor);
  } catch (cause) {
    throw new UndecodableError('avro', cause);
  }
  if (!cursor.isAtEnd) throw new UndecodableError('avro');
  return value;
}

/** All of the bytes must be the record: less is truncated, more is something else. */
function decodeBody(type: Type, buffer: Buffer, resolver: unknown): unknown {
  let result: { value: unknown; offset: number };
  try {
    result = type.decode(buffer, FRAME_BYTES, resolver as never);
  } catch (cause) {
    throw new UndecodableError('avro', cause);
  }
  if (result.offset !== buffer.length) throw new UndecodableError('avro');
  return result.value;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
