import { defaultPorts } from '../platform/ports.ts';
import type { TopicYaml } from './catalogue.ts';
import { pascal, type SchemaFile } from './avro-model.ts';

/**
 * AsyncAPI 3 of the Kafka surface (sources.md W1): every topic with its key, schema, partitions and level, and who writes and reads it.
 * Only topics that begin with `feature.` are a promise to others (D13).
 */
export function asyncapiOfTopics(
  topics: Readonly<Record<string, TopicYaml>>,
  schemas: readonly SchemaFile[],
): object {
  const entries = Object.entries(topics);
  const messageOf = (topic: TopicYaml): string =>
    schemas.find(({ id }) => id === topic.schema)?.record.name ?? topic.schema;
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Groundswell topics',
      version: '1.0.0',
      description:
        'Topics of the platform. `feature.*` is public and FULL_TRANSITIVE: a reader of any version reads every version. All others are internal. Values are Avro in Confluent framing (0x00, schema id, body); keys are UTF-8 text. A lane other than `live` puts its name before the topic.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/vnd.apache.avro',
    servers: {
      local: {
        host: `127.0.0.1:${defaultPorts.kafka}`,
        protocol: 'kafka',
        description: 'The platform of `npm start`',
        bindings: {
          kafka: {
            schemaRegistryUrl: `http://127.0.0.1:${defaultPorts.registry}/apis/ccompat/v7`,
            schemaRegistryVendor: 'confluent',
            bindingVersion: '0.5.0',
          },
        },
      },
    },
    channels: Object.fromEntries(
      entries.map(([name, topic]) => [
        idOf(name),
        {
          address: name,
          description: `Key: ${topic.key}. Read ${topic.read}. Kept ${topic.retention_hours} h. ${topic.compatibility}.`,
          tags: [{ name: name.startsWith('feature.') ? 'public' : 'internal' }],
          messages: { [messageOf(topic)]: { $ref: `#/components/messages/${messageOf(topic)}` } },
          bindings: {
            kafka: {
              topic: name,
              partitions: topic.partitions,
              topicConfiguration: {
                'cleanup.policy':
                  topic.cleanup === 'compact_delete' ? ['compact', 'delete'] : ['delete'],
                'retention.ms': topic.retention_hours * 3_600_000,
              },
              bindingVersion: '0.5.0',
            },
          },
        },
      ]),
    ),
    operations: Object.fromEntries(
      entries.flatMap(([name, topic]) => [
        ...topic.producers.map((service) => operation('send', service, name)),
        ...topic.consumers.map((service) => operation('receive', service, name)),
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        entries.map(([, topic]) => [
          messageOf(topic),
          {
            name: messageOf(topic),
            summary: schemas.find(({ id }) => id === topic.schema)?.record.doc ?? '',
            contentType: 'application/vnd.apache.avro',
            payload: {
              schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
              schema: { $ref: `../avro/${topic.schema}.avsc` },
            },
            bindings: {
              kafka: {
                key: { type: 'string', description: topic.key },
                schemaIdLocation: 'payload',
                schemaIdPayloadEncoding: 'confluent',
                bindingVersion: '0.5.0',
              },
            },
          },
        ]),
      ),
    },
  };
}

function operation(action: 'send' | 'receive', service: string, topic: string) {
  const group = {
    kafka: { groupId: { type: 'string', enum: [service] }, bindingVersion: '0.5.0' },
  };
  return [
    `${service}.${action}.${topic}`.replaceAll(/[^\w]/g, '_'),
    {
      action,
      summary: `${service} ${action === 'send' ? 'writes' : 'reads'} ${topic}`,
      channel: { $ref: `#/channels/${idOf(topic)}` },
      ...(action === 'receive' ? { bindings: group } : {}),
    },
  ] as const;
}

/** `market.trade.v1` -> `MarketTradeV1` */
function idOf(topic: string): string {
  return pascal(topic.replaceAll(/[.-]/g, '_'));
}
