import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChartPart, Part } from '../cluster-parts/catalogue.ts';
import type { StandIn } from './stand-in-charts.ts';
import type { Ran } from './types.ts';

/** What the check of the installer does to its cluster and asks of it. Each function returns what did not fit, or undefined. */

/** An older release of one part, as if installed a year ago. */
export const OLD: StandIn = {
  name: 'gateway-helm',
  version: 'v1.8.0',
  crdGroups: ['gateway.envoyproxy.io'],
};

/** In the repository too: what is not asked for by its version would be this one. */
export const NEWER: StandIn = { name: 'keda', version: '99.0.0', crdGroups: [] };

export interface Rig {
  readonly parts: readonly Part[];
  readonly kube: (...args: readonly string[]) => Promise<Ran>;
  readonly helmed: (...args: readonly string[]) => Promise<Ran>;
  readonly installer: (...args: readonly string[]) => Promise<Ran>;
  readonly repository: string;
  readonly index: () => Promise<void>;
  readonly workDir: string;
}
export const isChart = (part: Part): part is ChartPart => part.kind === 'chart';

export async function namespaces({ parts, kube }: Rig): Promise<string | undefined> {
  for (const { namespace, podSecurity, byDefault } of parts) {
    if (podSecurity === 'none' || !byDefault) continue;
    const label = '{.metadata.labels.pod-security\\.kubernetes\\.io/enforce}';
    const found = await kube('get', 'namespace', namespace, '-o', `jsonpath=${label}`);
    if (found.stdout !== podSecurity) return `${namespace}: ${found.output}, not ${podSecurity}`;
  }
  return undefined;
}

/** Those that the list asks for, in namespaces that must exist: the optional ones are made as a person would. */
export async function secrets({ parts, kube }: Rig): Promise<string | undefined> {
  for (const { namespace, secrets: wanted } of parts) {
    for (const { name, keys } of wanted) {
      await kube('create', 'namespace', namespace);
      const literals = keys.map((key) => `--from-literal=${key}=x`);
      const ran = await kube('-n', namespace, 'create', 'secret', 'generic', name, ...literals);
      if (ran.code !== 0) return ran.output;
    }
  }
  return undefined;
}

/** Pod templates of our manifests as pods: only pods are refused by a profile. */
export async function pods({ parts, kube, workDir }: Rig): Promise<string | undefined> {
  for (const part of parts.filter((one) => one.kind === 'manifests')) {
    const shown = ['create', '--dry-run=client', '-o', 'json', '-f', part.folder];
    const text = (await kube(...shown)).stdout;
    const objects = (text.trim().startsWith('{') ? text : '{}').split(/\n(?=\{)/);
    const templates = objects
      .map((one) => JSON.parse(one) as { kind?: string; spec?: { template?: object } })
      .flatMap(({ spec }) => spec?.template ?? []);
    if (templates.length === 0) return `${part.name}: no pods\n${text}`;
    for (const template of templates) {
      const file = join(workDir, 'pod.json');
      const metadata = { name: part.name, namespace: part.namespace };
      writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...template, metadata }));
      const ran = await kube('apply', '--dry-run=server', '-f', file);
      if (ran.code !== 0) return ran.output;
    }
  }
  return undefined;
}

/** What controllers and nodes would report. */
export async function ready(
  { kube }: Rig,
  kind: 'deployment' | 'daemonset',
  namespace: string,
  name: string,
): Promise<string | undefined> {
  const generation = 1;
  const deployment = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };
  const daemonset = {
    currentNumberScheduled: 1,
    desiredNumberScheduled: 1,
    numberAvailable: 1,
    numberMisscheduled: 0,
    numberReady: 1,
    updatedNumberScheduled: 1,
  };
  const status = { observedGeneration: generation, ...{ deployment, daemonset }[kind] };
  const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
  const ran = await kube('-n', namespace, 'patch', kind, name, ...patch);
  return ran.code === 0 ? undefined : ran.output;
}

export async function versions({ parts, helmed }: Rig): Promise<string | undefined> {
  const listed = await helmed('list', '-A', '-o', 'json');
  const found = JSON.parse(listed.stdout) as readonly {
    readonly name: string;
    readonly namespace: string;
    readonly chart: string;
    readonly revision: string;
  }[];
  const seen = found.map((one) => `${one.namespace}/${one.name} ${one.chart} ${one.revision}`);
  const wanted = parts.filter(isChart).map(({ namespace, release, chart }) => {
    // The one that was there before was upgraded once.
    const revision = chart.name === OLD.name ? 2 : 1;
    return `${namespace}/${release} ${chart.name}-${chart.version} ${revision}`;
  });
  const differs = seen.toSorted().join('\n') !== wanted.toSorted().join('\n');
  return differs
    ? `seen\n${seen.toSorted().join('\n')}\nwanted\n${wanted.toSorted().join('\n')}`
    : undefined;
}
