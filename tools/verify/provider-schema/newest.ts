import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { snakeCase, type Attribute, type Block, type ProviderSchema } from './extract.ts';
import { inner, innerMembers, isMany, readWhole, typeOf, type Member } from './pulumi-types.ts';

/**
 * Brings a schema up to a newer provider: `@pulumi/digitalocean` types the same arguments, generated from the provider's own schema. What it
 * no longer has is taken out, so that Terraform refuses it; what is new is added; a changed type or demand replaces the old one. The older
 * schema still says what Pulumi does not: list or set, how many at most, and what inside of a block only the provider sets.
 */
export function bringUpToDate(schema: ProviderSchema, packageDir: string): ProviderSchema {
  const nested = readFileSync(join(packageDir, 'types/input.d.ts'), 'utf8');
  const update = (
    blocks: Readonly<Record<string, Block>>,
    nameOf: (type: string) => string,
    whole: 'State' | 'Result',
  ): Record<string, Block> =>
    Object.fromEntries(
      Object.entries(blocks).flatMap(([type, block]) => {
        const name = nameOf(type);
        const file = join(packageDir, `${name}.d.ts`);
        if (!existsSync(file)) return [];
        const members = readWhole(upperFirst(name), whole, readFileSync(file, 'utf8'));
        return [[type, updateBlock(block, members, nested)]];
      }),
    );
  return {
    resources: update(schema.resources, (type) => renamed[type] ?? shortName(type), 'State'),
    dataSources: update(
      schema.dataSources,
      (type) => `get${upperFirst(shortName(type))}`,
      'Result',
    ),
  };
}

const renamed: Readonly<Record<string, string>> = { digitalocean_record: 'dnsRecord' };
const shortName = (type: string): string => camelCase(type.replace('digitalocean_', ''));

/** Terraform's own, which Pulumi does not type. */
const terraforms: ReadonlySet<string> = new Set(['id', 'timeouts']);

const empty: Block = { attributes: [], blocks: [] };

function updateBlock(block: Block, members: readonly Member[], nested: string): Block {
  const left = new Map(members.map((one) => [one.name, one]));
  const take = (name: string, fits: (member: Member) => boolean): Member | undefined => {
    const found = spellings(name, [...left.keys()])
      .map((spelling) => left.get(spelling))
      .find((member) => member !== undefined && fits(member));
    if (found !== undefined) left.delete(found.name);
    return found;
  };
  const attributes = block.attributes.flatMap((one) => {
    const fits = ({ type }: Member): boolean => isOpen(one) || inner(type) === undefined;
    const member = take(one.name, fits);
    if (member === undefined) return terraforms.has(one.name) ? [one] : [];
    return [updateAttribute(one, member)];
  });
  const blocks = block.blocks.flatMap((one) => {
    const member = take(one.name, ({ type }) => inner(type) !== undefined);
    if (member === undefined) return terraforms.has(one.name) ? [one] : [];
    const min = member.required ? Math.max(1, one.min) : 0;
    return [{ ...one, min, block: updateBlock(one.block, innerMembers(member, nested), nested) }];
  });
  const added = [...left.values()];
  const isBlock = ({ type, settable }: Member): boolean =>
    inner(type) !== undefined && settable !== false;
  return {
    attributes: [
      ...attributes,
      ...added.filter((one) => !isBlock(one)).map((one) => newAttribute(one)),
    ],
    blocks: [
      ...blocks,
      ...added.filter(isBlock).map((one) => ({
        name: snakeCase(isMany(one.type) ? one.name.replace(/s$/, '') : one.name),
        set: false,
        min: one.required ? 1 : 0,
        max: isMany(one.type) ? 0 : 1,
        block: updateBlock(empty, innerMembers(one, nested), nested),
      })),
    ],
  };
}

function updateAttribute(one: Attribute, member: Member): Attribute {
  const type = isOpen(one) && inner(member.type) !== undefined ? one.type : typeOf(member.type);
  if (!(member.settable ?? isArgument(one))) return { ...one, type, ...demand('computed') };
  // Pulumi makes up a name where none is given, so it never demands one.
  const required = one.name === 'name' ? one.required : member.required;
  return { ...one, type, ...demand(required ? 'required' : 'optional') };
}

function newAttribute({ name, type, required, settable }: Member): Attribute {
  const kind = settable === false ? 'computed' : required ? 'required' : 'optional';
  return { name: snakeCase(name), type: typeOf(type), ...demand(kind) };
}

/** Every optional argument may be computed: the provider's answer is no concern of a check without plan. */
function demand(kind: 'required' | 'optional' | 'computed'): Omit<Attribute, 'name' | 'type'> {
  return {
    required: kind === 'required',
    optional: kind === 'optional',
    computed: kind !== 'required',
  };
}

/** How Pulumi may write a name: in the plural what can come several times, and a URN as `clusterUrn`. */
function spellings(name: string, present: readonly string[]): readonly string[] {
  if (name === 'urn') return present.filter((one) => one.endsWith('Urn'));
  const camel = camelCase(name);
  return [camel, `${camel}s`, `${camel}es`, camel.replace(/y$/, 'ies')];
}

const isArgument = (one: Attribute): boolean => one.required || one.optional;
/** Objects of which nobody noted the members. */
const isOpen = (one: Attribute): boolean => one.type === 'dynamic' || !isArgument(one);

const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const camelCase = (name: string): string =>
  name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
