import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { isRetriable } from '@groundswell/domain';
import { PartitionCountError, type LogRange } from '@groundswell/stream';
import type { KafkaClient } from './client.ts';
import { fromKafkaError } from './convert-error.ts';
import { KafkaUnavailableError } from './errors.ts';
import { readLogRanges, readPartitionCounts } from './log-reader.ts';

export interface TopicSpec {
  /** Physical name. */
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly maxMessageBytes: number;
  /** `compact_delete` also keeps only the newest record of a key, at the latest a day after a newer one came. */
  readonly cleanup: 'delete' | 'compact_delete';
}

export type TopicOutcome = 'created' | 'updated' | 'unchanged';

export interface TopicAdmin {
  /**
   * Create what is missing and set the configuration of what is there; safe to repeat and to run twice at once.
   * @throws PartitionCountError when a topic exists with another number of partitions: keys would move (section 8)
   */
  ensureTopics(specs: readonly TopicSpec[]): Promise<ReadonlyMap<string, TopicOutcome>>;
  /** Names that do not exist are passed over. */
  deleteTopics(names: readonly string[]): Promise<void>;
  /** Groups that do not exist are passed over. @throws KafkaUnavailableError while a group still has members */
  deleteGroups(names: readonly string[]): Promise<void>;
  listTopics(): Promise<readonly string[]>;
  logRanges(topic: string): Promise<ReadonlyMap<number, LogRange>>;
}

/** Kafka's own default: no bound. */
const NEVER_MS = 9_223_372_036_854_775_807n;
/** What was taken back is gone from the log within this time (R2, S108). */
const COMPACTED_WITHIN_MS = 86_400_000n;
const HEARD_POLL_MS = 100;
const HEARD_WITHIN_POLLS = 100;

export function createTopicAdmin(client: KafkaClient): TopicAdmin {
  const ask = async <T>(doing: string, question: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = await client.admin();
    try {
      return await question(admin);
    } catch (thrown) {
      throw fromKafkaError(thrown, doing);
    }
  };
  const listTopics = (): Promise<string[]> => ask('list topics', (admin) => admin.listTopics());

  return {
    ensureTopics: async (specs) => {
      const known = new Set(await listTopics());
      const missing = specs.filter(({ name }) => !known.has(name));
      const present = specs.filter(({ name }) => known.has(name));
      await checkPartitionCounts(client, present);
      await ask('create topics', (admin) => createMissing(admin, missing));
      await untilHeard(() => checkPartitionCounts(client, missing));
      const updated = await ask('configure topics', (admin) => updateConfigs(admin, present));
      return new Map<string, TopicOutcome>([
        ...missing.map(({ name }) => [name, 'created'] as const),
        ...present.map(({ name }) => [name, updated.has(name) ? 'updated' : 'unchanged'] as const),
      ]);
    },
    deleteTopics: async (names) => {
      const known = new Set(await listTopics());
      const topics = names.filter((name) => known.has(name));
      if (topics.length === 0) return;
      await ask('delete topics', (admin) => admin.deleteTopics({ topics }));
    },
    deleteGroups: async (names) => {
      const { groups } = await ask('list groups', (admin) => admin.listGroups());
      const known = new Set(groups.map(({ groupId }) => groupId));
      const doomed = names.filter((name) => known.has(name));
      if (doomed.length === 0) return;
      await ask('delete groups', (admin) => admin.deleteGroups(doomed));
    },
    listTopics,
    logRanges: (topic) => readLogRanges(client, topic),
  };
}

/** LogAppendTime: the broker's clock makes retention and clock-skew checks (Q4) independent of what producers claim. */
function configOf(spec: TopicSpec): ReadonlyMap<string, string> {
  return new Map([
    ['cleanup.policy', spec.cleanup === 'delete' ? 'delete' : 'compact,delete'],
    ['max.compaction.lag.ms', String(spec.cleanup === 'delete' ? NEVER_MS : COMPACTED_WITHIN_MS)],
    ['retention.ms', String(spec.retentionMs)],
    ['max.message.bytes', String(spec.maxMessageBytes)],
    ['message.timestamp.type', 'LogAppendTime'],
  ]);
}

function configEntries(spec: TopicSpec): { name: string; value: string }[] {
  return [...configOf(spec)].map(([name, value]) => ({ name, value }));
}

async function checkPartitionCounts(
  client: KafkaClient,
  specs: readonly TopicSpec[],
): Promise<void> {
  if (specs.length === 0) return;
  const counts = await readPartitionCounts(
    client,
    specs.map(({ name }) => name),
  );
  for (const { name, partitions } of specs) {
    const found = counts.get(name);
    if (found !== undefined && found !== partitions) {
      throw new PartitionCountError({ topic: name, partitions: found, expected: partitions });
    }
  }
}

async function createMissing(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  if (specs.length === 0) return;
  const topics: ITopicConfig[] = specs.map((spec) => ({
    topic: spec.name,
    numPartitions: spec.partitions,
    // The broker's default.replication.factor: 1 on a laptop, 3 where it counts.
    replicationFactor: -1,
    configEntries: configEntries(spec),
  }));
  // Resolves to false when another deploy step made them in the meantime.
  await admin.createTopics({ topics, waitForLeaders: false });
}

/**
 * Asks again until the broker that answers has heard of what its own controller has decided. (kafkajs's `waitForLeaders` only knows brokers
 * that answer LEADER_NOT_AVAILABLE; a KRaft broker says for a moment that it does not host the topic.)
 */
async function untilHeard(ask: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ask();
      return;
    } catch (thrown) {
      if (!isRetriable(thrown) || attempt === HEARD_WITHIN_POLLS) throw thrown;
      await sleep(HEARD_POLL_MS);
    }
  }
}

async function updateConfigs(
  admin: Admin,
  specs: readonly TopicSpec[],
): Promise<ReadonlySet<string>> {
  const differing = await findDiffering(admin, specs);
  if (differing.length === 0) return new Set();
  await admin.alterConfigs({
    validateOnly: false,
    resources: differing.map((spec) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: spec.name,
      configEntries: configEntries(spec),
    })),
  });
  // Else a second run would update again.
  await untilHeard(async () => {
    if ((await findDiffering(admin, differing)).length === 0) return;
    throw new KafkaUnavailableError('a broker has not heard of new topic settings', undefined);
  });
  return new Set(differing.map(({ name }) => name));
}

async function findDiffering(
  admin: Admin,
  specs: readonly TopicSpec[],
): Promise<readonly TopicSpec[]> {
  if (specs.length === 0) return [];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: specs.map((spec) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: spec.name,
      configNames: [...configOf(spec).keys()],
    })),
  });
  return specs.filter((spec) => {
    const found = resources.find(({ resourceName }) => resourceName === spec.name);
    const values = new Map(
      found?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    );
    return [...configOf(spec)].some(([name, value]) => values.get(name) !== value);
  });
}
