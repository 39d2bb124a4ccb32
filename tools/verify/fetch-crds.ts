import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { demand } from './tool-cache.ts';
import type { ToolContext } from './types.ts';

/** Custom resource definition, as far as we read it. */
export interface Crd {
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: object };
    }[];
  };
}

/** Files of the operators' own Go modules. */
const files: readonly (readonly [string, string])[] = [
  ['github.com/kedacore/keda/v2@v2.18.1', 'config/crd/bases/keda.sh_scaledobjects.yaml'],
  ['github.com/kedacore/keda/v2@v2.18.1', 'config/crd/bases/keda.sh_triggerauthentications.yaml'],
  [
    'sigs.k8s.io/gateway-api@v1.6.1',
    'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
  ],
  [
    'github.com/external-secrets/external-secrets@v0.20.4',
    'config/crds/bases/external-secrets.io_externalsecrets.yaml',
  ],
];

/** Named after what is in it: a cache of tools that is older than the list above is no reason for a failed check. */
export const crdsFile = `crds/crds-${createHash('sha256').update(files.flat().join()).digest('hex').slice(0, 8)}.json`;

/** Downloads the definitions; those of the Prometheus operator, whose module is not served, are in this folder. */
export async function fetchCrds(context: ToolContext): Promise<void> {
  const dir = join(context.toolsDir, 'crds');
  mkdirSync(dir, { recursive: true });
  const definitions: Crd[] = readCrds(join(import.meta.dirname, 'prometheus-operator-crds.yaml'));
  for (const [module, file] of files) {
    const answer = await demand(context, 'go', ['mod', 'download', '-json', module], {}, dir);
    const { Dir } = JSON.parse(answer) as { readonly Dir: string };
    definitions.push(...readCrds(join(Dir, file)));
  }
  writeFileSync(
    join(context.toolsDir, crdsFile),
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: definitions }),
  );
}

function readCrds(path: string): Crd[] {
  return parseAllDocuments(readFileSync(path, 'utf8'))
    .map((document) => document.toJS() as Crd | null)
    .filter((crd) => crd !== null);
}
