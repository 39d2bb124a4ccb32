import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse, type CollectionTag } from 'yaml';
import { services } from '../platform/services.ts';
import { checks } from '../verify/registry.ts';
import type { Check } from '../verify/types.ts';
import { choose } from '../verify/verdict.ts';
import { rollbackArguments, upgradeArguments } from '../deploy/plan.ts';

/** GitLab resolves includes, `extends`, `needs` and `!reference` at the server; a typing error there is found after a push. */

interface Job {
  readonly stage?: string;
  readonly extends?: string;
  readonly script?: readonly string[];
  readonly needs?: readonly (string | { readonly job: string })[];
  readonly rules?: unknown;
  readonly before_script?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly environment?: { readonly name: string };
  readonly resource_group?: string;
  readonly parallel?: { readonly matrix: readonly { readonly SERVICE?: readonly string[] }[] };
}
interface Root {
  readonly stages: readonly string[];
  readonly include: readonly { readonly local?: string; readonly template?: string }[];
  readonly workflow: { readonly rules: readonly { readonly if: string }[] };
}

const reference: CollectionTag = {
  tag: '!reference',
  collection: 'seq',
  resolve: (sequence) => ({ reference: (sequence.toJSON() as string[]).join('.') }),
};
const read = (file: string): unknown =>
  parse(readFileSync(file, 'utf8'), { customTags: [reference] });

const root = read('.gitlab-ci.yml') as Root;
const included = root.include.flatMap(({ local }) => local ?? []);
const jobs: Readonly<Record<string, Job>> = Object.assign(
  {},
  ...included.map((file) => read(file) as object),
) as Record<string, Job>;
const visible = Object.entries(jobs).filter(([name]) => !name.startsWith('.'));
/** Jobs that a template of GitLab brings, with a stage of ours. */
const fromTemplates = ['sast', 'dependency_scanning', 'secret_detection', 'container_scanning'];
const ours = visible.filter(([name]) => !fromTemplates.includes(name));
/** Jobs that were named in `needs`, whether they are always there or not. */
const needsOf = (name: string): readonly string[] =>
  (jobs[name]?.needs ?? []).map((need) => (typeof need === 'string' ? need : need.job));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

describe('the pipeline', () => {
  it('includes every file of infra/ci, and only files that exist', () => {
    expect(included.toSorted()).to.deep.equal(globSync('infra/ci/*.yml').toSorted());
  });

  it('has jobs of stages that exist, in every stage', () => {
    expect(ours.length).to.be.greaterThan(15);
    for (const [name, { stage, extends: base = '' }] of visible) {
      expect(root.stages, name).to.include(stage ?? jobs[base]?.stage);
    }
    const used = new Set(
      visible.map(([, { stage, extends: base = '' }]) => stage ?? jobs[base]?.stage),
    );
    expect([...used].toSorted()).to.deep.equal(root.stages.toSorted());
  });

  it('needs and extends what exists, and needs nothing of a later stage', () => {
    const rank = (name: string): number => {
      const { stage, extends: base = '' } = jobs[name] ?? {};
      return root.stages.indexOf(stage ?? jobs[base]?.stage ?? '');
    };
    for (const [name, job] of visible) {
      if (job.extends !== undefined) expect(jobs, name).to.have.property(job.extends);
      for (const need of job.needs ?? []) {
        const target = typeof need === 'string' ? need : need.job;
        expect(jobs, `${name} needs ${target}`).to.have.property(target);
        expect(rank(target), `${name} needs ${target}`).to.be.at.most(rank(name));
      }
    }
  });

  it('resolves every reference', () => {
    const text = included.map((file) => readFileSync(file, 'utf8')).join('\n');
    const named = [...text.matchAll(/!reference \[([\w.-]+), ([\w-]+)\]/g)];
    expect(named.length).to.be.greaterThan(5);
    for (const [, job = '', key = ''] of named) {
      expect(jobs[job], `${job}.${key}`).to.have.property(key);
    }
  });

  it('calls npm scripts and shell scripts that exist', () => {
    const lines = ours.flatMap(([, { script = [] }]) => script);
    const called = lines.flatMap((line) => /^npm run ([\w:-]+)/.exec(line)?.[1] ?? []);
    expect(called.length).to.be.greaterThan(12);
    expect(called.filter((name) => scripts[name] === undefined)).to.deep.equal([]);
    const files = lines.flatMap((line) => /^sh (\S+)/.exec(line)?.[1] ?? []);
    expect(files.filter((file) => !existsSync(file))).to.deep.equal([]);
    // Anything else would fail where nobody can repeat it. The title needs no clone at all, `terraform` only hands on a program.
    const others = ours
      .filter(([name]) => !['title', 'terraform'].includes(name))
      .flatMap(([, { script = [] }]) => script)
      .filter((line) => !/^(npm (run|audit)|sh) /.test(line));
    expect(others).to.deep.equal([]);
  });

  it('runs a commit once: for a merge request, the default branch, a tag or the schedule, never for a branch alone', () => {
    const conditions = root.workflow.rules.map((rule) => rule.if);
    expect(conditions).to.have.length(4);
    expect(conditions[0]).to.include('merge_request_event');
    expect(conditions[1]).to.equal('$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH');
    expect(conditions[2]).to.match(/^\$CI_COMMIT_TAG/);
    expect(conditions[3]).to.include('schedule');
  });

  it('deploys to one environment at a time, to production only by hand', () => {
    const deploys = ours.filter(([, { extends: base }]) => base === '.deploy');
    expect(deploys.map(([name]) => name)).to.have.members([
      'staging',
      'canary',
      'promote',
      'rollback',
    ]);
    for (const [name, job] of deploys) {
      expect(job.resource_group, name).to.equal(job.environment?.name);
      const isManual = JSON.stringify(job.rules).includes('"when":"manual"');
      expect(isManual, name).to.equal(name !== 'staging');
    }
  });

  it('deploys only what every other job has proved', () => {
    const proofs = [
      'images',
      'signatures',
      'deployable',
      'images-run',
      'load-smoke',
      'integration',
      'e2e',
    ];
    const scans = ['security', 'advisories', 'container_scanning', 'secret_detection'];
    for (const name of ['staging', 'canary']) {
      expect(needsOf(name), name).to.have.members([...proofs, ...scans]);
    }
  });

  it('deploys the digests that were signed, a canary by its tag', () => {
    for (const [name, hasDigests] of [
      ['staging', true],
      ['promote', true],
      ['canary', false],
    ] as const) {
      expect(jobs[name]?.script?.join().includes('--digests .'), name).to.equal(hasDigests);
      expect(needsOf(name), name).to.include('images');
    }
  });

  it('asks for the signature of as many images as it publishes', () => {
    const published = jobs['images']?.parallel?.matrix[0]?.SERVICE?.length;
    expect(jobs['signatures']?.script?.at(-1)).to.match(new RegExp(` \\. ${published}$`));
  });

  it('looks for known faults in every image that it publishes', () => {
    expect(jobs['container_scanning']?.parallel).to.deep.equal(jobs['images']?.parallel);
  });

  it('builds an image of every service that is deployed', () => {
    const built = jobs['images']?.parallel?.matrix[0]?.SERVICE ?? [];
    const deployed = services
      .filter(({ entry }) => entry.startsWith('services/'))
      .map(({ name }) => name);
    expect(built).to.include.members([...deployed, 'migrate', 'deploy-schemas']);
  });
});

