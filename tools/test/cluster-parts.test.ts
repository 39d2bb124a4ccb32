import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { upgradeCall } from '../cluster-parts/calls.ts';
import { readParts, type ChartPart, type ManifestPart } from '../cluster-parts/catalogue.ts';
import { choose } from '../cluster-parts/choose.ts';
import { readDefinitions } from '../cluster-parts/definitions.ts';
import { planChart, planManifests, type FoundRelease } from '../cluster-parts/plan.ts';
import { remedyFor } from '../cluster-parts/remedies.ts';
import { findTrouble } from '../cluster-parts/trouble.ts';
import type { Ran } from '../verify/types.ts';

const parts = readParts('infra/cluster/parts.yaml');
const partOf = <Kind extends 'chart' | 'manifests'>(name: string, kind: Kind) => {
  const part = parts.find((one) => one.name === name);
  if (part?.kind !== kind) throw new Error(`no ${kind} is called ${name}`);
  return part as Kind extends 'chart' ? ChartPart : ManifestPart;
};
const none = { only: [], with: [], except: [] };
const namesOf = (choice: object): readonly string[] =>
  choose(parts, { ...none, ...choice }).map(({ name }) => name);

describe('the list of parts', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'groundswell-parts-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const written = (lines: object, name = 'x'): string => {
    const file = join(dir, 'parts.yaml');
    const manifests = { manifests: 'x', ready: ['deployment/x'] };
    const part = { name, why: '', neededBy: '', required: true, byDefault: true, namespace: 'x' };
    const all = { ...part, podSecurity: 'none', confirmed: '', ...manifests, ...lines };
    writeFileSync(file, JSON.stringify({ parts: [all] }));
    return file;
  };
  const chart = { repo: 'https://example.com', name: 'x', version: '1.2.3' };
  const noManifests = { manifests: undefined, ready: undefined, values: 'x', crds: 'chart' };

  it('refuses a word that it does not know, which would be left out in silence', () => {
    expect(() => readParts(written({}))).not.to.throw();
    expect(() => readParts(written({ byDefautl: true }))).to.throw(/byDefautl/);
  });

  it('refuses a version that may move', () => {
    expect(() => readParts(written({ ...noManifests, chart }))).not.to.throw();
    for (const version of ['latest', '1.2', '^1.2.3', '1.x.x']) {
      const moving = { ...noManifests, chart: { ...chart, version } };
      expect(() => readParts(written(moving)), version).to.throw(/a whole version/);
    }
  });

  it('refuses a part that is both a chart and manifests, and one that waits for nobody', () => {
    expect(() => readParts(written({ chart }))).to.throw(/either chart/);
    expect(() => readParts(written({ after: ['y'] }))).to.throw(/after names no part: y/);
  });

  it('installs what a release of ours cannot do without, and the rest when it is asked for', () => {
    const required = parts.filter((one) => one.required).map(({ name }) => name);
    expect(required).to.deep.equal(['metrics-server', 'envoy-gateway', 'schema-registry']);
    expect(namesOf({})).to.include.members(required);
    expect(namesOf({})).not.to.include.members(['strimzi', 'log-shipping']);
    expect(namesOf({ with: ['strimzi'], except: ['keda'] })).to.include('strimzi');
    expect(namesOf({ with: ['strimzi'], except: ['keda'] })).not.to.include('keda');
  });
});

describe('the choice of parts', () => {
  it('puts a part behind those that it comes after, whatever the order of the words', () => {
    const both = namesOf({ only: ['cert-manager', 'envoy-gateway'] });
    expect(both).to.deep.equal(['envoy-gateway', 'cert-manager']);
    const turned = choose(parts.toReversed(), { ...none, only: ['cert-manager', 'envoy-gateway'] });
    expect(turned.map(({ name }) => name)).to.deep.equal(['envoy-gateway', 'cert-manager']);
    expect(namesOf({ only: ['log-shipping'] })).to.deep.equal(['log-shipping']);
  });

  it('refuses a name that no part has, and two parts that wait for each other', () => {
    expect(() => namesOf({ only: ['kda'] })).to.throw(/no part is called kda; there are metrics/);
    const knot = [
      { ...partOf('keda', 'chart'), after: ['eck'] },
      { ...partOf('eck', 'chart'), after: ['keda'] },
    ];
    expect(() => choose(knot, { ...none, only: ['keda', 'eck'] })).to.throw(/wait for each other/);
  });
});

