import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { JMX_AGENT, JMX_AGENT_FILE } from '../observability/jmx-agent.ts';

/** What of the profile observability can be checked without starting it: Grafana and the logs cannot be had everywhere. */

interface Service {
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly ports?: readonly string[];
}
const dir = 'infra/compose';
const textOf = (file: string): string => readFileSync(join(dir, file), 'utf8');
const read = (file: string): unknown => parse(textOf(file), { merge: true });
const servicesOf = (file: string): Readonly<Record<string, Service>> =>
  (read(file) as { readonly services: Readonly<Record<string, Service>> }).services;
const services = servicesOf('compose.yaml');
const mountsOf = (volumes: Service['volumes'] = []): ReadonlyMap<string, string> =>
  new Map(
    volumes.map((one) => {
      if (typeof one !== 'string') return [one.target, one.source];
      const [source = '', target = ''] = one.split(':');
      return [target, source];
    }),
  );

describe('the profile observability', () => {
  it('mounts files of the repository that exist', () => {
    const all = globSync('compose*.yaml', { cwd: dir }).flatMap((file) =>
      Object.values(servicesOf(file)),
    );
    const sources = all.flatMap(({ volumes }) => [...mountsOf(volumes).values()]);
    const own = sources.filter((source) => source.startsWith('.'));
    expect(own.length).to.be.greaterThan(8);
    expect(own.filter((source) => !existsSync(join(dir, source)))).to.deep.equal([]);
  });

  it('opens the pages of services that it has, to this machine only', () => {
    const pages = Object.entries(servicesOf('compose.ports.yaml'));
    expect(pages.length).to.equal(4);
    for (const [name, { ports = [] }] of pages) {
      expect(services[name]?.profiles, name).to.deep.equal(['observability']);
      for (const port of ports) expect(port).to.match(/^127\.0\.0\.1:\$\{\w+_PORT\}:\d+$/);
    }
  });
});

describe('Grafana under compose', () => {
  const mounts = mountsOf(services['grafana']?.volumes);
  const provisioned = read('grafana/datasources/prometheus.yaml') as {
    readonly datasources: readonly {
      readonly type: string;
      readonly uid: string;
      readonly url: string;
      readonly isDefault: boolean;
    }[];
  };
  const models = globSync('infra/observability/dashboards/*.json').map(
    (file) =>
      JSON.parse(readFileSync(file, 'utf8')) as {
        readonly uid: string;
        readonly templating: {
          readonly list: readonly {
            readonly name: string;
            readonly type: string;
            readonly query: string;
          }[];
        };
        readonly panels: readonly {
          readonly datasource: { readonly type: string; readonly uid: string };
        }[];
      },
  );

  it('asks the Prometheus that runs beside it', () => {
    expect(provisioned.datasources).to.have.length(1);
    for (const { url } of provisioned.datasources) {
      const { hostname, port } = new URL(url);
      expect(services[hostname]?.profiles).to.deep.equal(['observability']);
      const page = servicesOf('compose.ports.yaml')[hostname]?.ports?.[0] ?? '';
      expect(page.endsWith(`:${port}`), page).to.equal(true);
    }
  });

  it('has one data source of the kind that every dashboard chooses from', () => {
    const [{ type, isDefault, uid } = { type: '', isDefault: false, uid: '' }] =
      provisioned.datasources;
    expect(isDefault).to.equal(true);
    expect(uid).to.match(/^[a-z-]+$/);
    for (const { uid: name, templating, panels } of models) {
      const chosen = templating.list.filter((one) => one.type === 'datasource');
      expect(
        chosen.map(({ query }) => query),
        name,
      ).to.deep.equal([type]);
      const known = [uid, `\${${chosen[0]?.name ?? ''}}`];
      for (const { datasource } of panels) {
        expect(datasource.type, name).to.equal(type);
        expect(datasource.uid, name).to.be.oneOf(known);
      }
    }
  });

  it('finds the dashboards where they are mounted, each with a name of its own', () => {
    const { providers } = read('grafana/dashboards/groundswell.yaml') as {
      readonly providers: readonly { readonly options: { readonly path: string } }[];
    };
    const sources = providers.map(({ options }) => mounts.get(options.path));
    expect(sources).to.deep.equal(['../observability/dashboards']);
    expect(mounts.get('/etc/grafana/provisioning')).to.equal('./grafana');
    expect(models.length).to.be.greaterThan(4);
    expect(new Set(models.map(({ uid }) => uid)).size).to.equal(models.length);
  });
});

describe('compose.jmx.yaml', () => {
  const jmx = servicesOf('compose.jmx.yaml');
  const option = jmx['kafka']?.environment?.['KAFKA_OPTS'] ?? '';
  const [, jar = '', port = '', config = ''] = /^-javaagent:(.+)=(\d+):(.+)$/.exec(option) ?? [];

  it('is needed for nothing else', () => {
    expect(services['kafka']?.environment).to.not.have.property('KAFKA_OPTS');
    expect(textOf('compose.yaml')).to.not.match(/JMX_AGENT|kafka-targets/);
  });

  it('starts the agent with the rules that dashboards and alerts expect', () => {
    const mounts = mountsOf(jmx['kafka']?.volumes);
    expect(mounts.get(jar)).to.equal('${JMX_AGENT}');
    expect(basename(mounts.get(config) ?? '')).to.equal('kafka-jmx.yaml');
  });

  it('gives Prometheus the file that its job waits for, with the port of the agent', () => {
    const { scrape_configs: jobs } = read('prometheus.yml') as {
      readonly scrape_configs: readonly {
        readonly job_name: string;
        readonly static_configs?: unknown;
        readonly file_sd_configs?: readonly { readonly files: readonly string[] }[];
      }[];
    };
    const kafka = jobs.find(({ job_name: name }) => name === 'kafka');
    // A target that is always named would be down for ever without the agent.
    expect(kafka?.static_configs).to.equal(undefined);
    const [file = ''] = kafka?.file_sd_configs?.[0]?.files ?? [];
    const source = mountsOf(jmx['prometheus']?.volumes).get(file) ?? '';
    expect(read(source)).to.deep.equal([{ targets: [`kafka:${port}`] }]);
  });

  it('names the agent that npm start uses, and how to fetch it', () => {
    for (const text of [textOf('compose.jmx.yaml'), readFileSync('docs/deploy.md', 'utf8')]) {
      expect(text).to.include(`-Dartifact=${JMX_AGENT} `);
    }
    expect(textOf('.env.example')).to.include(`.groundswell/jmx/${JMX_AGENT_FILE}\n`);
  });
});
