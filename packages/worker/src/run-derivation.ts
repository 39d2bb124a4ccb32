import { setTimeout as sleep } from 'node:timers/promises';
import { InvariantError } from '@groundswell/domain';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRecordSource,
  createRegistryClient,
} from '@groundswell/kafka';
import {
  createDatabase,
  createOutboxStore,
  createTaskStore,
  type Database,
} from '@groundswell/postgres';
import { fields, runService, startHealthServer, type Field } from '@groundswell/runtime';
import {
  inLane,
  laneConsumerGroup,
  topics,
  type TopicName,
  type TopicRecords,
} from '@groundswell/schemas';
import { startDerivation, type RecordCodec, type Topology } from '@groundswell/stream';
import { createStreamObserver } from './stream-observer.ts';

/** Settings of every derive-* service. */
export const derivationFields = (defaultPort: number) =>
  ({
    lane: fields.lane,
    host: fields.host,
    port: fields.port(defaultPort),
    kafkaBrokers: fields.kafkaBrokers,
    schemaRegistryUrl: fields.schemaRegistryUrl,
    databaseUrl: fields.databaseUrl,
    codeVersion: fields.codeVersion,
  }) satisfies Record<string, Field<unknown>>;

export interface DerivationContext {
  readonly database: Database;
}

/** Topics that every derivation also writes. */
const CONTROL_TOPICS = ['control.dead-letter.v1', 'control.late-event.v1'] as const;

/** The `main` of a derive-* service: reads a topology, builds the adapters around it, runs until it is told to stop. */
export async function runDerivationService<I extends TopicName, O extends TopicName>(
  name: string,
  declared: ReturnType<typeof derivationFields>,
  createTopology: (context: DerivationContext) => Promise<Topology<I, O>>,
): Promise<void> {
  await runService(name, declared, async ({ config, log, metrics, health, lifecycle, clock }) => {
    const database = createDatabase({
      url: config.databaseUrl,
      lane: config.lane,
      applicationName: name,
      maxConnections: 8,
    });
    lifecycle.onStop('postgres', () => database.close());
    const kafka = createKafkaClient({ brokers: config.kafkaBrokers, clientId: name, logger: log });
    lifecycle.onStop('kafka', () => kafka.close());
    // The runner treats all topologies alike; the catalogue ties records to topics.
    const topology = (await createTopology({ database })) as unknown as Topology;
    const sources = Object.keys(topology.sources) as TopicName[];
    const registry = createRegistryClient({ url: config.schemaRegistryUrl });
    const codecs = await createCodecs(registry, [
      ...sources,
      ...topology.outputs,
      ...CONTROL_TOPICS,
    ]);
    const physical = (read: 'keyed' | 'broadcast') =>
      sources
        .filter((topic) => topics[topic].read === read)
        .map((topic) => inLane(config.lane, topic));
    const sink = createRecordSink(kafka);
    lifecycle.onStop('sink', () => sink.stop());
    const derivation = await startDerivation({
      topology,
      lane: config.lane,
      source: createRecordSource(kafka, {
        groupId: laneConsumerGroup(config.lane, name),
        keyedTopics: physical('keyed'),
        broadcastTopics: physical('broadcast'),
        // Larger fetches make larger transactions when there is a backlog: a key is written once per batch (PF20).
        maxBytesPerPartition: 1_048_576,
      }),
      sink,
      store: createTaskStore(database),
      outbox: createOutboxStore(database),
      codecs,
      observer: createStreamObserver(log, metrics),
      nowUs: clock.nowUs,
      random: Math.random,
      sleep: (ms) => sleep(ms),
      codeVersion: config.codeVersion,
      purgeHorizonMs: purgeHorizonMs(topology),
      onFatal: lifecycle.fail,
    });
    lifecycle.onStop('derivation', () => derivation.stop());
    health.addReadiness('postgres', async () => {
      await database.ping();
      return { ok: true };
    });
    health.addReadiness('tasks', () => {
      const stopped = derivation.stopped();
      return {
        ok: stopped.length === 0,
        detail: `${derivation.owned().length} owned, ${stopped.length} stopped`,
      };
    });
    const server = await startHealthServer({
      host: config.host,
      port: config.port,
      health,
      metrics,
      log,
    });
    lifecycle.onStop('health server', () => server.stop());
    log.info('running', { lane: config.lane });
  });
}

/** Longest horizon of the sources that remember ids in `seen`; 0 when none does. */
function purgeHorizonMs(topology: Topology): number {
  const horizons = Object.values(topology.sources)
    .filter((source) => source.dedupe === 'seen')
    .map((source) => topics[source.topic].dedupeHorizonMs);
  return Math.max(0, ...horizons);
}

async function createCodecs(
  registry: ReturnType<typeof createRegistryClient>,
  names: readonly TopicName[],
): Promise<<N extends TopicName>(topic: N) => RecordCodec<TopicRecords[N]>> {
  const codecs = new Map<TopicName, unknown>();
  for (const name of names) {
    const codec = createRecordCodec(registry, name);
    await codec.ready();
    codecs.set(name, codec);
  }
  return <N extends TopicName>(topic: N) => {
    const codec = codecs.get(topic);
    if (codec === undefined) throw new InvariantError('no codec for a topic', { topic });
    return codec as RecordCodec<TopicRecords[N]>;
  };
}
