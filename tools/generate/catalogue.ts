import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ObserversYaml } from './access.ts';
import { camel, type SchemaFile } from './avro-model.ts';

export interface TopicYaml {
  readonly schema: string;
  readonly key: string;
  readonly partitions: number;
  readonly retention_hours: number;
  readonly dedupe_horizon_hours: number;
  readonly future_bound_ms: number;
  readonly read: 'keyed' | 'broadcast';
  readonly compatibility: string;
  readonly max_message_bytes?: number;
  /** compact_delete keeps only the newest record of a key; delete (default) only retention. */
  readonly cleanup?: 'delete' | 'compact_delete';
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
}

export function readTopics(path: string): Readonly<Record<string, TopicYaml>> {
  return (parse(readFileSync(path, 'utf8')) as { topics: Record<string, TopicYaml> }).topics;
}

export function readObservers(path: string): ObserversYaml {
  return (parse(readFileSync(path, 'utf8')) as { observers: ObserversYaml }).observers;
}

export function readFeatures(path: string): Readonly<Record<string, unknown>> {
  return (parse(readFileSync(path, 'utf8')) as { features: Record<string, unknown> }).features;
}

/** The typed catalogue of topics and feature sets. */
export function generateCatalogue(
  topics: Readonly<Record<string, TopicYaml>>,
  features: Readonly<Record<string, unknown>>,
  schemas: readonly SchemaFile[],
): string {
  const entries = Object.entries(topics).map(([name, topic]) => {
    const schema = schemas.find((candidate) => candidate.id === topic.schema);
    if (!schema) throw new TypeError(`topic ${name} names an unknown schema ${topic.schema}`);
    return [
      name,
      {
        name,
        record: schema.record.name,
        schema: topic.schema,
        key: topic.key,
        partitions: topic.partitions,
        retentionMs: topic.retention_hours * 3_600_000,
        dedupeHorizonMs: topic.dedupe_horizon_hours * 3_600_000,
        futureBoundMs: topic.future_bound_ms,
        read: topic.read,
        compatibility: topic.compatibility,
        maxMessageBytes: topic.max_message_bytes ?? 1_048_576,
        cleanup: topic.cleanup ?? 'delete',
        producers: topic.producers,
        consumers: topic.consumers,
      },
    ] as const;
  });
  const records = entries
    .map(([name, topic]) => `  '${name}': records.${topic.record};`)
    .join('\n');
  return [
    "import type * as records from './records.ts';\n",
    `export const topics = ${JSON.stringify(Object.fromEntries(entries), null, 2)} as const;\n`,
    'export type TopicName = keyof typeof topics;\n',
    '/** The record type that each topic carries. */',
    `export interface TopicRecords {\n${records}\n}\n`,
    `export const features = ${JSON.stringify(camelKeys(features), null, 2)} as const;\n`,
    'export type FeatureSetName = keyof typeof features;\n',
  ].join('\n');
}

function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.includes('.') ? key : camel(key),
      camelKeys(inner),
    ]),
  );
}

/** The registered texts and the codecs of each record, by record name. */
export function generateSchemaTexts(schemas: readonly SchemaFile[]): string {
  const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
  const names = schemas.map((schema) => schema.record.name);
  return [
    `import {\n${names.map((name) => `  ${lower(name)}FromWire,\n  ${lower(name)}ToWire,\n  ${lower(name)}ToJson,\n  ${lower(name)}FromJson,`).join('\n')}\n} from './records.ts';\n`,
    '/** Canonical text of each schema, exactly as it is registered. */',
    'export const schemaTexts = {',
    ...schemas.map((schema) => `  ${schema.record.name}: ${JSON.stringify(schema.text)},`),
    '} as const;\n',
    'export type RecordName = keyof typeof schemaTexts;\n',
    '/** Mappings between code, wire and JSON of each record. */',
    'export const recordMaps = {',
    ...names.map(
      (name) =>
        `  ${name}: { fromWire: ${lower(name)}FromWire, toWire: ${lower(name)}ToWire, toJson: ${lower(name)}ToJson, fromJson: ${lower(name)}FromJson },`,
    ),
    '} as const;\n',
  ].join('\n');
}

/** docs/flow.md: who writes and reads each topic. */
export function generateFlow(topics: Readonly<Record<string, TopicYaml>>): string {
  const rows = Object.entries(topics).map(
    ([name, topic]) =>
      `| \`${name}\` | ${topic.producers.join(', ')} | ${topic.consumers.join(', ') || 'downstream'} | ${topic.key} | ${topic.partitions} | ${topic.read} | ${topic.retention_hours / 24} d | ${topic.compatibility} |`,
  );
  return [
    '# The flow',
    '',
    '_Generated from `schemas/topics.yaml` by `npm run generate`._',
    '',
    '| topic | written by | read by | key | partitions | read | retention | compatibility |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
