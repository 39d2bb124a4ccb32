import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { upgradeArguments } from '../deploy/plan.ts';
import { serverTools, withServer } from './api-server.ts';
import { CHART, examplePath, NAMESPACE, RELEASE } from './chart.ts';
import { crds, helm, kubectl } from './toolbox.ts';
import { failed, passed, type Check, type CheckContext, type Outcome, type Ran } from './types.ts';

/** The hooks' jobs never end without nodes; what they are is checked by the server all the same. */
const INSTALL_FLAGS = ['--no-hooks', '--timeout=2m'];

/**
 * The chart on a real API server and etcd: installed, upgraded and rolled back with the operators' definitions present, in a namespace
 * that enforces the restricted profile. There are no nodes, so nothing runs: what is proved is that the server takes every object.
 */
export const clusterInstall: Check = {
  name: 'chart: install, upgrade, rollback on a server',
  tools: [...serverTools, helm, crds],
  run: (context) => withServer(context, (kubeconfig) => tryChart(context, kubeconfig)),
};

async function tryChart(context: CheckContext, kubeconfig: string): Promise<Outcome> {
  const { rootDir, workDir, run, pathOf } = context;
  const env = {
    KUBECONFIG: kubeconfig,
    HELM_CACHE_HOME: workDir,
    HELM_CONFIG_HOME: workDir,
    HELM_DATA_HOME: workDir,
  };
  const kube = (...args: string[]): Promise<Ran> => run(pathOf(kubectl), args, { env });
  const chart = join(workDir, 'chart');
  cpSync(join(rootDir, CHART), chart, { recursive: true });
  const values = examplePath(rootDir, 'production', 'values.yaml');
  const install = (...sets: string[]): Promise<Ran> =>
    run(
      pathOf(helm),
      [
        'upgrade',
        '--install',
        RELEASE,
        chart,
        '-n',
        NAMESPACE,
        '-f',
        values,
        ...INSTALL_FLAGS,
        ...sets,
      ],
      { env },
    );
  const deploy = ['--conditions=@groundswell/source', join(rootDir, 'tools/deploy.ts')];
  const path = [dirname(pathOf(helm)), process.env['PATH']].join(delimiter);
  const enforce = 'pod-security.kubernetes.io/enforce=restricted';

  const steps: readonly (readonly [string, () => Promise<Ran>])[] = [
    ['definitions', () => kube('apply', '--server-side', '-f', pathOf(crds))],
    [
      'definitions served',
      () => kube('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'),
    ],
    ['namespace', () => kube('create', 'namespace', NAMESPACE)],
    ['namespace is restricted', () => kube('label', 'namespace', NAMESPACE, enforce)],
    ['install', () => install()],
    ['upgrade', () => install('--set', 'rollout.strategy=rolling,image.tag=1.5.0')],
    [
      'canary is gone',
      () =>
        kube(
          '-n',
          NAMESPACE,
          'wait',
          '--for=delete',
          'deployment/groundswell-serve-api-canary',
          '--timeout=10s',
        ),
    ],
    ['canary by the plan, of a newer chart', () => canaryOfNewerChart(context, env)],
    ['canary of 1.6.0', () => install('--set', 'image.tag=1.5.0,rollout.canary.tag=1.6.0')],
    ['its promotion', () => install('--set', 'rollout.strategy=rolling,image.tag=1.6.0')],
    [
      'rollback by the plan goes to 1.5.0',
      async () => {
        const args = [...deploy, 'rollback', '--dry-run'];
        const ran = await run(process.execPath, args, { env: { ...env, PATH: path } });
        // 2 is the release of 1.5.0; helm by itself would take 3, the canary.
        return ran.stdout.includes(`rollback ${RELEASE} 2 `) ? ran : { ...ran, code: 1 };
      },
    ],
    [
      'rollback',
      () => run(pathOf(helm), ['rollback', RELEASE, '1', '-n', NAMESPACE, '--no-hooks'], { env }),
    ],
    [
      'canary is back',
      () => kube('-n', NAMESPACE, 'get', 'deployment', 'groundswell-serve-api-canary'),
    ],
    ['hooks', () => hooks(context, env)],
    ['a job by hand, as docs/deploy.md has it', () => byHand(context, env)],
    ['pods', () => pods(context, env)],
  ];
  for (const [name, step] of steps) {
    const ran = await step();
    if (ran.code !== 0) return failed(name, ran.output);
    if (ran.output.includes('would violate PodSecurity'))
      return failed(`${name}: pod security`, ran.output);
  }
  return passed(`${steps.length} steps; every pod taken by the restricted profile`);
}

