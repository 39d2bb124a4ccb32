import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readParts } from '../cluster-parts/catalogue.ts';
import { readManifests } from '../verify/chart.ts';
import { violations, type Yaml } from '../verify/policy.ts';

/** Our own manifests beside the chart: what they must have in common with the chart, with compose and with Terraform. */

const parts = readParts('infra/cluster/parts.yaml');
const manifestsOf = (name: string): readonly Yaml[] =>
  globSync(`infra/cluster/${name}/*.yaml`).flatMap(
    (file) => readManifests(readFileSync(file, 'utf8')) as unknown as readonly Yaml[],
  );
const read = (file: string): unknown => parse(readFileSync(file, 'utf8'), { merge: true });

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}
interface Container {
  readonly image: string;
  readonly env: readonly Variable[];
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
}
interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
}
const containerOf = (part: string, kind: string): Container => {
  const found = manifestsOf(part).find((one) => one['kind'] === kind) as unknown as Workload;
  const [container] = found.spec.template.spec.containers;
  if (container === undefined) throw new Error(`${part} has no container`);
  return container;
};

describe('manifests beside the chart', () => {
  for (const part of parts.filter((one) => one.kind === 'manifests')) {
    it(`${part.name}: all in its namespace, waited for, and their secrets announced`, () => {
      const all = manifestsOf(part.name) as unknown as readonly Workload[];
      expect(new Set(all.map(({ metadata }) => metadata.namespace))).to.deep.equal(
        new Set([part.namespace]),
      );
      const names = all.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`);
      expect(names).to.include.members([...part.ready]);
      const workload = all.find(({ kind }) => ['Deployment', 'DaemonSet'].includes(kind));
      const used = (workload?.spec.template.spec.containers[0]?.env ?? []).flatMap(
        ({ valueFrom }) => valueFrom?.secretKeyRef ?? [],
      );
      const announced = part.secrets.flatMap(({ name, keys }) =>
        keys.map((key) => ({ name, key })),
      );
      expect(announced).to.deep.include.members(used);
    });
  }

  it('the registry holds the rules of the chart, but for two', () => {
    expect(violations(manifestsOf('schema-registry'))).to.deep.equal([
      // Its /health/live asks the database: /health/started is what ours call live.
      'Deployment/apicurio: liveness asks what readiness asks',
      // The namespace is that of others, too.
      'release: no network policy denies by default',
    ]);
    const { livenessProbe } = containerOf('schema-registry', 'Deployment');
    expect(livenessProbe?.httpGet.path).to.equal('/health/started');
  });

  it('log shipping breaks three rules of the chart, which reading the files of a node takes, and no other', () => {
    expect(violations(manifestsOf('log-shipping'))).to.deep.equal([
      'DaemonSet/fluent-bit: may run as root',
      'DaemonSet/fluent-bit: runs as user 0',
      'DaemonSet/fluent-bit: mounts a path of the node',
      'release: no network policy denies by default',
    ]);
  });
});

describe('the schema registry beside the chart', () => {
  const { image, env } = containerOf('schema-registry', 'Deployment');
  const compose = read('infra/compose/compose.yaml') as {
    readonly services: {
      readonly registry: { readonly environment: Readonly<Record<string, string>> };
    };
  };
  const images = readFileSync('infra/compose/.env.example', 'utf8');

  it('is the image of compose, with its settings', () => {
    expect(images).to.contain(`REGISTRY_IMAGE=${image}\n`);
    expect(images).to.contain(
      `FLUENT_BIT_IMAGE=${containerOf('log-shipping', 'DaemonSet').image}\n`,
    );
    for (const [name, value] of Object.entries(compose.services.registry.environment)) {
      const ours = env.find((one) => one.name === name);
      expect(ours, name).to.not.equal(undefined);
      if (!name.startsWith('APICURIO_DATASOURCE_')) expect(ours?.value, name).to.equal(value);
    }
  });

  it("takes Terraform's address and adds the authority, after the word that asks for it", () => {
    const url = env.find(({ name }) => name === 'APICURIO_DATASOURCE_URL')?.value;
    expect(url).to.match(/^\$\(JDBC_URL\)&sslrootcert=\/etc\/groundswell\/ca\/ca\.crt$/);
    const names = env.map(({ name }) => name);
    // Only variables that come before can be named.
    expect(names.indexOf('JDBC_URL')).to.be.lessThan(names.indexOf('APICURIO_DATASOURCE_URL'));
    const outputs = readFileSync('terraform/modules/postgres/outputs.tf', 'utf8');
    expect(outputs).to.match(/jdbc_url = format\(\s*"jdbc:postgresql:[^"]*\?sslmode=verify-full"/);
  });

  it('is where the chart looks for it', () => {
    const service = manifestsOf('schema-registry').find((one) => one['kind'] === 'Service') as {
      readonly metadata: { readonly name: string; readonly namespace: string };
      readonly spec: { readonly ports: readonly { readonly port: number }[] };
    };
    const { name, namespace } = service.metadata;
    const url = `http://${name}.${namespace}:${String(service.spec.ports[0]?.port)}/apis/ccompat/v7`;
    const staging = read('helm/groundswell/examples/staging/values.yaml') as {
      readonly registry: { readonly url: string };
      readonly networkPolicy: { readonly platformNamespaces: readonly string[] };
    };
    expect(staging.registry.url).to.equal(url);
    expect(staging.networkPolicy.platformNamespaces).to.include(namespace);
    expect(readFileSync('infra/cluster/parts.yaml', 'utf8')).to.contain(url);
  });
});

describe('values of the parts', () => {
  const valuesOf = (name: string): Yaml =>
    read(join('infra/cluster/values', `${name}.yaml`)) as Yaml;
  const chart = read('helm/groundswell/values.yaml') as {
    readonly networkPolicy: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly gateway: { readonly parentRef: { readonly namespace: string } };
  };
  const namespaceOf = (name: string): string | undefined =>
    parts.find((one) => one.name === name)?.namespace;

  it('Grafana takes the dashboards by the label that our chart gives them, and has the source that links name', () => {
    const template = readFileSync('helm/groundswell/templates/monitoring.yaml', 'utf8');
    const { sidecar } = valuesOf('monitoring')['grafana'] as {
      readonly sidecar: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };
    const { label = '', labelValue = '' } = sidecar['dashboards'] ?? {};
    expect(template).to.contain(`${label}: '${labelValue}'`);
    // Links into dashboards name the source: they must hold here and under compose.
    const { datasources } = read('infra/compose/grafana/datasources/prometheus.yaml') as {
      readonly datasources: readonly { readonly uid: string }[];
    };
    expect(sidecar['datasources']?.['uid']).to.equal(datasources[0]?.uid);
  });

  it('Prometheus reads our namespace, and runs where our policies let it in', () => {
    const { prometheusSpec } = valuesOf('monitoring')['prometheus'] as {
      readonly prometheusSpec: Yaml;
    };
    for (const kind of ['serviceMonitor', 'podMonitor', 'rule']) {
      expect(prometheusSpec[`${kind}SelectorNilUsesHelmValues`], kind).to.equal(false);
      const selector = JSON.stringify(prometheusSpec[`${kind}NamespaceSelector`]);
      expect(selector, kind).to.contain('"groundswell"');
    }
    const { monitoringNamespace } = chart.networkPolicy;
    expect(Object.values(monitoringNamespace ?? {})).to.deep.equal([namespaceOf('monitoring')]);
  });

  it('the gateway is in the namespace that routes name', () => {
    expect(chart.gateway.parentRef.namespace).to.equal(namespaceOf('envoy-gateway'));
  });
});
