import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import type { ChartPart } from '../cluster-parts/catalogue.ts';
import { demand } from './tool-cache.ts';
import type { CheckContext } from './types.ts';
import { helm } from './toolbox.ts';

/**
 * A chart repository on the loopback interface with stand-ins for the charts of infra/cluster/parts.yaml, which cannot be fetched where there is
 * no network: same names and versions, inside one ConfigMap that shows the values, and definitions of the API groups that the part names.
 */

/** What a stand-in is made of. */
export interface StandIn {
  readonly name: string;
  readonly version: string;
  /** API groups of which it carries a definition beside its templates. */
  readonly crdGroups: readonly string[];
}
export const standInOf = ({ chart, crdGroups }: ChartPart): StandIn => ({
  name: chart.name,
  version: chart.version,
  crdGroups,
});

export async function packageStandIn(context: CheckContext, standIn: StandIn): Promise<string> {
  const { name, version, crdGroups } = standIn;
  const dir = join(context.workDir, 'charts', `${name}-${version}`, name);
  mkdirSync(join(dir, 'templates'), { recursive: true });
  mkdirSync(join(dir, 'crds'));
  writeFileSync(join(dir, 'Chart.yaml'), stringify({ apiVersion: 'v2', name, version }));
  writeFileSync(join(dir, 'values.yaml'), '{}\n');
  writeFileSync(
    join(dir, 'templates/values.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-values" }\ndata: { values: {{ toJson .Values | quote }} }\n',
  );
  for (const group of crdGroups) {
    writeFileSync(join(dir, 'crds', `${group}.yaml`), stringify(definition(group, version)));
  }
  const repository = join(context.workDir, 'repository');
  mkdirSync(repository, { recursive: true });
  const args = ['package', dir, '--destination', repository];
  await demand(context, context.pathOf(helm), args, {});
  return repository;
}

/** A definition that says which chart it came with. */
export const definition = (group: string, from: string): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `things.${group}`,
    // The server asks for it in groups of Kubernetes.
    annotations: { 'verify/from': from, 'api-approved.kubernetes.io': 'unapproved, a stand-in' },
  },
  spec: {
    group,
    names: { kind: 'Thing', plural: 'things' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object' } },
      },
    ],
  },
});

/** Serves the folder until closed. `index` must be called when charts were added or taken away. */
export async function serveRepository(
  context: CheckContext,
  dir: string,
): Promise<{ readonly url: string; readonly index: () => Promise<void>; close: () => void }> {
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(dir, basename(request.url ?? ''))));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const index = async (): Promise<void> => {
    await demand(context, context.pathOf(helm), ['repo', 'index', dir], {});
  };
  await index();
  return { url: `http://127.0.0.1:${port}`, index, close: () => server.close() };
}
