import { expect } from 'chai';
import { parse, parseDocument } from 'yaml';
import { committedManifests, exampleNames } from '../verify/chart.ts';
import { violations, type Yaml } from '../verify/policy.ts';

/** S77, S79: what the chart makes, as committed below `examples`; `npm run verify:deploy` checks that the chart still makes it. */

const rootDir = process.cwd();
const examples = exampleNames(rootDir);

/** Parsed once: a few hundred objects. By example, then by file. */
const parsed = new Map<string, ReadonlyMap<string, Yaml>>();

const manifestsOf = (example: string): Yaml[] => [...(parsed.get(example)?.values() ?? [])];

/** The production example, with one edit in the text of the files of that name. */
function withEdit(file: RegExp, from: string | RegExp, to: string): Yaml[] {
  const texts = committedManifests(rootDir, 'production');
  return [...(parsed.get('production') ?? [])].map(([name, manifest]) => {
    if (!file.test(name)) return manifest;
    const text = texts.get(name) ?? '';
    const edited = text.replace(from, to);
    expect(edited, `${name} has no ${String(from)}`).to.not.equal(text);
    return parse(edited) as Yaml;
  });
}

/** Names of the variables of a container whose values are no texts. */
function wrongVariables(value: unknown): string[] {
  const env = (value as { readonly env?: unknown } | null)?.env;
  if (!Array.isArray(env)) return [];
  return (env as { readonly name: string; readonly value?: unknown }[])
    .filter(({ value }) => value !== undefined && typeof value !== 'string')
    .map(({ name }) => name);
}

describe('manifests of the Helm chart', () => {
  before(function () {
    this.timeout(60_000);
    for (const example of examples) {
      const files = [...committedManifests(rootDir, example)];
      parsed.set(example, new Map(files.map(([name, text]) => [name, parse(text) as Yaml])));
    }
  });

  it('has examples with everything that the chart can make', () => {
    expect(examples).to.include.members(['minimal', 'production', 'blue-green', 'staging']);
    const kinds = new Set(examples.flatMap(manifestsOf).map((one) => String(one['kind'])));
    expect([...kinds]).to.include.members(
      'Deployment Service Job NetworkPolicy PodDisruptionBudget HorizontalPodAutoscaler ScaledObject TriggerAuthentication ServiceMonitor HTTPRoute Ingress ExternalSecret'.split(
        ' ',
      ),
    );
  });

  // Kubernetes reads YAML 1.1, where a bare `off` is no text: the API server refuses such a variable.
  it('has texts for all variables, also to a reader of YAML 1.1', () => {
    const others: string[] = [];
    for (const example of examples) {
      for (const [file, text] of committedManifests(rootDir, example)) {
        parseDocument(text, { version: '1.1' }).toJS({
          reviver: (_key: unknown, value: unknown) => {
            others.push(...wrongVariables(value).map((name) => `${example}/${file}: ${name}`));
            return value;
          },
        });
      }
    }
    expect(others).to.deep.equal([]);
  });

  for (const example of examples) {
    it(`keeps every security rule in the example ${example}`, () => {
      expect(violations(manifestsOf(example))).to.deep.equal([]);
    });
  }

  const api = /^deployment-groundswell-serve-api\.yaml$/;
  const job = /^job-groundswell-migrate\.yaml$/;
  const daily = /^cronjob-groundswell-maintenance\.yaml$/;
  // Its first container is one that runs before the others.
  const backup = /^cronjob-groundswell-backup\.yaml$/;
  const faults: readonly (readonly [string, RegExp, string | RegExp, string])[] = [
    ['a service account token is mounted', api, 'automountServiceAccountToken: false', 'x: false'],
    ['may run as root', job, 'runAsNonRoot: true', 'runAsNonRoot: false'],
    ['runs as user 0', api, 'runAsUser: 10001', 'runAsUser: 0'],
    ['no seccomp profile', api, 'type: RuntimeDefault', 'type: Unconfined'],
    ['shares a namespace of the node', api, 'enableServiceLinks: false', 'hostNetwork: true'],
    ['mounts a path of the node', api, /emptyDir:/, 'hostPath:'],
    ['writable root', api, 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'],
    ['runs as user 0', daily, 'runAsUser: 10001', 'runAsUser: 0'],
    ['writable root', backup, 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'],
    ['no network policy selects it', backup, /name: backup$/gm, 'name: backup-2'],
    ['privilege escalation', job, 'allowPrivilegeEscalation: false', 'x: false'],
    ['keeps capabilities', api, '- ALL', '- NET_RAW'],
    ['no limits', api, 'limits:', 'limit:'],
    ['no requests', api, 'requests:', 'request:'],
    ['a mutable image', job, /image: .*/, 'image: registry.example.com/migrate:latest'],
    ['liveness asks what readiness asks', api, '/health/live', '/health/ready'],
    ['no startup probe', api, 'startupProbe:', 'startUpProbe:'],
    ['no network policy selects it', api, /name: serve-api$/gm, 'name: serve-api-2'],
    [
      'no disruption budget selects it',
      /^poddisruptionbudget-groundswell-serve-api\./,
      /name: serve-api$/gm,
      'name: other',
    ],
    ['no network policy denies by default', /default-deny/, '- Egress', '- Ingress'],
    ['/metrics is public', /^httproute-groundswell-serve-api\./, 'value: /v1', 'value: /'],
    [
      '/health/live is public',
      /^httproute-groundswell-serve-api\./,
      /value: .openapi.json/,
      'value: /health/live',
    ],
  ];
  for (const [rule, file, from, to] of faults) {
    it(`sees when "${rule}" (${file.source})`, () => {
      expect(violations(withEdit(file, from, to)).join('\n')).to.include(rule);
    });
  }
});
