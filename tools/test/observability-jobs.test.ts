import { globSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { services } from '../platform/services.ts';

/**
 * ServiceDown rings for jobs of ours only, since a Prometheus may watch others too: then a job that its list lacks can be down
 * without a sound.
 */
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert?: string; readonly expr: string }[];
  }[];
}
const textOf = (file: string): string => readFileSync(file, 'utf8');
const pipeline = textOf('infra/observability/rules/pipeline.yaml');
const expr =
  (parse(pipeline) as Rules).groups
    .flatMap(({ rules }) => rules)
    .find(({ alert }) => alert === 'ServiceDown')?.expr ?? '';
const watched = (/^up\{job=~"([\w|-]+)"\} == 0$/.exec(expr)?.[1] ?? '').split('|');

/** Jobs that tools/observability/prometheus.ts adds to the services. */
function addedLocally(): readonly string[] {
  const [, block = ''] =
    /const targets = \{([\s\S]*?)\n {2}\};/.exec(textOf('tools/observability/prometheus.ts')) ?? [];
  return [...block.matchAll(/(?:^ {4}|\{ )'?([a-z-]+)'?: /gm)].map(([, job = '']) => job);
}

const places = {
  'npm start -- --observability': [...services.map(({ name }) => name), ...addedLocally()],
  'infra/compose/prometheus.yml': (
    parse(textOf('infra/compose/prometheus.yml')) as {
      readonly scrape_configs: readonly { readonly job_name: string }[];
    }
  ).scrape_configs.map(({ job_name: job }) => job),
  'ServiceMonitors of the chart': Object.keys(
    (
      parse(textOf('helm/groundswell/values.yaml')) as {
        readonly components: Readonly<Record<string, unknown>>;
      }
    ).components,
  ),
};

describe('the jobs that ServiceDown watches', () => {
  for (const [place, jobs] of Object.entries(places)) {
    it(`are all of ${place}`, () => {
      expect(jobs.length).to.be.greaterThan(10);
      expect(jobs.filter((job) => !watched.includes(job))).to.deep.equal([]);
    });
  }

  it('are each scraped somewhere, and none twice in the list', () => {
    expect(addedLocally()).to.have.members(['prometheus', 'watch-parts', 'kafka']);
    expect([...watched].sort()).to.deep.equal([...new Set(Object.values(places).flat())].sort());
  });
});

describe('what the chart puts into the rules', () => {
  const files = ['connectors', 'hosts', 'jobs', 'parts', 'pipeline', 'serving'].map((name) =>
    textOf(`infra/observability/rules/${name}.yaml`),
  );
  const template = textOf('helm/groundswell/templates/monitoring.yaml');

  it('finds its places there', () => {
    const replaced = [...template.matchAll(/replace "((?:\\"|[^"])+)"/g)].map(([, text = '']) =>
      text.replaceAll('\\"', '"'),
    );
    expect(replaced).to.have.length(4);
    for (const text of replaced) expect(files.join('\n'), text).to.include(text);
  });

  it('has the names of the CronJobs that the chart makes', () => {
    const made = ['backup', 'maintenance'].map((name) => {
      const text = textOf(`helm/groundswell/templates/${name}.yaml`);
      expect(text, name).to.include('kind: CronJob').and.to.include(`$name := "${name}"`);
      return name;
    });
    const named = files.flatMap((text) => [...text.matchAll(/cronjob=~"\.\+-\(([\w|-]+)\)"/g)]);
    expect(named).to.have.length(3);
    for (const [, names = ''] of named) expect(names.split('|')).to.deep.equal(made);
    const all = globSync('helm/groundswell/templates/*.yaml').map(textOf);
    const cronJobs = all.filter((text) => text.includes('kind: CronJob'));
    // One that never runs by itself is late for nobody.
    expect(cronJobs.filter((text) => !text.includes('suspend: true'))).to.have.length(made.length);
  });

  it('has the default base of the runbooks in every address', () => {
    const { monitoring } = parse(textOf('helm/groundswell/values.yaml')) as {
      readonly monitoring: { readonly runbookBaseUrl: string };
    };
    const addresses = files.flatMap((text) => [...text.matchAll(/runbook_url: (\S+)/g)]);
    expect(addresses.length).to.be.greaterThan(15);
    for (const [, address = ''] of addresses) {
      expect(address.startsWith(`${monitoring.runbookBaseUrl}/`), address).to.equal(true);
    }
  });
});
