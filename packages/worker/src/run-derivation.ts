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
import { fields, runService, startHealthServer, type Fields } from '@groundswell/runtime';
import {
  inLane,
  laneConsumerGroup,
  topics,
  type TopicName,
  type TopicRecords,
} from '@groundswell/schemas';
import {
  startDerivation,
  type Derivation,
  type RecordCodec,
  type RecordSource,
  type Topology,
} from '@groundswell/stream';
import { createProgressSampler, type SampledGroup } from './progress-sampler.ts';
import { createStreamObservers } from './stream-observer.ts';

/** Settings of every derive-* service. */
export const derivationFields = (defaultPort: number) =>
  ({
    lane: fields.lane,
    host: fields.host,
    port: fields.port(defaultPort),
    kafka: fields.kafka,
    registry: fields.registry,
    database: fields.database,
    codeVersion: fields.codeVersion,
  }) satisfies Fields;

export interface DerivationContext {
  readonly database: Database;
}

/** Topics that every derivation also writes. */
const CONTROL_TOPICS = ['control.dead-letter.v1', 'control.late-event.v1'] as const;

/** A topology whatever it reads: the runner treats all alike, the catalogue ties records to topics. */
type AnyTopology = Topology<never>;

/**
 * The `main` of a derive-* service: reads its topologies, builds the adapters around them, runs until it is told to stop. Each topology is a
 * consumer group of its own, with tasks, positions and a relay; they share the process, its connections, health and metrics.
 */
export async function runDerivationService(
  name: string,
  declared: ReturnType<typeof derivationFields>,
  createTopologies: (
    context: DerivationContext,
  ) => Promise<AnyTopology | readonly [AnyTopology, ...AnyTopology[]]>,
): Promise<void> {
  await runService(name, declared, async (context) => {
    const { config, log, metrics, health, lifecycle, clock, spans } = context;
    const database = createDatabase({
      ...config.database,
      lane: config.lane,
      applicationName: name,
      maxConnections: 12,
    });
    lifecycle.onStop('postgres', () => database.close());
    const kafka = createKafkaClient({ ...config.kafka, clientId: name, logger: log });
    lifecycle.onStop('kafka', () => kafka.close());
    const created = await createTopologies({ database });
    const topologies = ('service' in created ? [created] : created) as unknown as Topology[];
    const codecs = await createCodecs(createRegistryClient(config.registry), topologies);
    const sink = createRecordSink(kafka);
    lifecycle.onStop('sink', () => sink.stop());
    const createObserver = createStreamObservers(metrics);
    const derivations: Derivation[] = [];
    const sampled: SampledGroup[] = [];
    for (const topology of topologies) {
      const source = createSource(kafka, config.lane, topology);
      const derivation = await startDerivation({
        topology,
        lane: config.lane,
        source,
        sink,
        store: createTaskStore(database),
        outbox: createOutboxStore(database),
        codecs,
        observer: createObserver(log.child({ group: topology.service })),
        spans,
        nowUs: clock.nowUs,
        random: Math.random,
        sleep: (ms) => sleep(ms),
        codeVersion: config.codeVersion,
        purgeHorizonMs: purgeHorizonMs(topology),
        onFatal: lifecycle.fail,
      });
      lifecycle.onStop(`derivation ${topology.service}`, () => derivation.stop());
      derivations.push(derivation);
      sampled.push({
        name: topology.service,
        group: laneConsumerGroup(config.lane, topology.service),
        owned: () => derivation.owned(),
        stopped: () => derivation.stopped(),
        logRanges: (topic) => source.logRanges(topic),
      });
    }
    const sampler = createProgressSampler(metrics, database, sampled, clock.nowMs);
    lifecycle.onStop('progress sampler', sampler.start(log));
    health.addReadiness('postgres', async () => {
      await database.ping();
      return { ok: true };
    });
    health.addReadiness('tasks', () => {
      const stopped = derivations.flatMap((derivation) => derivation.stopped());
      const owned = derivations.flatMap((derivation) => derivation.owned());
      return {
        ok: stopped.length === 0,
        detail: `${owned.length} owned, ${stopped.length} stopped`,
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

function createSource(
  kafka: ReturnType<typeof createKafkaClient>,
  lane: string,
  topology: Topology,
): RecordSource {
  const physical = (read: 'keyed' | 'broadcast') =>
    sourcesOf(topology)
      .filter((topic) => topics[topic].read === read)
      .map((topic) => inLane(lane, topic));
  return createRecordSource(kafka, {
    groupId: laneConsumerGroup(lane, topology.service),
    keyedTopics: physical('keyed'),
    broadcastTopics: physical('broadcast'),
    // Larger fetches make larger transactions when there is a backlog: a key is written once per batch (PF20).
    maxBytesPerPartition: 1_048_576,
  });
}

function sourcesOf(topology: Topology): readonly TopicName[] {
  return Object.keys(topology.sources) as TopicName[];
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
  topologies: readonly Topology[],
): Promise<<N extends TopicName>(topic: N) => RecordCodec<TopicRecords[N]>> {
  const codecs = new Map<TopicName, unknown>();
  const named = topologies.flatMap((topology) => [...sourcesOf(topology), ...topology.outputs]);
  for (const name of new Set([...named, ...CONTROL_TOPICS])) {
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
