import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/**
 * The definitions of some API groups out of an unpacked chart and its sub-charts; others may belong to the provider of the cluster. From the
 * files, for `helm show crds` (3.19) runs files together that do not begin with a separator.
 */
export function readDefinitions(dir: string, groups: readonly string[]): string {
  const items = globSync('**/crds/**/*.{yaml,yml}', { cwd: dir, exclude: ['**/templates/**'] })
    .toSorted()
    .flatMap((file) => parseAllDocuments(readFileSync(join(dir, file), 'utf8')))
    .map((document) => document.toJS() as Definition | null)
    .filter(
      (one) => one?.kind === 'CustomResourceDefinition' && groups.includes(one.spec?.group ?? ''),
    );
  // One object: kubectl takes no separators between JSON.
  return items.length === 0 ? '' : JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

interface Definition {
  readonly kind?: string;
  readonly spec?: { readonly group?: string };
}
