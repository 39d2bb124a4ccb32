import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse, parseDocument } from 'yaml';

/** The two configurations of Fluent Bit, under compose and in a cluster: what can be checked without it, which cannot be had everywhere. */

type Settings = Readonly<Record<string, unknown>>;
interface Config {
  readonly service: Settings;
  readonly parsers: readonly Settings[];
  readonly pipeline: Readonly<Record<'inputs' | 'filters' | 'outputs', readonly Settings[]>>;
}
const inCluster = parse(readFileSync('infra/cluster/log-shipping/config.yaml', 'utf8')) as {
  readonly data: Readonly<Record<'fluent-bit.yaml', string>>;
};
const text = inCluster.data['fluent-bit.yaml'];
const cluster = parse(text) as Config;
const compose = parse(readFileSync('infra/compose/fluent-bit.yaml', 'utf8')) as Config;
const configs = { cluster, compose };
const daemonSet = readFileSync('infra/cluster/log-shipping/daemon-set.yaml', 'utf8');
const template = JSON.parse(
  readFileSync('infra/logging/elasticsearch/index-template.json', 'utf8'),
) as { readonly index_patterns: readonly string[] };
const mappings = readFileSync('infra/logging/elasticsearch/component-mappings.json', 'utf8');

const named = (list: readonly Settings[], name: string): Settings =>
  list.find((one) => one['name'] === name) ?? {};
const without = (settings: Settings, ...keys: readonly string[]): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)));

describe('log shipping', () => {
  it('parses and writes in the cluster as under compose', () => {
    const { inputs, filters, outputs } = cluster.pipeline;
    expect(named(cluster.parsers, 'ecs')).to.deep.equal(named(compose.parsers, 'ecs'));
    const filter = without(named(filters, 'parser'), 'match');
    expect(filter).to.deep.equal(without(named(compose.pipeline.filters, 'parser'), 'match'));
    // Where Elasticsearch is, and how it is proved.
    const own = ['match', 'host', 'port', 'http_user', 'http_passwd'];
    const tls = ['tls', 'tls.verify', 'tls.ca_file'];
    const output = without(named(outputs, 'es'), ...own, ...tls);
    expect(output).to.deep.equal(without(named(compose.pipeline.outputs, 'es'), ...own));
    const service = without(cluster.service, 'http_server', 'http_port');
    expect(service).to.deep.equal(compose.service);
    const kept = ['db', 'storage.type', 'mem_buf_limit', 'skip_long_lines'];
    for (const key of kept) {
      expect(named(inputs, 'tail')[key], key).to.equal(compose.pipeline.inputs[0]?.[key]);
    }
  });

  it('writes into a stream that the template of infra/logging makes', () => {
    for (const { pipeline } of Object.values(configs)) {
      const stream = String(named(pipeline.outputs, 'es')['index']);
      const patterns = template.index_patterns.map((one) => one.replace('*', ''));
      expect(patterns.some((start) => stream.startsWith(start))).to.equal(true);
      expect(named(pipeline.outputs, 'es')['write_operation']).to.equal('create');
      // Chunks are sent again as a whole.
      expect(named(pipeline.outputs, 'es')['generate_id']).to.equal('on');
    }
  });

  it('writes the time of a line once: a document with two is refused', () => {
    for (const { parsers, pipeline } of Object.values(configs)) {
      const { time_key: key } = named(pipeline.outputs, 'es');
      const doubles = parsers.filter(
        (one) => one['time_key'] === key && one['time_keep'] !== false,
      );
      expect(doubles).to.deep.equal([]);
    }
  });

  it('keeps what is no JSON, as a message: `log` is an object in the index', () => {
    expect(JSON.parse(mappings)).to.have.nested.property(
      'template.mappings.properties.log.properties.level',
    );
    const { filters } = cluster.pipeline;
    expect(filters.map((one) => one['name'])).to.deep.equal(['parser', 'modify']);
    expect(named(filters, 'modify')).to.include({
      condition: 'key_exists log',
      hard_rename: 'log message',
    });
    expect(named(cluster.pipeline.inputs, 'tail')['path_key']).to.equal('log.file.path');
  });

  it('keeps positions and unsent lines beyond the life of a pod, where it may write', () => {
    const { volumes, containers } = (
      parse(daemonSet, { merge: true }) as {
        readonly spec: { readonly template: { readonly spec: Pod } };
      }
    ).spec.template.spec;
    const state = containers[0]?.volumeMounts.find(({ name }) => name === 'state');
    const path = state?.mountPath ?? '';
    expect(String(named(cluster.pipeline.inputs, 'tail')['db'])).to.match(new RegExp(`^${path}/`));
    expect(cluster.service['storage.path']).to.equal(path);
    expect(volumes.find(({ name }) => name === 'state')).to.have.property('hostPath');
    const secret = containers[0]?.env.map(({ name }) => name) ?? [];
    const used = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(secret.toSorted()).to.deep.equal([...new Set(used)].toSorted());
  });

  it('rolls when its configuration changes', () => {
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
    const at = ['spec', 'template', 'metadata', 'annotations', 'groundswell.dev/config'];
    expect(parseDocument(daemonSet).getIn(at)).to.equal(hash);
  });
});

interface Pod {
  readonly volumes: readonly { readonly name: string }[];
  readonly containers: readonly {
    readonly env: readonly { readonly name: string }[];
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
}
