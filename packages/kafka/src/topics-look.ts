import type { Admin } from 'kafkajs';
import type { KafkaClient } from './client.ts';
import { fromKafkaError, refusalOf } from './convert-error.ts';

/** How a topic stands, from what a broker tells any client that may describe it. */
export interface TopicLook {
  /** It is there, and every partition of it has a leader: it can be written and read. */
  readonly isUp: boolean;
  /** Partitions with fewer replicas in sync than they have replicas; null where the topic is not up, for then nobody says. */
  readonly underReplicated: number | null;
}

/** By physical name. */
export type TopicLooks = ReadonlyMap<string, TopicLook>;

/** A look is repeated anyway: none waits long for a leader. */
const RETRY = { initialRetryTime: 100, retries: 1 };
/** What metadata say of a topic that cannot be used. */
const DOWN: ReadonlySet<string> = new Set(['LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION']);

/**
 * Looks at topics as clients see them, and so at those of a managed cluster too, whose brokers show us no figures. The right to describe
 * them is enough. (How many brokers are alive kafkajs does not say once any topic of the cluster has no leader.)
 *
 * @param topics physical names
 * @returns a function that asks once; it throws KafkaUnavailableError when no broker answers
 */
export function createTopicsLook(
  client: KafkaClient,
  topics: readonly string[],
): () => Promise<TopicLooks> {
  let admin: Promise<Admin> | undefined;
  const connect = async (): Promise<Admin> => {
    const connection = client.instance(RETRY).admin();
    try {
      await connection.connect();
    } catch (thrown) {
      admin = undefined;
      throw thrown;
    }
    client.own(() => connection.disconnect());
    return connection;
  };
  return async () => {
    try {
      return await lookAtTopics(await (admin ??= connect()), topics);
    } catch (thrown) {
      throw fromKafkaError(thrown, 'look at topics');
    }
  };
}

/** In one question while all is well. kafkajs answers with the first fault of any topic, so then each is asked for itself. */
async function lookAtTopics(admin: Admin, topics: readonly string[]): Promise<TopicLooks> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    return new Map(
      metadata.topics.map(({ name, partitions }) => {
        const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length);
        return [name, { isUp: true, underReplicated: behind.length }];
      }),
    );
  } catch (thrown) {
    if (!DOWN.has(refusalOf(thrown) ?? '')) throw thrown;
    const [only, ...others] = topics;
    if (only === undefined) return new Map();
    if (others.length === 0) return new Map([[only, { isUp: false, underReplicated: null }]]);
    const looks = new Map<string, TopicLook>();
    for (const topic of topics) {
      for (const [name, look] of await lookAtTopics(admin, [topic])) looks.set(name, look);
    }
    return looks;
  }
}
