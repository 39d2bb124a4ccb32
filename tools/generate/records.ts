import {
  camel,
  type AvroEnum,
  type AvroField,
  type AvroRecord,
  type AvroType,
  type SchemaFile,
} from './avro-model.ts';

/** How one Avro type looks in TypeScript and how it is mapped in three directions. */
interface Mapping {
  readonly wire: string;
  readonly domain: string;
  /** Appended to the camelCase name: `E18` for decimals, `Us` for times (house style ST4). */
  readonly suffix: string;
  readonly fromWire: (value: string) => string;
  readonly toWire: (value: string) => string;
  readonly toJson: (value: string) => string;
  readonly fromJson: (value: string) => string;
  readonly json: string;
}

const same = (value: string): string => value;
const plain = (type: string): Mapping => ({
  wire: type,
  domain: type,
  json: type,
  suffix: '',
  fromWire: same,
  toWire: same,
  toJson: same,
  fromJson: same,
});

/** Emits the TypeScript of all records: domain type, wire type, JSON type and the mappings between them. */
export function generateRecords(schemas: readonly SchemaFile[]): string {
  const out = new RecordWriter();
  for (const schema of schemas) out.record(schema.record);
  return out.text();
}

class RecordWriter {
  private readonly emitted = new Set<string>();
  private readonly chunks: string[] = [
    "import { formatE18, formatIsoUs, parseE18, parseIsoUs } from '@groundswell/domain';\n",
  ];

  text(): string {
    return this.chunks.join('\n');
  }

  record(record: AvroRecord): void {
    if (this.emitted.has(record.name)) return;
    this.emitted.add(record.name);
    const fields = record.fields.map((field) => ({ field, mapping: this.mapping(field.type) }));
    const name = record.name;
    const doc = record.doc === undefined ? '' : `/** ${record.doc} */\n`;
    const type = (kind: 'domain' | 'wire' | 'json', suffix: string): string =>
      `export interface ${name}${suffix} {\n` +
      fields
        .map(({ field, mapping }) => {
          const property = kind === 'domain' ? camel(field.name) + mapping.suffix : field.name;
          const comment = kind === 'domain' && field.doc ? `  /** ${field.doc} */\n` : '';
          return `${comment}  readonly ${property}: ${mapping[kind]};\n`;
        })
        .join('') +
      '}\n';
    const map = (
      fn: string,
      from: string,
      to: string,
      line: (field: AvroField, mapping: Mapping) => string,
    ): string =>
      `export function ${fn}(r: ${from}): ${to} {\n  return {\n` +
      fields.map(({ field, mapping }) => `    ${line(field, mapping)},\n`).join('') +
      '  };\n}\n';
    const lower = name.charAt(0).toLowerCase() + name.slice(1);
    const domainName = (field: AvroField, mapping: Mapping): string =>
      camel(field.name) + mapping.suffix;
    this.chunks.push(
      doc + type('domain', ''),
      type('wire', 'Wire'),
      type('json', 'Json'),
      map(
        `${lower}FromWire`,
        `${name}Wire`,
        name,
        (field, mapping) => `${domainName(field, mapping)}: ${mapping.fromWire(`r.${field.name}`)}`,
      ),
      map(
        `${lower}ToWire`,
        name,
        `${name}Wire`,
        (field, mapping) => `${field.name}: ${mapping.toWire(`r.${domainName(field, mapping)}`)}`,
      ),
      map(
        `${lower}FromJson`,
        `${name}Json`,
        name,
        (field, mapping) => `${domainName(field, mapping)}: ${mapping.fromJson(`r.${field.name}`)}`,
      ),
      map(
        `${lower}ToJson`,
        name,
        `${name}Json`,
        (field, mapping) => `${field.name}: ${mapping.toJson(`r.${domainName(field, mapping)}`)}`,
      ),
    );
  }