/**
 * What the pipeline calls for a canary, where the release was installed by a chart that lacks a value of this one. The server answers, but
 * keeps nothing: without nodes nothing becomes ready, and the plan waits for that.
 */
async function canaryOfNewerChart(
  { rootDir, workDir, run, pathOf }: CheckContext,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  // The plan names the chart from the root of the repository.
  const cwd = join(workDir, 'newer');
  const chart = join(cwd, CHART);
  cpSync(join(rootDir, CHART), chart, { recursive: true });
  appendFileSync(join(chart, 'values.yaml'), "added: { since: 'yes' }\n");
  writeFileSync(join(chart, 'templates/added.yaml'), '# {{ .Values.added.since }}\n');
  const schemaFile = join(chart, 'values.schema.json');
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as { readonly properties: object };
  const properties = { ...schema.properties, added: { type: 'object' } };
  writeFileSync(schemaFile, JSON.stringify({ ...schema, properties }));
  const args = upgradeArguments('canary', { tag: '1.5.1', valueFiles: [], weight: 5 });
  return run(pathOf(helm), [...args, '--dry-run=server'], { cwd, env });
}

/** The commands of docs/deploy.md, but for its last: without nodes a job has no log. */
async function byHand(
  { rootDir, workDir, run, pathOf }: CheckContext,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const text = readFileSync(join(rootDir, 'docs/deploy.md'), 'utf8');
  const [, block = ''] = /^## By hand$[\s\S]*?```sh\n([\s\S]*?)```/m.exec(text) ?? [];
  const script = block.slice(0, block.indexOf('kubectl -n groundswell logs'));
  const PATH = [dirname(pathOf(kubectl)), process.env['PATH']].join(delimiter);
  const ran = await run('sh', ['-euc', script], { cwd: workDir, env: { ...env, PATH } });
  if (ran.code !== 0) return ran;
  const command = '-o=jsonpath={.spec.template.spec.containers[0].command[1]}';
  const made = await run(pathOf(kubectl), ['-n', NAMESPACE, 'get', 'job', 'by-hand', command], {
    env,
  });
  return made.stdout === 'tools/dist/images/operate.js' ? made : { ...made, code: 1 };
}

/** Jobs, policies and accounts of the hooks, tried against the server. */
async function hooks(context: CheckContext, env: Readonly<Record<string, string>>): Promise<Ran> {
  const file = join(context.workDir, 'hooks.yaml');
  const got = await context.run(context.pathOf(helm), ['get', 'hooks', RELEASE, '-n', NAMESPACE], {
    env,
  });
  writeFileSync(file, got.stdout);
  const args = ['-n', NAMESPACE, 'apply', '--dry-run=server', '-f', file];
  return context.run(context.pathOf(kubectl), args, { env });
}

/** Every pod template as a pod: only pods are refused by the profile, workloads get a warning. */
async function pods(context: CheckContext, env: Readonly<Record<string, string>>): Promise<Ran> {
  const { run, pathOf, workDir } = context;
  const got = await run(pathOf(kubectl), ['-n', NAMESPACE, 'get', 'deployments', '-o', 'json'], {
    env,
  });
  const { items } = JSON.parse(got.stdout) as {
    readonly items: readonly {
      readonly metadata: { readonly name: string };
      readonly spec: { readonly template: object };
    }[];
  };
  const file = join(workDir, 'pods.json');
  const list = items.map(({ metadata, spec }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    ...spec.template,
    metadata: { name: metadata.name, namespace: NAMESPACE },
  }));
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: list }));
  return run(pathOf(kubectl), ['apply', '--dry-run=server', '-f', file], { env });
}
