import type { AvroRecord, AvroType } from './avro-model.ts';

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema of the JSON form of a record: decimals are text, times ISO 8601 with microseconds, bytes base64. */
export function jsonSchemaOf(record: AvroRecord, only?: readonly string[]): Schema {
  return new Schemas().record(record, only);
}

class Schemas {
  /** Types by name: Avro defines each once and then only names it. */
  private readonly known = new Map<string, Schema>();

  record(record: AvroRecord, only?: readonly string[]): Schema {
    const fields = record.fields.map((field) => {
      const schema = this.of(field.type);
      return [field.name, { ...schema, description: field.doc ?? '' }] as const;
    });
    const kept = fields.filter(([name]) => only === undefined || only.includes(name));
    const schema = {
      type: 'object',
      required: kept.map(([name]) => name),
      properties: Object.fromEntries(kept),
    };
    this.known.set(record.name, schema);
    return schema;
  }

  private of(type: AvroType): Schema {
    if (typeof type === 'string') return this.named(type);
    if (Array.isArray(type)) {
      const inner = this.of((type as readonly AvroType[])[1] ?? 'null');
      return { oneOf: [{ type: 'null' }, inner] };
    }
    const object = type as Exclude<AvroType, string | readonly AvroType[]>;
    if ('logicalType' in object) {
      return object.logicalType === 'decimal'
        ? { type: 'string', format: 'decimal' }
        : { type: 'string', format: 'date-time' };
    }
    switch (object.type) {
      case 'record':
        return this.record(object);
      case 'enum': {
        const { name, symbols } = object;
        const schema = { type: 'string', enum: symbols };
        this.known.set(name, schema);
        return schema;
      }
      case 'array':
        return { type: 'array', items: this.of(object.items) };
      case 'map':
        return {
          type: 'object',
          additionalProperties: this.of((object as { values: AvroType }).values),
        };
      default:
        return this.named((object as { readonly type: string }).type);
    }
  }

  private named(name: string): Schema {
    switch (name) {
      case 'string':
        return { type: 'string' };
      case 'bytes':
        return { type: 'string', contentEncoding: 'base64' };
      case 'long':
      case 'int':
        return { type: 'integer' };
      case 'double':
        return { type: 'number' };
      case 'boolean':
        return { type: 'boolean' };
      default:
        return this.known.get(name) ?? {};
    }
  }
}
