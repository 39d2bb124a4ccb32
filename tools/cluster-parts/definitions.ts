import { parseAllDocuments } from 'yaml';

/** The definitions of some API groups out of what `helm show crds` prints; others may belong to the provider of the cluster. */
export function definitionsOf(text: string, groups: readonly string[]): string {
  return parseAllDocuments(text)
    .filter((document) => {
      const crd = document.toJS() as { readonly spec?: { readonly group?: string } } | null;
      return groups.includes(crd?.spec?.group ?? '');
    })
    .map((document) => JSON.stringify(document.toJS()))
    .join('\n---\n');
}
