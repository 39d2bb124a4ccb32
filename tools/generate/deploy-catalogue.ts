import type { TopicYaml } from './catalogue.ts';

const HOUR_MS = 3_600_000;

/**
 * What deployment needs of the catalogue, as JSON: Terraform makes topics and Kafka users from it, the Helm chart caps its
 * autoscaling by the partitions. Both read files below their own folder, hence two copies.
 */
export function deployCatalogue(topics: Readonly<Record<string, TopicYaml>>): string {
  const entries = Object.entries(topics).map(([name, topic]) => [
    name,
    {
      partitions: topic.partitions,
      retention_ms: topic.retention_hours * HOUR_MS,
      cleanup: topic.cleanup ?? 'delete',
      max_message_bytes: topic.max_message_bytes ?? 1_048_576,
      producers: topic.producers,
      consumers: topic.consumers,
    },
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}
