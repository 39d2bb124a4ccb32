import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, ProviderSchema } from './extract.ts';

/**
 * What the provider and its service take as values, noted in `values.json` from public sources and the manual. Rules across arguments (CAA
 * needs `flags` and `tag`) are not here: the provider makes them when it plans.
 */
export type Rule =
  | { readonly oneOf: readonly string[]; readonly anyCase?: true }
  | { readonly min?: number; readonly max?: number }
  /** Characters, both ends included. */
  | { readonly length: readonly [number, number] }
  | { readonly pattern: string }
  | { readonly notEmpty: true };

/** By path: `config.cleanup_policy`. A rule of a list is for each of its elements. */
type Rules = Readonly<Record<string, Rule>>;

export interface NotedValues {
  /** Files of the provider, each with the commit that was read. */
  readonly sources: readonly string[];
  /** What the provider checks itself, in `terraform validate`. */
  readonly values: Rules;
  /** What only the manual says, so that the service would refuse it, or drop it, when it is applied. */
  readonly documented?: Rules;
}

/** By type of resource. */
export function readNotedValues(): Readonly<Record<string, NotedValues>> {
  const text = readFileSync(join(import.meta.dirname, 'values.json'), 'utf8');
  return JSON.parse(text) as Readonly<Record<string, NotedValues>>;
}

/**
 * Puts the rules beside the arguments that they are for.
 * @throws Error when a resource or an argument is not in the schema: a rule that nobody applies says nothing
 */
export function withRules(
  schema: ProviderSchema,
  noted: Readonly<Record<string, NotedValues>>,
): ProviderSchema {
  const resources = { ...schema.resources };
  for (const [type, { values, documented }] of Object.entries(noted)) {
    for (const [path, rule] of Object.entries({ ...values, ...documented })) {
      const block = resources[type];
      const ruled = block === undefined ? undefined : withRule(block, path.split('.'), rule);
      if (ruled === undefined) throw new Error(`values.json: the schema has no ${type} ${path}`);
      resources[type] = ruled;
    }
  }
  return { ...schema, resources };
}

function withRule(block: Block, [name, ...rest]: readonly string[], rule: Rule): Block | undefined {
  if (rest.length === 0) {
    if (!block.attributes.some((one) => one.name === name)) return undefined;
    const attributes = block.attributes.map((one) => (one.name === name ? { ...one, rule } : one));
    return { ...block, attributes };
  }
  const inner = block.blocks.find((one) => one.name === name);
  const ruled = inner === undefined ? undefined : withRule(inner.block, rest, rule);
  if (ruled === undefined) return undefined;
  const blocks = block.blocks.map((one) => (one === inner ? { ...one, block: ruled } : one));
  return { ...block, blocks };
}
