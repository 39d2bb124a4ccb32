/**
 * Rules that the manifests of a release must hold (S77, S79): what the "restricted" profile demands and what it does not look at. Pure, so
 * that the rules run in `npm test` over the committed examples and are themselves tested with faults.
 */

/** Parsed YAML: shapes are what the rules are about, so nothing is assumed. */
export type Yaml = Readonly<Record<string, unknown>>;

/** Every broken rule as `<kind>/<name>: <rule>`; empty when all hold. */
export function violations(manifests: readonly Yaml[]): readonly string[] {
  const pods = manifests
    .map((one) => (one['kind'] === 'CronJob' ? jobOf(one) : one))
    .filter((one) => at(one, 'spec', 'template', 'spec') !== undefined);
  return [
    ...pods.flatMap((one) => podRules(one).map((rule) => `${titleOf(one)}: ${rule}`)),
    ...pods
      .filter((one) => !selects(manifests, 'NetworkPolicy', one))
      .map((one) => `${titleOf(one)}: no network policy selects it`),
    ...pods
      .filter(
        (one) => one['kind'] === 'Deployment' && !selects(manifests, 'PodDisruptionBudget', one),
      )
      .map((one) => `${titleOf(one)}: no disruption budget selects it`),
    ...(hasDefaultDeny(manifests) ? [] : ['release: no network policy denies by default']),
    ...manifests.flatMap((one) =>
      publicPaths(one)
        .filter((path) => path === '/metrics' || path.startsWith('/health'))
        .map((path) => `${titleOf(one)}: ${path} is public`),
    ),
    ...manifests.filter(isSecret).map((one) => `${titleOf(one)}: a secret in the release`),
  ];
}

/** What a CronJob makes each time, under its own name. */
const jobOf = (cronJob: Yaml): Yaml => ({
  ...cronJob,
  spec: at(cronJob, 'spec', 'jobTemplate', 'spec'),
});

function podRules(workload: Yaml): string[] {
  const pod = at(workload, 'spec', 'template', 'spec') as Yaml;
  const containers = ['containers', 'initContainers'].flatMap((list) => listOf(pod[list]));
  const rules: readonly (readonly [string, boolean])[] = [
    ['a service account token is mounted', pod['automountServiceAccountToken'] === false],
    ['may run as root', at(pod, 'securityContext', 'runAsNonRoot') === true],
    ['runs as user 0', at(pod, 'securityContext', 'runAsUser') !== 0],
    [
      'no seccomp profile',
      at(pod, 'securityContext', 'seccompProfile', 'type') === 'RuntimeDefault',
    ],
    [
      'shares a namespace of the node',
      !['hostNetwork', 'hostPID', 'hostIPC'].some((key) => pod[key] === true),
    ],
    ['mounts a path of the node', !listOf(pod['volumes']).some((volume) => 'hostPath' in volume)],
  ];
  return [
    ...rules.filter(([, held]) => !held).map(([rule]) => rule),
    ...containers.flatMap((container) =>
      containerRules(container, workload['kind'] === 'Deployment'),
    ),
  ];
}

function containerRules(container: Yaml, serves: boolean): string[] {
  const security = (container['securityContext'] ?? {}) as Yaml;
  const probe = (kind: string): unknown => at(container, kind, 'httpGet', 'path');
  const rules: readonly (readonly [string, boolean])[] = [
    ['writable root', security['readOnlyRootFilesystem'] === true],
    ['privilege escalation', security['allowPrivilegeEscalation'] === false],
    ['privileged', security['privileged'] !== true],
    ['keeps capabilities', String(at(security, 'capabilities', 'drop')) === 'ALL'],
    ['adds capabilities', at(security, 'capabilities', 'add') === undefined],
    [
      'no limits',
      ['cpu', 'memory'].every((key) => at(container, 'resources', 'limits', key) !== undefined),
    ],
    [
      'no requests',
      ['cpu', 'memory'].every((key) => at(container, 'resources', 'requests', key) !== undefined),
    ],
    [
      'a mutable image',
      /(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/.test(String(container['image'])),
    ],
    ['liveness asks what readiness asks', !serves || probe('livenessProbe') === '/health/live'],
    ['no readiness', !serves || probe('readinessProbe') === '/health/ready'],
    ['no startup probe', !serves || probe('startupProbe') !== undefined],
  ];
  return rules.filter(([, held]) => !held).map(([rule]) => rule);
}

/** Does an object of a kind select the pods of a workload, by labels of its own and not of the whole release? */
function selects(manifests: readonly Yaml[], kind: string, workload: Yaml): boolean {
  const labels = at(workload, 'spec', 'template', 'metadata', 'labels') as Yaml;
  return manifests
    .filter((one) => one['kind'] === kind)
    .map(
      (one) =>
        at(
          one,
          'spec',
          kind === 'NetworkPolicy' ? 'podSelector' : 'selector',
          'matchLabels',
        ) as Yaml,
    )
    .some(
      (wanted) =>
        'app.kubernetes.io/name' in wanted &&
        Object.entries(wanted).every(([label, value]) => labels[label] === value),
    );
}

/** A policy over every pod of the release that allows nothing in either direction. */
function hasDefaultDeny(manifests: readonly Yaml[]): boolean {
  return manifests.some(
    (one) =>
      one['kind'] === 'NetworkPolicy' &&
      at(one, 'spec', 'ingress') === undefined &&
      at(one, 'spec', 'egress') === undefined &&
      String(at(one, 'spec', 'policyTypes')) === 'Ingress,Egress' &&
      Object.keys(at(one, 'spec', 'podSelector', 'matchLabels') ?? {}).join() ===
        'app.kubernetes.io/instance',
  );
}

function publicPaths(one: Yaml): string[] {
  const rules = listOf(at(one, 'spec', 'rules'));
  if (one['kind'] === 'Ingress') {
    return rules.flatMap((rule) =>
      listOf(at(rule, 'http', 'paths')).map((path) => publicPath(path['path'], path['pathType'])),
    );
  }
  if (one['kind'] !== 'HTTPRoute') return [];
  return rules
    .flatMap((rule) => listOf(rule['matches']))
    .map((match) => publicPath(at(match, 'path', 'value'), at(match, 'path', 'type')));
}

/** A prefix of everything reaches the metrics too. */
const publicPath = (path: unknown, type: unknown): string =>
  path === '/' && type !== 'Exact' ? '/metrics' : String(path);

const isSecret = (one: Yaml): boolean => one['kind'] === 'Secret';
const titleOf = (one: Yaml): string =>
  `${String(one['kind'])}/${String(at(one, 'metadata', 'name'))}`;
const listOf = (value: unknown): readonly Yaml[] => (Array.isArray(value) ? (value as Yaml[]) : []);

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Yaml)[key] : undefined,
    value,
  );
}
