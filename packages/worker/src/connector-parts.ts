import { createEventSink, createPublishSpans, type EventSink } from '@groundswell/connector';
import type { SpanSink } from '@groundswell/domain';
import {
  createKafkaClient,
  createMicroBatcher,
  createRecordCodec,
  createRecordSink,
  createRegistryClient,
  type KafkaClient,
  type RegistryClient,
} from '@groundswell/kafka';
import { createDatabase, type Database } from '@groundswell/postgres';
import type {
  Clock,
  DatabaseAccess,
  KafkaAccess,
  Lifecycle,
  Logger,
  RegistryAccess,
} from '@groundswell/runtime';

export interface ConnectorContext {
  readonly config: {
    readonly lane: string;
    readonly kafka: KafkaAccess;
    readonly registry: RegistryAccess;
    readonly database: DatabaseAccess;
  };
  readonly log: Logger;
  readonly lifecycle: Pick<Lifecycle, 'onStop'>;
  readonly clock: Clock;
  readonly spans: SpanSink | null;
}

/** What every connect-* service publishes and remembers with. */
export interface ConnectorParts {
  readonly kafka: KafkaClient;
  readonly registry: RegistryClient;
  /** Takes events of the topics that the catalogue lets the service write. */
  readonly sink: EventSink;
  readonly database: Database;
}

/**
 * Open them; they are closed, in reverse order, when the process stops.
 * @param lingerMs how long an event waits for company before it is sent (PF15)
 * @throws RegistryUnavailableError (retriable) | SchemaUnknownError when the deploy step has not run
 */
export async function openConnectorParts(
  service: string,
  { config, log, lifecycle, clock, spans }: ConnectorContext,
  { lingerMs }: { readonly lingerMs: number },
): Promise<ConnectorParts> {
  const { lane } = config;
  const kafka = createKafkaClient({ ...config.kafka, clientId: service, logger: log });
  lifecycle.onStop('kafka', () => kafka.close());
  const registry = createRegistryClient(config.registry);
  const sink = await createEventSink(service, {
    lane,
    batcher: createMicroBatcher(createRecordSink(kafka), { lingerMs }),
    codecFor: (topic) => createRecordCodec(registry, topic),
    spans: spans === null ? null : createPublishSpans(spans, () => clock.nowUs()),
  });
  const database = createDatabase({ ...config.database, lane, applicationName: service });
  lifecycle.onStop('database', () => database.close());
  return { kafka, registry, sink, database };
}
