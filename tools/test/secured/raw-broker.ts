import { InvariantError } from '@groundswell/domain';
import type { KafkaClient } from '@groundswell/kafka';

/** The requests of the protocol whose rights are tried one by one; kafkajs offers them only inside consumers and producers. */
export interface RawBroker {
  /** @returns the broker's name for what went wrong, null when it obeyed */
  write(topic: string): Promise<string | null>;
  read(topic: string): Promise<string | null>;
  readPositions(groupId: string): Promise<string | null>;
  close(): Promise<void>;
}

interface Broker {
  produce(request: object): Promise<unknown>;
  fetch(request: object): Promise<unknown>;
  offsetFetch(request: object): Promise<unknown>;
}
interface Cluster {
  connect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  disconnect(): Promise<void>;
  findBroker(of: { nodeId: string }): Promise<Broker>;
}

export async function openRawBroker(client: KafkaClient): Promise<RawBroker> {
  const kafka: object = client.instance({ retries: 0 });
  const createCluster = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (createCluster === undefined) throw new InvariantError('kafkajs has changed');
  const cluster = (kafka as Record<symbol, (options: object) => Cluster>)[createCluster]?.({
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: true, // so that a broker that makes topics would make them
  });
  if (cluster === undefined) throw new InvariantError('kafkajs has changed');
  await cluster.connect();
  await cluster.refreshMetadata();
  const broker = await cluster.findBroker({ nodeId: '1' });
  const attempt = async (request: Promise<unknown>): Promise<string | null> => {
    try {
      await request;
      return null;
    } catch (thrown) {
      return (thrown as { type?: string }).type ?? String(thrown);
    }
  };
  return {
    write: (topic) => {
      const messages = [{ key: Buffer.from('k'), value: Buffer.from('v'), timestamp: 0 }];
      return attempt(
        broker.produce({ topicData: [{ topic, partitions: [{ partition: 0, messages }] }] }),
      );
    },
    read: (topic) => {
      const partitions = [{ partition: 0, fetchOffset: '0', maxBytes: 1000 }];
      return attempt(
        broker.fetch({ maxWaitTime: 1, minBytes: 0, topics: [{ topic, partitions }] }),
      );
    },
    readPositions: (groupId) => attempt(broker.offsetFetch({ groupId, topics: [] })),
    close: () => cluster.disconnect(),
  };
}