/** A job that lacks a tool is red only with `--strict`; this says so before a push. */
describe('the jobs that call verify:deploy', () => {
  const calls = ours.flatMap(([name, job]) => {
    const base = jobs[job.extends ?? ''];
    const before = [...(base?.before_script ?? []), ...(job.before_script ?? [])];
    const packages = [...before, job.variables?.['PACKAGES'] ?? ''].join(' ').split(/[\s;]+/);
    return [...before, ...(job.script ?? [])]
      .filter((line) => line.startsWith('npm run verify:'))
      .map((line) => ({ name, line, packages }));
  });
  const checksOf = (line: string): readonly Check[] => {
    const words = (option: string): readonly string[] => {
      const found = new RegExp(`--${option} (?:'([^']*)'|(\\S+))`).exec(line);
      return (found?.[1] ?? found?.[2] ?? '').split(',').filter((word) => word !== '');
    };
    return choose(checks, { only: words('only'), except: words('except') });
  };

  it('get what is missing, and count what was not run as failed', () => {
    expect(new Set(calls.map(({ name }) => name))).to.include.keys(
      ...['deployable', 'images-run', 'load-smoke', 'staging', 'canary', 'promote', 'rollback'],
    );
    for (const { name, line } of calls) {
      expect(line, name).to.match(/^npm run verify:deploy -- --get --strict --(only|except) /);
    }
  });

  it('run every check between them', () => {
    const run = new Set(calls.flatMap(({ line }) => checksOf(line)));
    expect(checks.filter((check) => !run.has(check))).to.deep.equal([]);
  });

  it('install what --get does not, and leave Go to it', () => {
    for (const { name, line, packages } of calls) {
      for (const { source } of checksOf(line).flatMap(({ tools }) => tools)) {
        if (source.kind === 'path') expect(needsOf(name), name).to.include('terraform');
        // Of Java the kit holds the runtime.
        const wanted = source.kind === 'apt' ? source.package.replace('-jre-', '-jdk-') : undefined;
        if (wanted !== undefined) expect(packages, name).to.include.members(wanted.split(' '));
        if (['pypi', 'go', 'build'].includes(source.kind)) {
          expect(packages, name).to.include('python3-venv');
        }
      }
      expect(packages, name).not.to.include('golang');
    }
    // What the check of compose looks for by itself.
    expect(jobs['images-run']?.variables?.['PACKAGES']).to.include('docker-compose');
  });
});

describe('a deployment', () => {
  const release = { tag: '1.5.0', valueFiles: ['platform.yaml', 'own.yaml'], weight: 5 };

  it('takes the values in their order, waits, and goes back when it does not become ready', () => {
    const args = upgradeArguments('release', release).join(' ');
    expect(args).to.include('--values platform.yaml --values own.yaml');
    expect(args).to.include('--set-string image.tag=1.5.0 --set-string rollout.strategy=rolling');
    expect(args).to.include('--atomic --wait');
  });

  it('leaves the running version alone beside a canary', () => {
    const args = upgradeArguments('canary', release).join(' ');
    expect(args).to.include(' --reset-then-reuse-values ');
    expect(args).to.include('rollout.canary.tag=1.5.0 --set rollout.canary.weight=5');
    expect(args).not.to.include('image.tag');
  });

  it('goes back to a revision, never to what helm would choose', () => {
    expect(rollbackArguments(7).join(' ')).to.include('rollback groundswell 7 --namespace');
  });
});
