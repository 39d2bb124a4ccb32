import type { Logger } from '@groundswell/runtime';
import {
  SchemaIncompatibleError,
  createTopicAdmin,
  subjectOf,
  type KafkaClient,
  type RegistryClient,
  type TopicOutcome,
} from '@groundswell/kafka';
import { inLane, schemaTexts, topics, type TopicName } from '@groundswell/schemas';
import { logicalTypeChanges } from './logical-types.ts';

export interface DeployOptions {
  readonly client: KafkaClient;
  readonly registry: RegistryClient;
  readonly lane: string;
  readonly log: Pick<Logger, 'info'>;
}

/** What became of one topic and the schema of its values. */
export interface Deployed {
  readonly topic: string;
  readonly outcome: TopicOutcome;
  readonly subject: string;
  readonly schemaId: number;
  readonly schema: 'registered' | 'unchanged';
}

/**
 * Bring topics and schemas of the catalogue into the cluster and the registry; safe to repeat, changes nothing when nothing changed.
 * Subjects are those of the live lane in every lane: a lane only renames topics.
 * @throws SchemaIncompatibleError before anything of that subject is registered | PartitionCountError | retriable outages
 */
export async function deploySchemas(options: DeployOptions): Promise<readonly Deployed[]> {
  const { client, registry, lane, log } = options;
  const names = Object.keys(topics) as TopicName[];
  const outcomes = await createTopicAdmin(client).ensureTopics(
    names.map((name) => {
      const { partitions, retentionMs, maxMessageBytes, cleanup } = topics[name];
      return { name: inLane(lane, name), partitions, retentionMs, maxMessageBytes, cleanup };
    }),
  );
  const deployed: Deployed[] = [];
  for (const name of names) {
    const topic = inLane(lane, name);
    const result = {
      topic,
      outcome: outcomes.get(topic) ?? 'unchanged',
      ...(await deploySchema(registry, {
        subject: subjectOf(name),
        level: topics[name].compatibility,
        text: schemaTexts[topics[name].record],
      })),
    };
    log.info('topic deployed', { ...result });
    deployed.push(result);
  }
  return deployed;
}

export interface SubjectSpec {
  readonly subject: string;
  readonly level: string;
  /** Canonical text: a reformatted schema would register as a new version. */
  readonly text: string;
}

/**
 * One subject: set its level (works before the subject exists, so the first registration is checked too), check, register. The level
 * is never read back: registries differ in what they answer.
 */
export async function deploySchema(
  registry: RegistryClient,
  { subject, level, text }: SubjectSpec,
): Promise<Pick<Deployed, 'subject' | 'schemaId' | 'schema'>> {
  await registry.setCompatibility(subject, level);
  const latest = await registry.latest(subject);
  if (latest !== null) {
    const changes = logicalTypeChanges(latest.text, text);
    if (changes.length > 0) throw refused(subject, 'logical types changed', changes);
    const verdict = await registry.checkCompatibility(subject, text);
    if (!verdict.compatible) throw refused(subject, `not ${level}`, verdict.messages);
  }
  const schemaId = await registry.register(subject, text);
  return { subject, schemaId, schema: schemaId === latest?.id ? 'unchanged' : 'registered' };
}

function refused(
  subject: string,
  why: string,
  details: readonly string[],
): SchemaIncompatibleError {
  return new SchemaIncompatibleError(
    [`${subject}: ${why} against the latest registered version`, ...details].join('; '),
    { subject },
  );
}
