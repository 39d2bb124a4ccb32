import {
  createKafkaClient,
  createRecordSink,
  createRecordSource,
  createTopicAdmin,
} from '@groundswell/kafka';
import type { Producer } from 'kafkajs';
import {
  kafkaContractSuite,
  type Adapter,
  type AdapterOptions,
} from './contract/kafka-contract.ts';
import { testBrokers, uniqueName } from './support/env.ts';

function kafkaJsAdapter(options: AdapterOptions = {}): Adapter {
  const client = createKafkaClient({ brokers: testBrokers(), clientId: 'contract', ...options });
  const admin = createTopicAdmin(client);
  const withProducer = async (
    transactionalId: string | undefined,
    work: (producer: Producer) => Promise<unknown>,
  ): Promise<void> => {
    const producer = client.instance().producer({
      ...(transactionalId === undefined
        ? {}
        : { transactionalId, idempotent: true, maxInFlightRequests: 1 }),
      createPartitioner: () => () => 0,
    });
    await producer.connect();
    await work(producer);
    await producer.disconnect();
  };
  return {
    createSource: (sourceOptions) => createRecordSource(client, sourceOptions),
    createSink: () => createRecordSink(client),
    createTopic: async (name, partitions) => {
      await admin.ensureTopics([
        {
          name,
          partitions,
          retentionMs: 3_600_000,
          maxMessageBytes: 1_048_576,
          cleanup: 'delete',
        },
      ]);
    },
    truncateBelow: async (topic, partition, offset) => {
      const raw = await client.admin();
      // kafkajs only knows the leaders of topics that it was asked about before.
      await raw.fetchTopicOffsets(topic);
      await raw.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
    },
    sendWithDoubledHeader: (topic, key, values) =>
      withProducer(undefined, (producer) =>
        producer.send({
          topic,
          messages: [{ partition: 0, value: '1', headers: { [key]: [...values] } }],
        }),
      ),
    sendAborted: (topic, values) =>
      withProducer(uniqueName('tx'), async (producer) => {
        const transaction = await producer.transaction();
        await transaction.send({
          topic,
          messages: values.map((value) => ({ partition: 0, value })),
        });
        await transaction.abort();
      }),
    committed: async (groupId, topic, partition) => {
      const raw = await client.admin();
      const [found] = await raw.fetchOffsets({ groupId, topics: [topic] });
      const offset = found?.partitions.find((one) => one.partition === partition)?.offset;
      return BigInt(offset ?? -1);
    },
    close: () => client.close(),
  };
}

describe('kafkajs behind our ports, on a real broker', function () {
  this.timeout(60_000);
  kafkaContractSuite(kafkaJsAdapter);
});
