import { rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { readParts } from '../cluster-parts/catalogue.ts';
import { serverTools, withServer } from './api-server.ts';
import {
  isChart,
  namespaces,
  NEWER,
  OLD,
  pods,
  ready,
  secrets,
  versions,
  type Rig,
} from './cluster-parts-rig.ts';
import { definition, packageStandIn, serveRepository, standInOf } from './stand-in-charts.ts';
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
/** Undefined when it held, else what was seen. */
type Step = readonly [string, () => Promise<string | undefined>];

async function tryParts(context: CheckContext, kubeconfig: string): Promise<Outcome> {
  const { rootDir, workDir, run, pathOf } = context;
  const parts = readParts(join(rootDir, 'infra/cluster/parts.yaml'));
  let repository = '';
  for (const one of [...parts.filter(isChart).map(standInOf), OLD, NEWER]) {
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
          (await works(installer('status'), /schema-registry .* refused .*kubectl-patch/)) ??
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
          (await works(installer('status'), /keda .* refused/))
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
