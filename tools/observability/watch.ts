/**
 * Watches the platform from outside: each ten seconds one trade of a canary instrument into every partition, and the time until its bar is
 * in the feature topic; and how old the newest value of every feature set is. Unlike what a service says of itself this also tells when a
 * service is gone. Reads GW_LANE, KAFKA_BROKERS, SCHEMA_REGISTRY_URL, HOST, PORT (9108). Never for a lane that replays the past: a canary
 * happens now, and would make history late.
 */
import { setInterval } from 'node:timers';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRecordSource,
  createRegistryClient,
} from '@groundswell/kafka';
import { fields, runService, startHealthServer, type Metrics } from '@groundswell/runtime';
import { inLane, laneConsumerGroup, topics } from '@groundswell/schemas';
import { recordHeaders } from '@groundswell/stream';
import { toError } from '@groundswell/domain';
import { CANARY, CanaryBoard, canaryKeys, canaryTrade } from './canary.ts';

const TRADES = 'market.trade.v1';
const FEATURES = [
  'feature.symbol.market.v1',
  'feature.symbol.sentiment.v1',
  'feature.investor.behaviour.v1',
] as const;
const CANARY_EVERY_MS = 10_000;
const SHOW_EVERY_MS = 1_000;

const declared = {
  lane: fields.lane,
  host: fields.host,
  port: fields.port(9108),
  kafka: fields.kafka,
  registry: fields.registry,
};

await runService('watch', declared, async ({ config, log, metrics, health, lifecycle, clock }) => {
  const kafka = createKafkaClient({ ...config.kafka, clientId: 'watch', logger: log });
  lifecycle.onStop('kafka', () => kafka.close());
  const registry = createRegistryClient(config.registry);
  const tradeCodec = createRecordCodec(registry, TRADES);
  await tradeCodec.ready();
  const logicalOf = new Map(FEATURES.map((topic) => [inLane(config.lane, topic), topic]));
  const codecs = new Map(FEATURES.map((topic) => [topic, createRecordCodec(registry, topic)]));
  const sink = createRecordSink(kafka);
  lifecycle.onStop('sink', () => sink.stop());
  const source = createRecordSource(kafka, {
    groupId: laneConsumerGroup(config.lane, 'watch'),
    keyedTopics: [...logicalOf.keys()],
    broadcastTopics: [],
  });
  const board = new CanaryBoard();
  const keys = canaryKeys(topics[TRADES].partitions);
  const meters = createMeters(metrics);
  const newestUs = new Map<string, number>();

  await source.start({
    onAssigned: () => {
      board.forgetAll();
      void seekToEnds().catch(lifecycle.fail);
    },
    onLost: () => undefined,
    async onBatch(batch) {
      const topic = logicalOf.get(batch.topic);
      const codec = topic === undefined ? undefined : codecs.get(topic);
      if (codec === undefined) return batch.endOffset;
      await codec.prepare(batch.records.map(({ value }) => value));
      for (const { value } of batch.records) {
        const { entity, featureSet, windowSizeMs, windowStartUs, knownAtUs } = codec.decode(value);
        if (entity.endsWith(`@${CANARY}`)) {
          if (windowSizeMs !== 1000) continue;
          const arrived = board.arrived(entity, windowStartUs, clock.nowMs());
          if (arrived === null) continue;
          const { partition, seconds, overtaken } = arrived;
          meters.seconds.observe(seconds, { partition });
          meters.overtaken.inc({ partition }, overtaken);
        } else {
          newestUs.set(featureSet, Math.max(knownAtUs, newestUs.get(featureSet) ?? 0));
        }
      }
      return batch.endOffset;
    },
    onCrash: lifecycle.fail,
  });
  lifecycle.onStop('source', () => source.stop());

  async function seekToEnds(): Promise<void> {
    for (const topic of logicalOf.keys()) {
      for (const [partition, { endOffset }] of await source.logRanges(topic)) {
        source.seek({ topic, partition }, endOffset);
      }
    }
  }

  async function sendCanaries(): Promise<void> {
    const topic = inLane(config.lane, TRADES);
    for (const key of keys) {
      const trade = canaryTrade(key, clock.nowUs());
      board.sent(key, trade.eventTimeUs, clock.nowMs());
      const headers = recordHeaders(trade.eventId);
      const record = { key: Buffer.from(key.entity), value: tradeCodec.encode(trade), headers };
      try {
        await sink.send(topic, key.partition, [record]);
      } catch (thrown) {
        board.lost(key, trade.eventTimeUs);
        throw thrown;
      }
      meters.sent.inc({ partition: key.partition });
    }
  }

  function show(): void {
    const nowMs = clock.nowMs();
    for (const { partition } of keys) {
      meters.waiting.set(board.waiting(partition, nowMs), { partition });
    }
    for (const [featureSet, knownAtUs] of newestUs) {
      meters.featureAge.set(nowMs / 1000 - knownAtUs / 1e6, { feature_set: featureSet });
    }
  }

  const timers = [
    setInterval(() => {
      sendCanaries().catch((thrown: unknown) => {
        log.warn('a canary was not sent', { error: toError(thrown) });
      });
    }, CANARY_EVERY_MS),
    setInterval(show, SHOW_EVERY_MS),
  ];
  lifecycle.onStop('timers', () => {
    timers.forEach(clearInterval);
  });
  const { host, port } = config;
  const server = await startHealthServer({ host, port, health, metrics, log });
  lifecycle.onStop('health server', () => server.stop());
});

function createMeters(metrics: Metrics) {
  return {
    sent: metrics.counter({
      name: 'canary_sent_total',
      help: 'Canary trades acked by the broker.',
      labels: ['partition'],
    }),
    overtaken: metrics.counter({
      name: 'canary_overtaken_total',
      help: 'Canaries that never arrived though a later one of their partition did: not read across a rejoin, or lost.',
      labels: ['partition'],
    }),
    seconds: metrics.histogram({
      name: 'canary_seconds',
      help: 'From the send of a canary trade until its bar was read from the feature topic.',
      labels: ['partition'],
      buckets: [0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1, 2, 5, 15, 60],
    }),
    waiting: metrics.gauge({
      name: 'canary_waiting_seconds',
      help: 'How long the oldest canary of a partition is on its way; 0 = none is.',
      labels: ['partition'],
    }),
    featureAge: metrics.gauge({
      name: 'feature_age_seconds',
      help: 'Time since the newest value of a feature set became readable; canaries do not count.',
      labels: ['feature_set'],
    }),
  };
}
