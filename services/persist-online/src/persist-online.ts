import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable, toError } from '@groundswell/domain';
import { inLane, laneConsumerGroup, type TopicName } from '@groundswell/schemas';
import {
  createRecordCodec,
  createRecordSource,
  type RegistryClient,
  createTopicAdmin,
  type KafkaClient,
} from '@groundswell/kafka';
import { createFeatureReader, type Database } from '@groundswell/postgres';
import { createProjectionStore, type Redis } from '@groundswell/redis';
import type { Clock, Logger, Metrics } from '@groundswell/runtime';
import { createCacheKeeper } from './cache-keeper.ts';
import { createLagWatch } from './lag-watch.ts';
import { createProjectionMetrics } from './metrics.ts';
import { Projector } from './projector.ts';
import { topicsOf, topology, type ProjectionGroup } from './topology.ts';

export interface PersistOnlineDeps {
  readonly lane: string;
  readonly kafka: KafkaClient;
  readonly registry: RegistryClient;
  readonly database: Database;
  readonly redis: Redis;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly onFatal: (error: Error) => void;
}

/** The running service, without process and configuration. */
export interface PersistOnline {
  /** Do all consumer groups follow their topics, under a cache epoch? */
  isFollowing(): boolean;
  stop(): Promise<void>;
}

/** How long an idle service may not notice that the cache was lost. */
const CHECK_EVERY_MS = 2_000;

/** Wire the topology to Kafka, Postgres and Redis and begin to consume. */
export async function startPersistOnline(deps: PersistOnlineDeps): Promise<PersistOnline> {
  const { lane, kafka, log } = deps;
  const physicalTopic = (name: TopicName): string => inLane(lane, name);
  const { registry } = deps;
  const admin = createTopicAdmin(kafka);
  const store = createProjectionStore(deps.redis);
  const metrics = createProjectionMetrics(deps.metrics);
  const groups: readonly ProjectionGroup[] = Object.values(topology);
  const logRanges = (topic: TopicName) => admin.logRanges(physicalTopic(topic));
  const nowMs = (): number => deps.clock.nowMs();
  const keeper = createCacheKeeper({
    store,
    history: createFeatureReader(deps.database),
    groups,
    logRanges,
    newId: deps.newId,
    nowMs,
    metrics,
    log,
  });

  const running = groups.map((group) => {
    const names = topicsOf(group);
    const source = createRecordSource(kafka, {
      groupId: laneConsumerGroup(lane, group.service),
      keyedTopics: names.map(physicalTopic),
      broadcastTopics: [],
    });
    const projector = new Projector({
      group,
      source,
      store,
      keeper,
      codecs: Object.fromEntries(names.map((name) => [name, createRecordCodec(registry, name)])),
      physicalTopic,
      sleep: (ms) => sleep(ms),
      nowMs,
      onFatal: deps.onFatal,
      metrics,
      log: log.child({ group: group.service }),
    });
    return { name: group.service, source, projector };
  });
  for (const { source, projector } of running) {
    keeper.onChange(() => {
      projector.follow();
    });
    await source.start(projector);
  }
  const watch = setInterval(() => {
    keeper.check().catch((thrown: unknown) => {
      if (isRetriable(thrown)) log.debug('cache not checked', { error: toError(thrown) });
      else deps.onFatal(toError(thrown));
    });
  }, CHECK_EVERY_MS);
  const stopLagWatch = createLagWatch({
    groups: running.map(({ name, projector }) => ({
      name,
      positions: () => projector.positions(),
    })),
    logRanges,
    metrics,
    nowMs,
    log,
  }).start();
  return {
    isFollowing: () =>
      keeper.current() !== null && running.every(({ projector }) => projector.isFollowing()),
    stop: async () => {
      clearInterval(watch);
      stopLagWatch();
      for (const { source } of running) await source.stop();
    },
  };
}
