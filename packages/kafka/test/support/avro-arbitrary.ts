import fc, { type Arbitrary } from 'fast-check';

interface Complex {
  readonly type: string;
  readonly logicalType?: string;
  readonly name?: string;
  readonly symbols?: readonly string[];
  readonly items?: Schema;
  readonly values?: Schema;
  readonly fields?: readonly { readonly name: string; readonly type: Schema }[];
}
type Schema = string | readonly Schema[] | Complex;

/** What avsc can hold exactly. */
const MIN_LONG = -(2 ** 52);
const MAX_LONG = 2 ** 53 - 2;
/** Precision 38 (W10). */
const MAX_UNSCALED = 10n ** 38n - 1n;

/** Random wire values of an Avro schema, as our codec represents them. */
export function avroArbitrary(text: string): Arbitrary<Record<string, unknown>> {
  return arbitrary(JSON.parse(text) as Schema, new Map()) as Arbitrary<Record<string, unknown>>;
}

function arbitrary(schema: Schema, named: Map<string, Arbitrary<unknown>>): Arbitrary<unknown> {
  if (Array.isArray(schema)) {
    return fc.oneof(...schema.map((branch: Schema) => arbitrary(branch, named)));
  }
  if (typeof schema === 'string') return named.get(schema) ?? primitive(schema);
  const complex = schema as Complex;
  if (complex.logicalType === 'decimal') {
    return fc.bigInt({ min: -MAX_UNSCALED, max: MAX_UNSCALED });
  }
  const built = build(complex, named);
  if (complex.name !== undefined) named.set(complex.name, built);
  return built;
}

function build(complex: Complex, named: Map<string, Arbitrary<unknown>>): Arbitrary<unknown> {
  switch (complex.type) {
    case 'record':
      return fc.record(
        Object.fromEntries(
          (complex.fields ?? []).map(({ name, type }) => [name, arbitrary(type, named)]),
        ),
        { noNullPrototype: true },
      );
    case 'enum':
      return fc.constantFrom(...(complex.symbols ?? []));
    case 'array':
      return fc.array(arbitrary(complex.items ?? 'null', named), { maxLength: 5 });
    case 'map':
      // The stock reader loses a map entry named __proto__.
      return fc.dictionary(
        text().filter((key) => key !== '__proto__'),
        arbitrary(complex.values ?? 'null', named),
        {
          maxKeys: 5,
          noNullPrototype: true,
        },
      );
    default:
      return primitive(complex.type);
  }
}

function primitive(type: string): Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.integer({ min: MIN_LONG, max: MAX_LONG });
    case 'double':
      return fc.double();
    case 'bytes':
      return fc.uint8Array({ maxLength: 40 });
    case 'string':
      return text();
    default:
      throw new Error(`no arbitrary for Avro type ${type}`);
  }
}

/** Any code points but lone surrogates, which UTF-8 cannot hold. */
function text(): Arbitrary<string> {
  return fc.string({ unit: 'binary', maxLength: 20 });
}
