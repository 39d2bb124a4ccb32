import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKafkaClient,
  createTopicsLook,
  KafkaUnavailableError,
  type KafkaClient,
} from '@groundswell/kafka';
import { createMetrics } from '@groundswell/runtime';
import { expect } from 'chai';
import { createKafkaFigures } from '../observability/kafka-figures.ts';
import { createKafkaPart } from '../platform/parts/kafka.ts';
import { PortPicker } from '../platform/ports.ts';
import { runPart, type RunningPart } from './secured/run-part.ts';
import { until } from './support/until.ts';

const topic = (name: string, replicas: number[]) => ({
  topic: name,
  replicaAssignment: [{ partition: 0, replicas }],
});

/** Two real brokers, of which one goes: what a managed cluster looks like from outside when it loses one. */
describe('figures of Kafka', () => {
  const COPIED = 'copied.v1';
  const SINGLE = 'single.v1';
  const ABSENT = 'absent.v1';
  let first: RunningPart;
  let second: RunningPart;
  let kafka: KafkaClient;

  before(async function () {
    this.timeout(300_000);
    const ports = new PortPicker('free', []);
    const controllerPort = await ports.pick(0);
    const [firstPort, secondPort] = [await ports.pick(0), await ports.pick(0)];
    let firstDir = '';
    first = await runPart((context) => {
      firstDir = join(context.paths.data, 'kafka');
      return createKafkaPart(context, firstPort, controllerPort, { settings: {}, users: {} });
    });
    const meta = readFileSync(join(firstDir, 'meta.properties'), 'utf8');
    const [, clusterId = ''] = /^cluster\.id=(.+)$/m.exec(meta) ?? [];
    second = await runPart((context) => {
      // As the storage tool would format it, for the cluster of the first.
      const dir = join(context.paths.data, 'kafka');
      mkdirSync(dir, { recursive: true });
      writeFileSync(
        join(dir, 'meta.properties'),
        `version=1\nnode.id=2\ncluster.id=${clusterId}\n`,
      );
      const settings = {
        'process.roles': 'broker',
        'node.id': '2',
        listeners: `PLAINTEXT://127.0.0.1:${secondPort}`,
      };
      return createKafkaPart(context, secondPort, controllerPort, { settings, users: {} });
    });
    kafka = createKafkaClient({ brokers: [first.address], clientId: 'figures' });
    const admin = await kafka.admin();
    await until('two brokers', async () => (await admin.describeCluster()).brokers.length === 2);
    await admin.createTopics({
      topics: [topic(COPIED, [1, 2]), topic(SINGLE, [2])],
      waitForLeaders: true,
    });
  });
  after(async function () {
    this.timeout(60_000);
    await kafka.close();
    await second.stop();
    await first.stop();
  });

  it('tell a topic short of replicas from one without a leader, and from one that is not there', async function () {
    this.timeout(120_000);
    const metrics = createMetrics('test');
    const look = createTopicsLook(kafka, [COPIED, SINGLE, ABSENT]);
    const show = createKafkaFigures(metrics);
    const samples = async (): Promise<string[]> => {
      show(await look());
      const text = await metrics.text();
      return [...text.matchAll(/^groundswell_kafka_(\w+)\{(?:.*topic="([\w.]+)")?.*\} (\S+)$/gm)]
        .map(([, name = '', of = '', value = '']) => `${name} ${of} ${value}`)
        .sort();
    };
    expect(await samples()).to.deep.equal([
      'topic_up absent.v1 0',
      'topic_up copied.v1 1',
      'topic_up single.v1 1',
      'underreplicated_partitions copied.v1 0',
      'underreplicated_partitions single.v1 0',
    ]);
    const admin = await kafka.admin();
    await admin.createTopics({ topics: [topic(ABSENT, [1])], waitForLeaders: false });
    await until('the new topic is up', async () =>
      (await samples()).includes('topic_up absent.v1 1'),
    );

    await second.stop();
    const wanted = [
      'topic_up absent.v1 1',
      'topic_up copied.v1 1',
      'topic_up single.v1 0',
      'underreplicated_partitions absent.v1 0',
      'underreplicated_partitions copied.v1 1',
    ];
    await until('the loss is seen', async () => (await samples()).join() === wanted.join());
    expect(await samples()).to.deep.equal(wanted);
  });

  it('are not there when no broker answers, and nothing waits for long', async function () {
    this.timeout(60_000);
    const nobody = createKafkaClient({ brokers: ['127.0.0.1:1'], clientId: 'figures' });
    const look = createTopicsLook(nobody, [COPIED]);
    for (const time of ['first', 'second']) {
      const thrown: unknown = await look().catch((error: unknown) => error);
      expect(thrown, time).to.be.instanceOf(KafkaUnavailableError);
    }
    await nobody.close();
  });
});
