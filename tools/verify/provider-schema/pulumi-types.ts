/** Reads the declarations of `@pulumi/digitalocean`, which are generated from the provider's own schema. */

/** A member of an interface, named as in Pulumi. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** undefined inside of blocks: their types do not tell an argument from what the provider sets. */
  readonly settable: boolean | undefined;
}

/** All members of a resource or data source; those of its `Args` are the arguments. */
export function readWhole(name: string, whole: string, types: string): readonly Member[] {
  const args = readMembers(`${name}Args`, types).map((one) => ({ ...one, settable: true }));
  const given = new Set(args.map((one) => one.name));
  const set = readMembers(name + whole, types).filter(
    (one) => !given.has(one.name) && one.name !== 'id',
  );
  return [...args, ...set.map((one) => ({ ...one, settable: false }))];
}

export function innerMembers({ type }: Member, nested: string): readonly Member[] {
  return readMembers(inner(type) ?? '', nested);
}

function readMembers(name: string, types: string): readonly Member[] {
  const start = types.indexOf(`export interface ${name} {`);
  if (start === -1) return [];
  const body = types.slice(start, types.indexOf('\n}', start));
  return [...body.matchAll(/^ {4}(?:readonly )?(\w+)(\??): (.*)$/gm)].map(
    ([, member = '', mark, type = '']) => ({
      name: member,
      type,
      required: mark !== '?',
      settable: undefined,
    }),
  );
}

/** Name of the interface of a block. */
export const inner = (type: string): string | undefined =>
  /\b(?:inputs|outputs)\.(\w+)/.exec(type)?.[1];
export const isMany = (type: string): boolean => type.includes('[]');

/** As Terraform writes it. */
export function typeOf(type: string): unknown {
  if (inner(type) !== undefined) return 'dynamic';
  const simple = /\bnumber\b/.test(type) ? 'number' : /\bboolean\b/.test(type) ? 'bool' : 'string';
  if (/\{\s*$/.test(type)) return ['map', 'string'];
  return isMany(type) ? ['list', simple] : simple;
}
