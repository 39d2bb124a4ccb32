import {
  camel,
  type AvroEnum,
  type AvroRecord,
  type AvroType,
  type SchemaFile,
} from './avro-model.ts';

/** Strings that nearly every record has anew; all others take few values and are kept once. */
const UNIQUE = /(^|_)(event_id|trade_id|order_id|request_id|sha256|reason|key)$/;

interface Named {
  readonly type: string;
  readonly logicalType?: string;
  readonly name?: string;
  readonly symbols?: readonly string[];
  readonly items?: AvroType;
  readonly values?: AvroType;
}

/**
 * Emits one reader per schema: Avro binary straight into the record of the code, in the order of the fields. Only for what our own schema
 * wrote; other writers' schemas are matched by avsc. The two agree on every value, which the codec's property test checks.
 */
export function generateReaders(schemas: readonly SchemaFile[]): string {
  const readers = new ReaderWriter();
  for (const { record } of schemas) readers.record(record);
  const names = schemas.map(({ record }) => record.name);
  return [
    "import type { AvroCursor } from '../avro-cursor.ts';",
    "import type * as records from './records.ts';\n",
    ...readers.chunks,
    '/** Readers of what our own schemas wrote, by record name. */',
    `export const recordReaders = {\n${names.map((name) => `  ${name}: read${name},`).join('\n')}\n} as const;\n`,
  ].join('\n');
}

class ReaderWriter {
  readonly chunks: string[] = [];
  private readonly types = new Map<string, AvroType>();

  record(record: AvroRecord): void {
    if (this.types.has(record.name)) return;
    this.types.set(record.name, record);
    const lines = record.fields.map(({ name, type }) => {
      const { code, suffix } = this.read(type, name);
      return `    ${camel(name)}${suffix}: ${code},`;
    });
    this.chunks.push(
      `function read${record.name}(c: AvroCursor): records.${record.name} {\n  return {\n${lines.join('\n')}\n  };\n}\n`,
    );
  }

  private read(type: AvroType, field: string): { readonly code: string; readonly suffix: string } {
    if (typeof type === 'string') return plain(this.named(type, field));
    if (Array.isArray(type)) {
      const inner = this.read((type as readonly AvroType[])[1] ?? 'null', field);
      return { code: `c.isNull() ? null : ${inner.code}`, suffix: inner.suffix };
    }
    const named = type as unknown as Named;
    if (named.logicalType !== undefined) {
      return named.logicalType === 'decimal'
        ? { code: 'c.e18()', suffix: 'E18' }
        : { code: 'c.long()', suffix: named.logicalType === 'timestamp-micros' ? 'Us' : '' };
    }
    switch (named.type) {
      case 'record':
        this.record(type as AvroRecord);
        return plain(`read${named.name ?? ''}(c)`);
      case 'enum':
        this.enumeration(type as AvroEnum);
        return plain(`c.symbol(symbolsOf${named.name ?? ''})`);
      case 'array':
        return plain(`c.array((c) => ${this.read(named.items ?? 'null', field).code})`);
      case 'map':
        return plain(`c.map((c) => ${this.read(named.values ?? 'null', field).code})`);
      default:
        return this.read(named.type, field);
    }
  }

  private enumeration({ name, symbols, ...rest }: AvroEnum): void {
    if (this.types.has(name)) return;
    this.types.set(name, { name, symbols, ...rest });
    this.chunks.push(`const symbolsOf${name} = ${JSON.stringify(symbols)} as const;\n`);
  }

  private named(name: string, field: string): string {
    if (name === 'string') return UNIQUE.test(field) ? 'c.string()' : 'c.word()';
    const known = this.types.get(name);
    if (known !== undefined)
      return (known as { type: string }).type === 'record'
        ? `read${name}(c)`
        : `c.symbol(symbolsOf${name})`;
    return `c.${name}()`;
  }
}

function plain(code: string): { readonly code: string; readonly suffix: string } {
  return { code, suffix: '' };
}
