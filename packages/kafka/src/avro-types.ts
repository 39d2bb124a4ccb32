import avro, { type Schema, type Type } from 'avsc';
import { bytesToE18, e18ToBytes } from '@groundswell/domain';
import { SchemaMismatchError } from './errors.ts';

/** avsc's cursor over a buffer; its types leave it out. */
interface Tap {
  readonly buf: Buffer;
  readonly pos: number;
  readLong(): number;
  skipLong(): void;
  readString(): string;
}
interface ReadableType {
  _read(tap: Tap): unknown;
}
interface WritableType {
  _write(tap: Tap, value: unknown): void;
}

const SCALE = 18;
const PRECISION = 38;
const MAX_UNSCALED = 10n ** 38n - 1n;

/** Decimal of scale 18 as `bigint` (W10). Any other scale is not ours: the whole schema is then refused. */
export class E18Decimal extends avro.types.LogicalType {
  constructor(schema: Schema, options?: unknown) {
    super(schema, options);
    const { scale, precision } = schema as { scale?: number; precision?: number };
    if (scale !== SCALE || precision !== PRECISION) {
      throw new SchemaMismatchError('decimals have precision 38 and scale 18', {
        scale: scale ?? 0,
        precision: precision ?? 0,
      });
    }
  }

  protected override _fromValue(bytes: Buffer): bigint {
    return bytesToE18(bytes);
  }

  protected override _toValue(value: unknown): Buffer | undefined {
    if (typeof value !== 'bigint' || value > MAX_UNSCALED || value < -MAX_UNSCALED)
      return undefined;
    return asBuffer(e18ToBytes(value));
  }

  protected override _resolve(writer: Type): ((value: unknown) => unknown) | undefined {
    return writer instanceof E18Decimal ? (value) => value : undefined;
  }
}

/** Plain bytes that take any Uint8Array, not only Node's Buffer. */
class AnyBytes extends avro.types.LogicalType {
  constructor() {
    super({ type: 'bytes', logicalType: 'any-bytes' } as unknown as Schema, {});
  }

  protected override _fromValue(bytes: Buffer): Buffer {
    return bytes;
  }

  protected override _toValue(value: unknown): Buffer | undefined {
    return value instanceof Uint8Array ? asBuffer(value) : undefined;
  }

  protected override _resolve(writer: Type): ((value: unknown) => unknown) | undefined {
    return writer instanceof AnyBytes ? (value) => value : undefined;
  }
}

/**
 * avsc computes longs in doubles. Zigzag doubles the magnitude, so below -2^52 odd values come out changed by one, in silence (found
 * by the property test of the codec). Here such a value is refused, written or read; above, avsc refuses beyond 2^53 - 2 by itself.
 */
class ExactLong extends avro.types.LongType {
  _read(tap: Tap): number {
    return exact(longs._read(tap) as number);
  }

  _write(tap: Tap, value: unknown): void {
    longs._write(tap, typeof value === 'number' ? exact(value) : value);
  }
}

const longs = avro.types.LongType.prototype as unknown as ReadableType & WritableType;
const MIN_LONG = -(2 ** 52);

function exact(value: number): number {
  if (value < MIN_LONG) throw new RangeError('a long below -2^52 is not exact');
  return value;
}

/**
 * avsc believes the item count of an array or map. A few hostile bytes then claim a billion items, and the process is gone: here a
 * block cannot hold more items than bytes are left (no item of ours has size 0).
 */
class BoundedArray extends avro.types.ArrayType {
  _read(tap: Tap): unknown[] {
    const items = this.itemsType as unknown as ReadableType;
    const values: unknown[] = [];
    for (let count = blockSize(tap); count > 0; count = blockSize(tap)) {
      for (; count > 0; count -= 1) values.push(items._read(tap));
    }
    return values;
  }
}

class BoundedMap extends avro.types.MapType {
  _read(tap: Tap): Record<string, unknown> {
    const values = this.valuesType as ReadableType;
    const entries: [string, unknown][] = [];
    for (let count = blockSize(tap); count > 0; count = blockSize(tap)) {
      for (; count > 0; count -= 1) entries.push([tap.readString(), values._read(tap)]);
    }
    return Object.fromEntries(entries);
  }
}

function blockSize(tap: Tap): number {
  const count = tap.readLong();
  if (count < 0) tap.skipLong();
  const items = Math.abs(count);
  if (items > tap.buf.length - tap.pos) {
    throw new RangeError('a block claims more items than bytes are left');
  }
  return items;
}

/**
 * The avsc type of a schema text: decimals as bigint, timestamps as numbers (micros), unions unwrapped, counts bounded.
 * @throws SchemaMismatchError when the text is not a schema that we can read
 */
export function avroType(text: string): Type {
  try {
    return avro.Type.forSchema(JSON.parse(text) as Schema, {
      logicalTypes: { decimal: E18Decimal },
      assertLogicalTypes: true,
      wrapUnions: 'never',
      typeHook: (schema, options) => {
        if (schema === 'bytes') return new AnyBytes();
        const { type } = schema as { type?: unknown };
        if (schema === 'long' || type === 'long') return new ExactLong();
        if (type === 'array') return new BoundedArray(schema, options);
        if (type === 'map') return new BoundedMap(schema, options);
        return undefined;
      },
    });
  } catch (cause) {
    throw new SchemaMismatchError('the schema cannot be read', {}, cause);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
