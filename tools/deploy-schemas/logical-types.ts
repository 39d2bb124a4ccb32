/** One leaf of a schema whose meaning a registry does not look at. */
type Signatures = ReadonlyMap<string, string>;

interface Complex {
  readonly type?: unknown;
  readonly name?: string;
  readonly namespace?: string;
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[];
  readonly items?: unknown;
  readonly values?: unknown;
  readonly logicalType?: string;
  readonly precision?: number;
  readonly scale?: number;
}

/**
 * Fields that exist in both schemas and whose logical type, precision or scale differs (W10). Registries compare only the Avro types
 * below: Apicurio took scale 12 -> 18 under FULL_TRANSITIVE, which puts every reader with its own schema off by a factor of 10^6.
 * @returns one sentence per field, empty when nothing changed
 */
export function logicalTypeChanges(registered: string, proposed: string): readonly string[] {
  const before = signatures(registered);
  const after = signatures(proposed);
  return [...before].flatMap(([path, was]) => {
    const is = after.get(path);
    return is === undefined || is === was ? [] : [`${path}: ${was} became ${is}`];
  });
}

function signatures(text: string): Signatures {
  const found = new Map<string, string>();
  collect(JSON.parse(text), '', new Map(), found);
  return found;
}

/** Walk a schema; a named type used again is walked at each place, but not within itself. */
function collect(
  schema: unknown,
  path: string,
  named: Map<string, Complex>,
  found: Map<string, string>,
  inside: readonly string[] = [],
): void {
  if (Array.isArray(schema)) {
    const branches = schema.filter((branch) => branch !== 'null');
    for (const branch of branches) {
      collect(
        branch,
        branches.length === 1 ? path : `${path}|${baseOf(branch)}`,
        named,
        found,
        inside,
      );
    }
    return;
  }
  const complex = resolve(schema, named);
  if (complex === null) {
    found.set(path, String(schema));
    return;
  }
  if (complex.name !== undefined) named.set(complex.name, complex);
  if (complex.fields !== undefined) {
    const name = complex.name ?? '';
    if (inside.includes(name)) return;
    for (const field of complex.fields) {
      collect(field.type, path === '' ? field.name : `${path}.${field.name}`, named, found, [
        ...inside,
        name,
      ]);
    }
  } else if (complex.items !== undefined) collect(complex.items, `${path}[]`, named, found, inside);
  else if (complex.values !== undefined) collect(complex.values, `${path}{}`, named, found, inside);
  else found.set(path, signatureOf(complex));
}

function resolve(schema: unknown, named: ReadonlyMap<string, Complex>): Complex | null {
  if (typeof schema === 'object' && schema !== null) return schema;
  return named.get(String(schema).split('.').at(-1) ?? '') ?? null;
}

/** Without a logical type only its absence matters; the registry compares the rest. */
function signatureOf({ type, logicalType, precision, scale }: Complex): string {
  if (logicalType === undefined) return String(type);
  const numbers = [precision, scale].filter((number) => number !== undefined);
  return numbers.length === 0 ? logicalType : `${logicalType}(${numbers.join(', ')})`;
}

function baseOf(branch: unknown): string {
  if (typeof branch !== 'object' || branch === null) return String(branch);
  const { name, type } = branch as Complex;
  return name ?? String(type);
}
