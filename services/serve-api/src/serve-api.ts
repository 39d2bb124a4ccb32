import { createServer } from 'node:http';
import { investorAccess } from '@groundswell/auth';
import type { SpanSink } from '@groundswell/domain';
import type { KafkaClient } from '@groundswell/kafka';
import {
  createFeatureReader,
  createJournalReader,
  createLatestReader,
  createOperationsReader,
  createReferenceReader,
  createTraderReader,
  type Database,
} from '@groundswell/postgres';
import { createOnlineReader, type BucketPolicy, type Redis } from '@groundswell/redis';
import {
  healthRoutes,
  listen,
  type Clock,
  type Health,
  type Logger,
  type Metrics,
} from '@groundswell/runtime';
import { laneConsumerGroup } from '@groundswell/schemas';
import { createRuleScorer } from '@groundswell/sentiment';
import { createAllowance } from './adapters/allowance.ts';
import { createLatestValues } from './adapters/latest-values.ts';
import { createLogEnds } from './adapters/log-ends.ts';
import { createMoodJoin } from './adapters/market-moods.ts';
import { createSourceWatch } from './adapters/source-watch.ts';
import { createTradingPeers } from './adapters/trading-peers.ts';
import { createApp } from './app.ts';
import { createPredictor } from './core/predictor.ts';
import { createApiMetrics } from './metrics.ts';
import type { PrivateReads, TokenVerifier } from './ports.ts';
import { featureRoutes } from './routes/features.ts';
import { investorRoutes } from './routes/investors.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { operationsRoutes } from './routes/operations.ts';
import { peerRoutes } from './routes/peers.ts';
import { postRoutes } from './routes/posts.ts';
import { predictRoutes } from './routes/predict.ts';
import { referenceRoutes } from './routes/reference.ts';

export interface ServeApiDeps {
  readonly lane: string;
  readonly host: string;
  readonly port: number;
  /** Read-only, with a statement timeout (S51). */
  readonly database: Database;
  readonly redis: Redis;
  /** Null: ends of the log are not known. */
  readonly kafka: KafkaClient | null;
  readonly verifier: TokenVerifier;
  readonly requestPolicy: BucketPolicy;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly newTraceId: () => string;
  readonly clock: Clock;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Where spans of requests go; null = nowhere. */
  readonly spans?: SpanSink | null;
  readonly log: Logger;
}

export interface ServeApi {
  readonly port: number;
  /** Ends after the requests under way. */
  stop(): Promise<void>;
}

/** A client that guesses tokens gets this many refusals, then one a second. */
const REFUSALS: BucketPolicy = { capacity: 60, refillPerSecond: 1 };

/** Wire stores and routes to an HTTP server. Resolves when it listens. */
export async function startServeApi(deps: ServeApiDeps): Promise<ServeApi> {
  const { database, redis, log } = deps;
  const nowMs = (): number => deps.clock.nowMs();
  const metrics = createApiMetrics(deps.metrics);
  const online = createOnlineReader(redis);
  const history = createFeatureReader(database);
  const reference = createReferenceReader(database);
  const sources = createSourceWatch(online, nowMs);
  const features = {
    latest: createLatestValues(online, history, metrics.served, log),
    history,
    moodJoin: createMoodJoin(history),
    sources,
    nowMs,
  };
  const reads = privateReads(log.child({ 'event.category': 'audit' }));
  const app = createApp({
    handlers: {
      ...featureRoutes(features),
      ...investorRoutes(features, reads),
      ...ledgerRoutes(
        features,
        createJournalReader(database, laneConsumerGroup(deps.lane, 'derive-behaviour')),
        reads,
      ),
      ...peerRoutes(createTradingPeers(createTraderReader(database), nowMs), reads, nowMs),
      ...referenceRoutes({ reference, sources, nowMs }),
      ...postRoutes({ latest: createLatestReader(database), reference, nowMs }),
      ...predictRoutes({
        predictor: createPredictor(createRuleScorer({ mode: 'finance' })),
        nowMs,
        nowUs: () => deps.clock.nowUs(),
      }),
      ...operationsRoutes({
        reader: createOperationsReader(database),
        logEnds: createLogEnds(deps.kafka),
        nowMs,
      }),
    },
    serviceRoutes: healthRoutes(deps.health, deps.metrics),
    verifier: deps.verifier,
    allowance: createAllowance(redis),
    requestPolicy: deps.requestPolicy,
    refusalPolicy: REFUSALS,
    allowedOrigins: new Set(deps.allowedOrigins),
    trustedProxies: deps.trustedProxies,
    newTraceId: deps.newTraceId,
    nowMs,
    requests: metrics.requests,
    seconds: metrics.seconds,
    spans: deps.spans ?? null,
    log,
  });
  // Slow senders of headers or requests are cut off (S52).
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000 }, app);
  const port = await listen(server, deps);
  log.info('API listening', { host: deps.host, port });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Every read of private data by somebody else, allowed or not, is a line of the audit log. */
function privateReads(log: Logger): PrivateReads {
  return {
    access: investorAccess,
    audit: (entry) => {
      log.info('private read', entry);
    },
  };
}
