import { rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { readParts, type ChartPart, type Part } from '../cluster-parts/catalogue.ts';
import { serverTools, withServer } from './api-server.ts';
import {
  definition,
  packageStandIn,
  serveRepository,
  standInOf,
  type StandIn,
} from './stand-in-charts.ts';
import { helm, kubectl } from './toolbox.ts';
import { failed, passed, type Check, type CheckContext, type Outcome, type Ran } from './types.ts';

/**
 * The installer of what is beside the chart, on a real API server: twice, after a failure, against a release of somebody else. The charts are
 * stand-ins of the same names and versions: nothing is said about the real ones. There are no nodes, so this check says that the pods of our own
 * manifests run, as a node would.
 */
export const clusterParts: Check = {
  name: 'cluster: parts beside the chart',
  tools: [...serverTools, helm],
  run: (context) => withServer(context, (kubeconfig) => tryParts(context, kubeconfig)),
};

/** Group of the Gateway API, which a provider may manage: made by nobody here. */
const PROVIDERS = 'gateway.networking.k8s.io';
/** An older release of one part, as if installed a year ago. */
const OLD: StandIn = {
  name: 'gateway-helm',
  version: 'v1.8.0',
  crdGroups: ['gateway.envoyproxy.io'],
};

interface Rig {
  readonly parts: readonly Part[];
  readonly kube: (...args: readonly string[]) => Promise<Ran>;
  readonly helmed: (...args: readonly string[]) => Promise<Ran>;
  readonly installer: (...args: readonly string[]) => Promise<Ran>;
  readonly repository: string;
  readonly index: () => Promise<void>;
  readonly workDir: string;
}
/** Undefined when it held, else what was seen. */
type Step = readonly [string, () => Promise<string | undefined>];

async function tryParts(context: CheckContext, kubeconfig: string): Promise<Outcome> {
  const { rootDir, workDir, run, pathOf } = context;
  const parts = readParts(join(rootDir, 'infra/cluster/parts.yaml'));
  let repository = '';
  for (const one of [...parts.filter(isChart).map(standInOf), OLD]) {
    const own = one.name === OLD.name ? [...one.crdGroups, PROVIDERS] : one.crdGroups;
    repository = await packageStandIn(context, { ...one, crdGroups: own });
  }
  const { url, index, close } = await serveRepository(context, repository);
  const home = { HELM_CACHE_HOME: workDir, HELM_CONFIG_HOME: workDir, HELM_DATA_HOME: workDir };
  const path = [dirname(pathOf(helm)), dirname(pathOf(kubectl)), process.env['PATH']];
  const env = { KUBECONFIG: kubeconfig, ...home, PATH: path.join(delimiter) };
  const program = ['--conditions=@groundswell/source', join(rootDir, 'tools/cluster-parts.ts')];
  const rig: Rig = {
    parts,
    kube: (...args) => run(pathOf(kubectl), args, { env }),
    helmed: (...args) => run(pathOf(helm), args, { env }),
    installer: (action = '', ...args) => {
      const flags = ['--context', 'verify', '--charts-from', url, '--timeout', '3s'];
      return run(process.execPath, [...program, action, ...flags, ...args], { env });
    },
    repository,
    index,
    workDir,
  };
  try {
    const steps = stepsOf(rig, url);
    for (const [name, step] of steps) {
      const fault = await step();
      if (fault !== undefined) return failed(name, fault);
    }
    return passed(`${steps.length} steps with stand-ins of ${parts.length} parts' charts`);
  } finally {
    close();
  }
}

const isChart = (part: Part): part is ChartPart => part.kind === 'chart';

function stepsOf(rig: Rig, url: string): readonly Step[] {
  const { parts, kube, helmed, installer } = rig;
  const everything = ['--with', parts.map(({ name }) => name).join(',')];
  const fails = async (ran: Promise<Ran>, ...says: readonly RegExp[]) =>
    expectation(await ran, 1, says);
  const works = async (ran: Promise<Ran>, ...says: readonly RegExp[]) =>
    expectation(await ran, 0, says);
  return [
    [
      'something is there before',
      async () => {
        const file = join(rig.workDir, 'provider.json');
        writeFileSync(file, JSON.stringify(definition(PROVIDERS, 'provider')));
        const old = ['install', 'envoy-gateway', OLD.name, '--version', OLD.version, '--repo', url];
        return (
          (await works(kube('apply', '-f', file))) ??
          (await works(helmed(...old, '-n', 'gateway', '--create-namespace')))
        );
      },
    ],
    [
      'a context that does not exist is refused',
      () => fails(installer('install', '--context', 'production'), /no context production/),
    ],
    [
      'plan changes nothing',
      async () =>
        (await works(
          installer('plan'),
          /keda .* install /,
          /v1\.8\.0 to v1\.9/,
          /missing secret/,
        )) ?? (await works(kube('get', 'namespaces'), /^(?!.*\bkeda\b)/s)),
    ],
    [
      'install stops before the first part while secrets are missing',
      async () =>
        (await fails(installer('install'), /missing/, /monitoring\/alertmanager/)) ??
        (await works(helmed('list', '-A'), /^(?!.*\bkeda\b)/s)),
    ],
    ['namespaces have their profiles', () => namespaces(rig)],
    ['secrets', () => secrets(rig)],
    [
      'parts come in order; what does not become ready stops it, with a remedy',
      async () =>
        (await fails(
          installer('install', ...everything),
          /metrics-server .*installed.*envoy-gateway .*upgraded.*cert-manager .*installed.*monitoring .*installed.*keda .*installed/s,
          /✖ kubectl .*rollout status deployment\/apicurio/,
          /To do: what was made is not ready/,
        )) ?? (await works(helmed('list', '-A'), /keda/, /^(?!.*eck-operator)/s)),
    ],
    [
      'definitions: ours as the chart has them, the provider keeps its own',
      async () => {
        const of = (group: string): Promise<Ran> =>
          kube('get', 'crd', `things.${group}`, '-o', 'jsonpath={.metadata.annotations}');
        return (
          (await works(of('gateway.envoyproxy.io'), /"verify\/from":"v1\.9/)) ??
          (await works(of(PROVIDERS), /"verify\/from":"provider"/))
        );
      },
    ],
    ['pods hold the profiles of their namespaces', () => pods(rig)],
    ['the registry gets ready', () => ready(rig, 'deployment', 'platform', 'apicurio')],
    [
      'a second run goes on where the first one stopped',
      () =>
        fails(
          installer('install', ...everything),
          /keda .*unchanged.*schema-registry .*unchanged.*eck .*installed/s,
          /✖ kubectl .*daemonset\/fluent-bit/,
        ),
    ],
    ['log shipping gets ready', () => ready(rig, 'daemonset', 'logging', 'fluent-bit')],
    [
      'a third run changes nothing',
      async () => {
        const before = (await kube('get', 'all,cm,ns,crd', '-A', '-o', 'name')).stdout;
        const fault = await works(installer('install', ...everything), /Nothing to do\./);
        const after = (await kube('get', 'all,cm,ns,crd', '-A', '-o', 'name')).stdout;
        return fault ?? (before === after ? undefined : `before\n${before}\nafter\n${after}`);
      },
    ],
    ['versions are those of the list, in their first revision', () => versions(rig)],
    [
      'what somebody else changed in our manifests is told of, not overwritten',
      async () => {
        const patch = ['--type=merge', '-p', '{"spec":{"maxUnavailable":2}}'];
        return (
          (await works(kube('-n', 'platform', 'patch', 'pdb', 'apicurio', ...patch))) ??
          (await works(installer('status'), /schema-registry .* not ours .*kubectl-patch/)) ??
          (await fails(
            installer('install'),
            /refuse .*\.spec\.maxUnavailable/,
            /Nothing was changed/,
          )) ??
          (await works(kube('-n', 'platform', 'delete', 'pdb', 'apicurio')))
        );
      },
    ],
    [
      'a version that the repository does not have: the words of helm and a remedy',
      async () => {
        rmSync(join(rig.repository, 'keda-2.18.1.tgz'));
        await rig.index();
        return (
          (await works(helmed('uninstall', 'keda', '-n', 'keda'))) ??
          (await fails(
            installer('install', '--only', 'keda'),
            /✖ helm upgrade --install keda/,
            /\| .*not found/,
            /To do: the repository does not have that version/,
          ))
        );
      },
    ],
    [
      'a release of the same name of another chart is not touched',
      async () => {
        const mine = ['install', 'keda', 'metrics-server', '--repo', url, '-n', 'keda'];
        return (
          (await works(helmed(...mine))) ??
          (await fails(installer('install'), /keda .* refuse .*of the chart metrics-server/)) ??
          (await works(helmed('list', '-n', 'keda'), /metrics-server-3.*/)) ??
          (await works(installer('status'), /keda .* not ours/))
        );
      },
    ],
  ];
}

/** What does not fit: the exit code, or words that are missing in what it printed. */
function expectation(ran: Ran, code: number, says: readonly RegExp[]): string | undefined {
  const missing = says.filter((one) => !one.test(ran.output));
  if (ran.code === code && missing.length === 0) return undefined;
  return `ended with ${ran.code}, not ${code}; not said: ${missing.join(' ')}\n${ran.output}`;
}

async function namespaces({ parts, kube }: Rig): Promise<string | undefined> {
  for (const { namespace, podSecurity, byDefault } of parts) {
    if (podSecurity === 'none' || !byDefault) continue;
    const label = '{.metadata.labels.pod-security\\.kubernetes\\.io/enforce}';
    const found = await kube('get', 'namespace', namespace, '-o', `jsonpath=${label}`);
    if (found.stdout !== podSecurity) return `${namespace}: ${found.output}, not ${podSecurity}`;
  }
  return undefined;
}

/** Those that the list asks for, in namespaces that must exist: the optional ones are made as a person would. */
async function secrets({ parts, kube }: Rig): Promise<string | undefined> {
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
async function pods({ parts, kube, workDir }: Rig): Promise<string | undefined> {
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
async function ready(
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

async function versions({ parts, helmed }: Rig): Promise<string | undefined> {
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
