import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { closureOf } from '../../infra/images/closure.mjs';
import { imageNames, layoutOf } from '../../infra/images/layout.mjs';
import { services, steps } from '../platform/services.ts';
import { contentFaults, settingFaults } from '../verify/images-build.ts';

interface ComposeService {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly build?: { readonly dockerfile?: string; readonly args?: { readonly SERVICE?: string } };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly disable?: boolean };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}
const textOf = (file: string): string => readFileSync(file, 'utf8');
const composeText = textOf('infra/compose/compose.yaml');
const compose = parse(composeText, { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};
const ours = Object.entries(compose.services).filter(([, { image }]) =>
  image.startsWith('groundswell/'),
);
const settings = new Map(
  [...textOf('infra/compose/.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
);
/** Only a cluster has something that starts these. */
const ofTheChart = ['backup'];
/** What `npm start` runs; what watches it may be other programs under compose. */
const local = [...services.filter((one) => one.isObservability !== true), ...steps].map(
  ({ name }) => name,
);

describe('images', () => {
  it('are there for everything that npm start runs', () => {
    expect(imageNames).to.have.members([...local, 'watch', 'watch-parts', ...ofTheChart]);
  });

  it('are there for every component and job of the chart', () => {
    const values = parse(textOf('helm/groundswell/values.yaml')) as {
      readonly components: object;
      readonly jobs: Readonly<Record<string, { readonly image: string }>>;
    };
    expect(imageNames).to.include.members(Object.keys(values.components));
    const jobs = Object.values(values.jobs).map(({ image }) => image);
    for (const image of [...jobs, ...ofTheChart]) {
      expect(layoutOf(image).isJob, image).to.equal(true);
    }
  });

  it('are published by the pipeline as far as the chart runs them', () => {
    const { images } = parse(textOf('infra/ci/build.yml'), { logLevel: 'error' }) as {
      readonly images: { readonly parallel: { readonly matrix: [{ readonly SERVICE: string[] }] } };
    };
    const development = ['dev-issuer', 'simulator'];
    expect(images.parallel.matrix[0].SERVICE).to.have.members(
      imageNames.filter((name) => !development.includes(name)),
    );
  });

  it('hold no development package', () => {
    const { devDependencies } = JSON.parse(textOf('package.json')) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    for (const image of imageNames) {
      const held = layoutOf(image).packages.map((dir) => dir.replace(/^.*node_modules\//, ''));
      const wrong = held.filter((name) => devDependencies[name] !== undefined);
      // Types come as dependencies of packages, commander is what the job is written with.
      expect(
        wrong.filter((name) => !name.startsWith('@types/') && name !== 'commander'),
      ).to.deep.equal([]);
    }
  });

  it('refuse a name that nobody knows', () => {
    expect(() => layoutOf('serve-apl')).to.throw('serve-apl');
    expect(() => layoutOf('')).to.throw();
  });
});

describe('what an image needs', () => {
  const lock = {
    packages: {
      'node_modules/a': {
        dependencies: { b: '2' },
        peerDependencies: { p: '1', q: '1' },
        peerDependenciesMeta: { q: { optional: true } },
        optionalDependencies: { 'other-system': '1' },
      },
      'node_modules/a/node_modules/b': {},
      'node_modules/b': { dependencies: { c: '1' } },
      'node_modules/c': {},
      'node_modules/p': {},
      'node_modules/q': {},
      'node_modules/@own/lib': { link: true, resolved: 'packages/lib' },
    },
  };
  const closure = (manifests: Readonly<Record<string, object>>) =>
    closureOf(lock, ['services/s'], (dir) => manifests[dir] ?? {});

  it('is found as Node finds it: nested before hoisted, peers but not optional ones', () => {
    expect(closure({ 'services/s': { dependencies: { a: '1' } } })).to.deep.equal({
      workspaces: ['services/s'],
      packages: ['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/p'],
    });
  });

  it('goes through workspaces by their own manifests, never to what they are developed with', () => {
    const found = closure({
      'services/s': { dependencies: { '@own/lib': '1' }, devDependencies: { a: '1' } },
      'packages/lib': { dependencies: { b: '1' } },
    });
    expect(found).to.deep.equal({
      workspaces: ['packages/lib', 'services/s'],
      packages: ['node_modules/b', 'node_modules/c'],
    });
  });

  it('is an error when the lock file does not have it', () => {
    expect(() => closure({ 'services/s': { dependencies: { gone: '1' } } })).to.throw('gone');
  });
});

describe('a look into an image', () => {
  const good = {
    uid: 10001,
    packages: ['a@1', '@groundswell/domain@0.1.0'],
    strays: [],
    secrets: [],
    writable: [],
  };
  const sbom = JSON.stringify({ components: [{ name: 'a', version: '1' }] });
  const settingsOf = (change: object) =>
    settingFaults({
      User: '10001:10001',
      Entrypoint: ['node', 'main.mjs'],
      Env: ['NODE_ENV=production'],
      Healthcheck: { Test: ['CMD', 'node', 'health.mjs'] },
      ...change,
    });

  it('finds nothing in a good one', () => {
    expect(contentFaults(good, sbom)).to.deep.equal([]);
    expect(settingsOf({})).to.deep.equal([]);
  });

  it('sees root, packages that nobody listed, strays, secrets and what can be written', () => {
    expect(
      contentFaults(
        {
          uid: 0,
          packages: ['mocha@12'],
          strays: ['/app/.env'],
          secrets: ['/app/x'],
          writable: ['/app/y'],
        },
        sbom,
      ),
    ).to.have.length(5);
  });

  it('sees another user, a shell, a missing health check, development and secrets in variables', () => {
    for (const change of [
      { User: '' },
      { Entrypoint: ['/bin/sh', '-c', 'node main.mjs'] },
      { Healthcheck: undefined },
      { Env: [] },
      { Env: ['NODE_ENV=production', 'INVESTOR_HMAC_KEY_V1=x'] },
    ]) {
      expect(settingsOf(change), JSON.stringify(change)).to.have.length(1);
    }
  });
});

describe('compose', () => {
  it('runs every image but those of the chart, built from its own target', () => {
    const wanted = imageNames.filter((name) => !ofTheChart.includes(name));
    expect(ours.map(([name]) => name)).to.have.members(wanted);
    for (const [name, { image, build }] of ours) {
      expect(image).to.equal(`groundswell/${name}:\${GROUNDSWELL_TAG}`);
      const target =
        build?.dockerfile === 'Dockerfile.dashboard' ? 'watch-dashboard' : build?.args?.SERVICE;
      expect(target, name).to.equal(name);
    }
  });

  it('gives a service only variables that it reads', () => {
    const shared = ['packages/runtime/src/*.ts', 'packages/worker/src/*.ts'];
    for (const [name, { environment = {} }] of ours) {
      const { entry } = layoutOf(name);
      const source = entry.replace('tools/dist/images/', 'tools/').replace('dist/', '');
      const own = [source.replace(/main\.js$/, 'config.ts'), source.replace(/\.js$/, '.ts')];
      const known = [...shared, ...own]
        .flatMap((pattern) => globSync(pattern))
        .flatMap((file) => [...textOf(file).matchAll(/['.]([A-Z][A-Z0-9_]+)'/g)])
        .map(([, variable]) => variable);
      expect(known, name).to.include.members(Object.keys(environment));
    }
  });

  it('has every variable in .env.example, and nothing there that nobody uses', () => {
    const texts = globSync('infra/compose/compose*.yaml').map(textOf).join('\n');
    const used = [...texts.matchAll(/\$\{(\w+)[}:]/g)].map(([, name]) => name);
    const byCompose = ['COMPOSE_PROFILES', 'COMPOSE_PROJECT_NAME'];
    expect([...settings.keys()]).to.have.members([...new Set([...used, ...byCompose])]);
  });

  it('publishes the page and what it calls, to this machine only', () => {
    const published = Object.entries(compose.services).filter(
      ([, { ports }]) => ports !== undefined,
    );
    expect(published.map(([name]) => name)).to.have.members([
      'watch-dashboard',
      'serve-api',
      'serve-live',
      'dev-issuer',
    ]);
    for (const [, { ports = [] }] of published) {
      for (const port of ports) expect(port).to.match(/^127\.0\.0\.1:/);
    }
  });

  it('lets our containers write nowhere and keep no capability', () => {
    for (const [name, { read_only: readOnly, cap_drop: dropped }] of ours) {
      expect([readOnly, dropped], name).to.deep.equal([true, ['ALL']]);
    }
  });

  it('starts a service of the core when what it needs is healthy, or has ended well', () => {
    for (const [name, { profiles, depends_on: needs = {} }] of Object.entries(compose.services)) {
      if (!profiles?.includes('core')) continue;
      for (const [needed, { condition }] of Object.entries(needs)) {
        const isJob = compose.services[needed]?.healthcheck?.disable === true;
        expect(condition, `${name} needs ${needed}`).to.equal(
          isJob ? 'service_completed_successfully' : 'service_healthy',
        );
      }
    }
  });

  it('has a Prometheus that asks every service', () => {
    const { scrape_configs: jobs } = parse(textOf('infra/compose/prometheus.yml')) as {
      readonly scrape_configs: readonly { readonly job_name: string }[];
    };
    const serving = imageNames.filter((name) => !layoutOf(name).isJob);
    expect(jobs.map(({ job_name: name }) => name)).to.have.members([
      ...serving,
      'prometheus',
      'kafka',
    ]);
  });
});

describe('the .env of compose', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gw-env-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const make = (...args: readonly string[]): ReadonlyMap<string, string> => {
    const file = join(dir, '.env');
    execFileSync(process.execPath, ['infra/compose/make-env.mjs', '--to', file, ...args]);
    return new Map(
      [...textOf(file).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
  };

  it('gets a secret for every empty one, another on every machine, and keeps them', () => {
    const secrets = [...settings].filter(([, value]) => value === '').map(([name]) => name);
    expect(secrets).to.include.members(['POSTGRES_PASSWORD', 'INVESTOR_HMAC_KEY_V1']);
    const first = make();
    for (const name of secrets) expect(first.get(name)?.length, name).to.be.at.least(40);
    expect(new Set(secrets.map((name) => first.get(name))).size).to.equal(secrets.length);
    expect(first.get('INGEST_SECRET')).to.match(/^whsec_/);
    expect(make('RATE=7')).to.deep.equal(new Map([...first, ['RATE', '7']]));
    expect(statSync(join(dir, '.env')).mode & 0o777).to.equal(0o600);
    rmSync(join(dir, '.env'));
    expect(make().get('POSTGRES_PASSWORD')).to.not.equal(first.get('POSTGRES_PASSWORD'));
  });
});
