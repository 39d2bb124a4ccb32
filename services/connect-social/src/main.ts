import { createConnectorMetrics, type Origin } from '@groundswell/connector';
import { createRecordCodec } from '@groundswell/kafka';
import { readAliases } from '@groundswell/postgres';
import { runService, startHealthServer } from '@groundswell/runtime';
import { worldAliases } from '@groundswell/symbology';
import { openConnectorParts } from '@groundswell/worker';
import { refreshBook } from './adapters/alias-book.ts';
import { detectLanguage } from './adapters/language-detector.ts';
import { createPostgresPositionStore } from './adapters/position-store.ts';
import { readPublishedPosts } from './adapters/published-posts.ts';
import { chooseNetwork, config } from './config.ts';
import { createAuthorKeys } from './core/author-key.ts';
import { rightsOf } from './core/rights.ts';
import { startFollower } from './follow.ts';
import { createIntake } from './intake.ts';
import { createSocialMetrics } from './metrics.ts';
import { blueskyLimits } from './sources/bluesky/limits.ts';

const SERVICE = 'connect-social';

await runService(SERVICE, config, async (context) => {
  const { config, log, metrics, health, lifecycle, clock } = context;
  const { lane } = config;
  let started = false;
  health.addReadiness('started', () => ({ ok: started }));
  const server = await startHealthServer({ ...config, health, metrics, log });
  lifecycle.onStop('health server', () => server.stop());

  // Moods are windows of minutes: 20 ms more make fewer requests and no difference.
  const { kafka, registry, sink, database } = await openConnectorParts(SERVICE, context, {
    lingerMs: 20,
  });
  const network = chooseNetwork(config);
  const { source } = network;
  const aliases = await refreshBook(() => readAliases(database, ['cashtag', 'name']), {
    further: network.isWorld ? worldAliases : [],
    refreshMs: config.aliasRefreshMs,
    log,
  });
  lifecycle.onStop('aliases', () => {
    aliases.stop();
  });
  log.info('aliases read', { listAsOf: aliases.book().listAsOf });

  const { authorHmacKeyV1, authorHmacKeyV2 } = config;
  const origin: Origin = { source, feed: null, service: SERVICE, codeVersion: config.codeVersion };
  const connectorMetrics = createConnectorMetrics(metrics);
  const follower = await startFollower({
    origin,
    api: network.api,
    hosts: network.hosts,
    limits: blueskyLimits,
    firstLookBackMs: config.firstLookBackMinutes * 60_000,
    sink,
    positions: createPostgresPositionStore(database, network.cursorName),
    async intake(publish) {
      const index = await readPublishedPosts({
        kafka,
        codec: createRecordCodec(registry, 'social.post.v1'),
        lane,
        service: SERVICE,
        source,
        capacity: config.postIndexCapacity,
        nowUs: () => clock.nowUs(),
      });
      log.info('published posts read', { posts: index.size() });
      return createIntake({
        origin,
        context: {
          source,
          // The two networks have different accounts; one name would say that they are the same.
          authors: createAuthorKeys(source, [
            { version: 1, key: authorHmacKeyV1 },
            ...(authorHmacKeyV2 === undefined ? [] : [{ version: 2, key: authorHmacKeyV2 }]),
          ]),
          aliases: () => aliases.book(),
          detect: detectLanguage,
          rights: rightsOf(source),
        },
        index,
        publish,
        clock,
        metrics: createSocialMetrics(metrics),
        onDuplicate: () => {
          connectorMetrics.duplicates.inc({ source });
        },
      });
    },
    clock,
    random: Math.random,
    log,
    metrics: connectorMetrics,
    onFatal: (error) => {
      lifecycle.fail(error);
    },
  });
  lifecycle.onStop('follower', () => follower.stop(5_000));
  health.addReadiness('source', () => follower.readiness());
  started = true;
});