describe('the plan of a part', () => {
  const keda = partOf('keda', 'chart');
  const values = { operator: { replicaCount: 2 } };
  const found: FoundRelease = { chart: 'keda', version: '2.18.1', status: 'deployed', values };
  const actionOf = (change: Partial<FoundRelease>, wanted: unknown = values): string =>
    planChart(keda, { ...found, ...change }, wanted).action;

  it('does nothing where version and values are those of the list', () => {
    expect(planChart(keda, undefined, values).action).to.equal('install');
    expect(actionOf({})).to.equal('nothing');
    expect(actionOf({ version: 'v2.18.1' })).to.equal('nothing');
    expect(actionOf({ values: null }, null)).to.equal('nothing');
  });

  it('upgrades another version, other values and a release that failed', () => {
    expect(actionOf({ version: '2.9.0' })).to.equal('upgrade');
    expect(actionOf({}, { operator: { replicaCount: 3 } })).to.equal('upgrade');
    expect(actionOf({ status: 'failed' })).to.equal('upgrade');
  });

  it('touches no release of another chart, none that somebody is at, and none that is newer', () => {
    expect(planChart(keda, { ...found, chart: 'mine' }, values)).to.deep.include({
      action: 'refuse',
    });
    expect(actionOf({ status: 'pending-upgrade' })).to.equal('refuse');
    expect(actionOf({ version: '2.18.2' })).to.equal('refuse');
    expect(actionOf({ version: '2.100.0' })).to.equal('refuse');
  });

  it('applies manifests where the server would change something, and nothing over what somebody else has set', () => {
    const registry = partOf('schema-registry', 'manifests');
    const plan = (isAbsent: boolean, isChanged: boolean) =>
      planManifests(registry, { isAbsent, isChanged }).action;
    expect([plan(true, true), plan(false, true), plan(false, false)]).to.deep.equal([
      'install',
      'upgrade',
      'nothing',
    ]);
    const conflict = 'conflict with "kubectl-edit"';
    const refused = planManifests(registry, { isAbsent: false, isChanged: true, conflict });
    expect(refused).to.have.property('action', 'refuse');
    expect(refused.because).to.contain('kubectl-edit');
  });
});

describe('the calls of helm', () => {
  const target = { context: 'staging', timeout: '5m' };
  const argsOf = (name: string, chartsFrom?: string): string =>
    upgradeCall(
      { ...target, ...(chartsFrom === undefined ? {} : { chartsFrom }) },
      partOf(name, 'chart'),
    ).args.join(' ');

  it('name version, repository, namespace and context, and wait', () => {
    expect(argsOf('keda')).to.equal(
      'upgrade --install keda keda --repo https://kedacore.github.io/charts --version 2.18.1 --namespace keda --create-namespace --values infra/cluster/values/keda.yaml --wait --timeout 5m --kube-context staging',
    );
  });

  it('take a chart from an OCI registry, or all from a mirror', () => {
    const eg = 'gateway-helm';
    expect(argsOf('envoy-gateway')).to.contain(` oci://docker.io/envoyproxy/${eg} --version v1.9`);
    expect(argsOf('envoy-gateway', 'https://m')).to.contain(` ${eg} --repo https://m --version`);
    expect(argsOf('keda', 'oci://m/charts')).to.contain(' oci://m/charts/keda --version 2.18.1');
  });
});

describe('the definitions of a chart', () => {
  it('are those of the named groups, of the chart and of the charts in it', () => {
    const dir = mkdtempSync(join(tmpdir(), 'groundswell-parts-'));
    const crd = (group: string): string =>
      `kind: CustomResourceDefinition\nspec: {group: ${group}}\n`;
    const write = (path: string, ...texts: readonly string[]): void => {
      mkdirSync(join(dir, path, '..'), { recursive: true });
      writeFileSync(join(dir, path), texts.join('---\n'));
    };
    write('a/crds/one.yaml', crd('ours.dev'));
    write('a/charts/crds/crds/two.yaml', '# head\n', crd('provider.dev'), crd('ours.dev'));
    // A sub-chart that is called crds has templates, too.
    write('a/charts/crds/templates/three.yaml', crd('ours.dev'));
    const text = readDefinitions(dir, ['ours.dev']);
    const found = JSON.parse(text) as { readonly items: readonly unknown[] };
    expect(readDefinitions(dir, ['nobodys.dev'])).to.equal('');
    rmSync(dir, { recursive: true });
    expect(found.items).to.have.length(2);
    expect(text).to.not.contain('provider');
  });
});

describe('what stops it at once', () => {
  const answers = (helm: Partial<Ran>, contexts: string) => (call: { readonly program: string }) =>
    Promise.resolve({
      code: 0,
      stdout: call.program === 'helm' ? 'v3.19.0+g1' : contexts,
      output: '',
      ...(call.program === 'helm' ? helm : {}),
    });

  it('says what is missing: helm, a newer one, a context', async () => {
    expect(await findTrouble(answers({}, 'staging\n'), 'staging')).to.equal(undefined);
    expect(await findTrouble(answers({ stdout: 'v4.0.1' }, 'a\n'), 'a')).to.equal(undefined);
    const gone = await findTrouble(answers({ code: 127, output: 'no such file' }, ''), undefined);
    expect(gone).to.match(/^helm cannot be started: install helm 3\.14 or newer \(no such file\)$/);
    expect(await findTrouble(answers({ stdout: 'v3.9.4' }, 'a'), 'a')).to.match(/3\.14 or newer/);
    expect(await findTrouble(answers({}, 'production\n'), 'staging')).to.equal(
      'the kubeconfig has no context staging; it has production',
    );
  });

  it('names a remedy for what helm says, and one for what nobody foresaw', () => {
    const says = (output: string): string => remedyFor(output).slice(0, 50);
    expect(says('Error: chart "keda" version "9.9.9" not found in x repository')).to.contain(
      'does not have that version',
    );
    expect(
      says('cannot be imported into the current release: invalid ownership metadata'),
    ).to.match(/^somebody else has installed it/);
    expect(says('error: timed out waiting for the condition')).to.match(/^what was made is not/);
    expect(says('pods "x" is forbidden: violates PodSecurity')).to.match(/^the pods do not hold/);
    expect(says('?')).to.match(/^mend what/);
  });
});
