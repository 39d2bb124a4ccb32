import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createKafkaClient,
  createRegistryClient,
  createTopicAdmin,
  subjectOf,
} from '@groundswell/kafka';
import { inLane, schemaTexts, topics, type TopicName } from '@groundswell/schemas';
import { expect } from 'chai';
import { deploySchema, deploySchemas } from '../deploy-schemas/deploy.ts';

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: start the real parts by \`npm test\``);
  return value;
}

const names = Object.keys(topics) as TopicName[];
const log = { info: (): void => undefined };

describe('the deploy step, on a real broker and registry', function () {
  this.timeout(60_000);
  const lane = `test-${randomBytes(4).toString('hex')}`;
  const client = createKafkaClient({
    brokers: required('KAFKA_BROKERS').split(','),
    clientId: 'deploy-test',
  });
  const admin = createTopicAdmin(client);
  const registry = createRegistryClient({
    url: required('SCHEMA_REGISTRY_URL'),
    timeoutMs: 10_000,
  });
  const failure = (work: Promise<unknown>): Promise<Error & { code?: string }> =>
    work.then(
      () => new Error('it was accepted'),
      (error: unknown) => error as Error,
    );

  after(async () => {
    const all = await admin.listTopics();
    await admin.deleteTopics(all.filter((name) => name.startsWith(`${lane}.`)));
    await client.close();
  });

  it('makes topics and schemas once, and changes nothing the second time', async () => {
    const first = await deploySchemas({ client, registry, lane, log });
    expect(first.map(({ outcome }) => outcome)).to.deep.equal(names.map(() => 'created'));
    const versions = await Promise.all(names.map((name) => registry.latest(subjectOf(name))));

    const second = await deploySchemas({ client, registry, lane, log });
    expect(second.map(({ outcome, schema }) => [outcome, schema])).to.deep.equal(
      names.map(() => ['unchanged', 'unchanged']),
    );
    expect(await Promise.all(names.map((name) => registry.latest(subjectOf(name))))).to.deep.equal(
      versions,
    );
    for (const [index, name] of names.entries()) {
      expect(versions[index]?.id).to.equal(
        await registry.lookup(subjectOf(name), schemaTexts[topics[name].record]),
      );
    }
  });

  it('brings a changed retention to the topic once, and refuses another partition count', async () => {
    const name = inLane(lane, 'market.trade.v1');
    const { partitions, retentionMs, maxMessageBytes, cleanup } = topics['market.trade.v1'];
    const spec = { name, partitions, retentionMs, maxMessageBytes, cleanup };
    const shorter = { ...spec, retentionMs: 60_000 };
    const outcomes = [];
    for (const wanted of [spec, shorter, shorter, spec]) {
      outcomes.push((await admin.ensureTopics([wanted])).get(name));
    }
    expect(outcomes).to.deep.equal(['unchanged', 'updated', 'unchanged', 'updated']);
    expect(await failure(admin.ensureTopics([{ ...spec, partitions: 7 }]))).to.have.property(
      'code',
      'GW_PARTITION_COUNT',
    );
  });

  it('compacts the topic of posts, and says so only where it is wanted (R2)', async () => {
    const name = inLane(lane, 'social.post.v1');
    const { partitions, retentionMs, maxMessageBytes, cleanup } = topics['social.post.v1'];
    const spec = { name, partitions, retentionMs, maxMessageBytes, cleanup };
    const outcomes = [];
    for (const wanted of [spec, { ...spec, cleanup: 'delete' as const }, spec]) {
      outcomes.push((await admin.ensureTopics([wanted])).get(name));
    }
    expect(cleanup).to.equal('compact_delete');
    expect(outcomes).to.deep.equal(['unchanged', 'updated', 'updated']);
  });

  it('refuses an incompatible schema with a sentence that says why', async () => {
    const subject = `${lane}-incompatible-value`;
    await deploySchema(registry, { subject, level: 'BACKWARD', text: schemaTexts.Mark });
    const schema = JSON.parse(schemaTexts.Mark) as { fields: object[] };
    const text = JSON.stringify({
      ...schema,
      fields: [...schema.fields, { name: 'must', type: 'string' }],
    });
    const error = await failure(deploySchema(registry, { subject, level: 'BACKWARD', text }));
    expect(error.code).to.equal('GW_SCHEMA_INCOMPATIBLE');
    expect(error.message).to.include(subject).and.include('not BACKWARD');
    expect((await registry.latest(subject))?.version).to.equal(1);
  });

  it('refuses a changed scale, which the registry would take', async () => {
    const subject = `${lane}-scale-value`;
    const text = schemaTexts.Mark.replace('"scale":18', '"scale":12');
    await deploySchema(registry, { subject, level: 'FULL_TRANSITIVE', text });
    expect((await registry.checkCompatibility(subject, schemaTexts.Mark)).compatible).to.equal(
      true,
    );
    const spec = { subject, level: 'FULL_TRANSITIVE', text: schemaTexts.Mark };
    const error = await failure(deploySchema(registry, spec));
    expect(error.code).to.equal('GW_SCHEMA_INCOMPATIBLE');
    expect(error.message).to.include('price: decimal(38, 12) became decimal(38, 18)');
    expect((await registry.latest(subject))?.version).to.equal(1);
  });

  it('runs from the command line and prints a line per topic', async () => {
    const script = join(import.meta.dirname, '../deploy-schemas.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--conditions=@groundswell/source',
      script,
      '--lane',
      lane,
    ]);
    const lines = stdout.trim().split('\n');
    expect(lines).to.have.length(names.length);
    expect(lines[0]).to.match(
      /market\.trade\.v1: topic unchanged; market\.trade\.v1-value unchanged, schema id \d+/,
    );
  });
});
