import type { ChartPart, ManifestPart, Part } from './catalogue.ts';

/** Calls of helm and kubectl as data, so that a test can read them and `--dry-run` can print them. */

export interface Call {
  readonly program: 'helm' | 'kubectl';
  readonly args: readonly string[];
  /** Standard input. */
  readonly input?: string;
}
/** Where and how, the same for every part. */
export interface Target {
  /** Context of the kubeconfig. */
  readonly context: string;
  /** Longest wait for a part, as helm writes it: `10m`. */
  readonly timeout: string;
  /** A repository of one's own that has all the charts. */
  readonly chartsFrom?: string;
}

/** Owner of what we apply: who else changed a field is told of, not overwritten. */
const MANAGER = '--field-manager=groundswell-cluster-parts';

export const helm = ({ context }: Target, ...args: readonly string[]): Call => ({
  program: 'helm',
  args: [...args, '--kube-context', context],
});
export const kubectl = ({ context }: Target, ...args: readonly string[]): Call => ({
  program: 'kubectl',
  args: ['--context', context, ...args],
});

export function upgradeCall(target: Target, part: ChartPart): Call {
  const { release, namespace, values } = part;
  return helm(
    target,
    ...['upgrade', '--install', release, ...chartOf(target, part)],
    ...['--namespace', namespace, '--create-namespace', '--values', values],
    ...['--wait', '--timeout', target.timeout],
  );
}

/** The chart as files, for the definitions beside its templates: helm makes them once and never upgrades them. */
export const pullCall = (target: Target, part: ChartPart, dir: string): Call => ({
  program: 'helm',
  args: ['pull', ...chartOf(target, part), '--untar', '--untardir', dir],
});

/** Definitions of a chart were made by helm, so whoever upgrades them takes their fields over. */
export const applyCrdsCall = (target: Target, text: string): Call => ({
  ...kubectl(target, 'apply', '--server-side', '--force-conflicts', MANAGER, '-f', '-'),
  input: text,
});

export const applyCall = (target: Target, part: ManifestPart): Call =>
  kubectl(target, 'apply', '--server-side', MANAGER, '-f', part.folder);

/** Exit code 0: nothing to change, 1: something. */
export const diffCall = (target: Target, part: ManifestPart): Call =>
  kubectl(target, 'diff', '--server-side', MANAGER, '-f', part.folder);

export const readyCalls = (target: Target, part: ManifestPart): readonly Call[] =>
  part.ready.map((workload) =>
    kubectl(
      target,
      ...['-n', part.namespace, 'rollout', 'status', workload, '--timeout', target.timeout],
    ),
  );

/** The namespace with its label, before anything is in it: pods are refused by the label that is there when they come. */
export function namespaceCall(target: Target, { namespace, podSecurity }: Part): Call {
  const labels = { 'pod-security.kubernetes.io/enforce': podSecurity };
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
  return {
    ...kubectl(target, 'apply', '--server-side', MANAGER, '-f', '-'),
    input: JSON.stringify(object),
  };
}

function chartOf({ chartsFrom }: Target, { chart }: ChartPart): readonly string[] {
  const { name, version, from } = chart;
  const at = chartsFrom ?? from;
  if (!at.startsWith('oci:')) return [name, '--repo', at, '--version', version];
  return [chartsFrom === undefined ? at : `${at}/${name}`, '--version', version];
}
