import { createServer } from 'node:http';
import { refreshAliases } from '@groundswell/connector';
import { toError } from '@groundswell/domain';
import { readAliases } from '@groundswell/postgres';
import { healthRoutes, listen, runService } from '@groundswell/runtime';
import { openConnectorParts } from '@groundswell/worker';
import { createAccountDirectory } from './adapters/account-directory.ts';
import { createRequestStore, enterSenders, forgetRequests } from './adapters/request-store.ts';
import { startStatusReporter } from './adapters/status-reporter.ts';
import { config } from './config.ts';
import { createIngestMetrics } from './metrics.ts';
import { createPseudonyms } from './sources/http/pseudonym.ts';
import { createReceiver } from './sources/http/receive.ts';
import { createIngest } from './topology.ts';

const SERVICE = 'connect-brokerage';

await runService(SERVICE, config, async (context) => {
  const { config, log, metrics, health, lifecycle, clock, spans } = context;
  // A sender waits for the ack anyway, and its items come in one piece: a longer linger would only add to the wait.
  const { sink, database } = await openConnectorParts(SERVICE, context, { lingerMs: 5 });
  const senders = Object.keys(config.senders);
  await enterSenders(database, senders);
  const aliases = await refreshAliases(() => readAliases(database, senders), {
    refreshMs: config.aliasRefreshMs,
    log,
  });
  lifecycle.onStop('aliases', () => {
    aliases.stop();
  });
  const cleaning = setInterval(() => {
    forgetRequests(database, config.answerHours).catch((thrown: unknown) => {
      log.warn('old answers not removed', { error: toError(thrown) });
    });
  }, 3_600_000);
  lifecycle.onStop('cleaning', () => {
    clearInterval(cleaning);
  });

  const status = startStatusReporter({
    senders,
    origin: { service: SERVICE, codeVersion: config.codeVersion },
    sink,
    clock,
    log,
    everyMs: 5_000,
  });
  lifecycle.onStop('status', () => {
    status.stop();
  });
  const ingestMetrics = createIngestMetrics(metrics);
  const receiver = createReceiver({
    senders: new Map(senders.map((name) => [name, config.senders[name]?.secrets ?? []])),
    ingest: createIngest({
      sink,
      accounts: createAccountDirectory(database, () => clock.nowMs()),
      requests: createRequestStore(database),
      aliases: () => aliases.table(),
      readAliases: () => aliases.refresh(),
      pseudonyms: createPseudonyms({
        version: 1,
        key: config.investorHmacKey,
        tenant: config.tenant,
      }),
      metrics: ingestMetrics,
      clock,
      onAccepted: (sender, eventTimeUs) => {
        status.accepted(sender, eventTimeUs);
      },
    }),
    metrics: ingestMetrics,
    clock,
    spans,
    log,
  });

  health.addReadiness('postgres', async () => {
    await database.ping();
    return { ok: true };
  });
  const routes = healthRoutes(health, metrics);
  const server = createServer((request, response) => {
    if (!routes(request, response)) receiver(request, response);
  });
  // Slow senders do not hold connections for ever.
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  const port = await listen(server, config);
  log.info('ingest listening', { host: config.host, port, senders: senders.length });
  lifecycle.onStop('server', async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    // Requests under way get their answers; idle connections do not hold us.
    server.closeIdleConnections();
    await closed;
  });
});