  private mapping(type: AvroType): Mapping {
    if (typeof type === 'string') return this.named(type);
    if (Array.isArray(type)) return this.optional(type as readonly AvroType[]);
    const object = type as Exclude<AvroType, string | readonly AvroType[]>;
    if ('logicalType' in object) return logical(object.logicalType);
    switch (object.type) {
      case 'record': {
        this.record(object);
        return this.named(object.name);
      }
      case 'enum':
        this.enumeration(object);
        return plain(object.name);
      case 'array': {
        const item = this.mapping((object as { items: AvroType }).items);
        const each = (fn: (value: string) => string) => (value: string) =>
          fn('v') === 'v' ? value : `${value}.map((v) => ${fn('v')})`;
        return {
          wire: `readonly ${item.wire}[]`,
          domain: `readonly ${item.domain}[]`,
          json: `readonly ${item.json}[]`,
          suffix: '',
          fromWire: each(item.fromWire),
          toWire: each(item.toWire),
          toJson: each(item.toJson),
          fromJson: each(item.fromJson),
        };
      }
      case 'map': {
        const value = this.mapping((object as { values: AvroType }).values);
        return plain(`Readonly<Record<string, ${value.domain}>>`);
      }
      default:
        return this.named((object as { readonly type: string }).type);
    }
  }

  private optional(branches: readonly AvroType[]): Mapping {
    const [first, second] = branches;
    if (branches.length !== 2 || first !== 'null' || second === undefined) {
      throw new TypeError(
        'only ["null", T] unions are used: FULL_TRANSITIVE allows no other change',
      );
    }
    const inner = this.mapping(second);
    const guard = (fn: (value: string) => string) => (value: string) =>
      fn(value) === value ? value : `${value} === null ? null : ${fn(value)}`;
    return {
      wire: `${inner.wire} | null`,
      domain: `${inner.domain} | null`,
      json: `${inner.json} | null`,
      suffix: inner.suffix,
      fromWire: guard(inner.fromWire),
      toWire: guard(inner.toWire),
      toJson: guard(inner.toJson),
      fromJson: guard(inner.fromJson),
    };
  }

  private named(name: string): Mapping {
    switch (name) {
      case 'string':
        return plain('string');
      case 'long':
      case 'int':
      case 'double':
        return plain('number');
      case 'boolean':
        return plain('boolean');
      case 'bytes':
        return {
          ...plain('Uint8Array'),
          json: 'string',
          toJson: (value) => `base64(${value})`,
          fromJson: (value) => `bytes(${value})`,
        };
      default: {
        if (!this.emitted.has(name)) throw new TypeError(`unknown Avro type ${name}`);
        if (this.enums.has(name)) return plain(name);
        const lower = name.charAt(0).toLowerCase() + name.slice(1);
        return {
          wire: `${name}Wire`,
          domain: name,
          json: `${name}Json`,
          suffix: '',
          fromWire: (value) => `${lower}FromWire(${value})`,
          toWire: (value) => `${lower}ToWire(${value})`,
          toJson: (value) => `${lower}ToJson(${value})`,
          fromJson: (value) => `${lower}FromJson(${value})`,
        };
      }
    }
  }

  private readonly enums = new Set<string>();

  private enumeration(type: AvroEnum): void {
    if (this.emitted.has(type.name)) return;
    this.emitted.add(type.name);
    this.enums.add(type.name);
    const union = type.symbols.map((symbol) => `'${symbol}'`).join(' | ');
    this.chunks.push(`export type ${type.name} = ${union};\n`);
  }
}

function logical(logicalType: string): Mapping {
  if (logicalType === 'decimal') {
    return {
      ...plain('bigint'),
      suffix: 'E18',
      json: 'string',
      toJson: (value) => `formatE18(${value})`,
      fromJson: (value) => `parseE18(${value})`,
    };
  }
  if (logicalType === 'timestamp-micros') {
    return {
      ...plain('number'),
      suffix: 'Us',
      json: 'string',
      toJson: (value) => `formatIsoUs(${value})`,
      fromJson: (value) => `parseIsoUs(${value}).us`,
    };
  }
  throw new TypeError(`logical type ${logicalType} is not used in our schemas`);
}
