import { setTimeout as pause } from 'node:timers/promises';
import { createConnectorMetrics, refreshAliases, startConnector } from '@groundswell/connector';
import { readAliases } from '@groundswell/postgres';
import { runService, startHealthServer } from '@groundswell/runtime';
import { openConnectorParts } from '@groundswell/worker';
import { createPostgresCursorStore } from './adapters/cursor-store.ts';
import { readInstruments } from './adapters/instruments.ts';
import { config } from './config.ts';
import { followDays } from './days/follow-days.ts';
import { dayLimits } from './days/limits.ts';
import { countUnresolved, createDayMetrics } from './metrics.ts';
import { chooseVenues } from './venues.ts';

const SERVICE = 'connect-market';

await runService(SERVICE, config, async (context) => {
  const { config, log, metrics, health, lifecycle, clock } = context;
  let started = false;
  health.addReadiness('started', () => ({ ok: started }));
  const server = await startHealthServer({ ...config, health, metrics, log });
  lifecycle.onStop('health server', () => server.stop());

  // Ticks must not wait long, and one request per trade would cost more than the trade (PF15).
  const { sink, database } = await openConnectorParts(SERVICE, context, { lingerMs: 10 });
  const venues = chooseVenues(config);
  const namespaces = venues.map(({ name }) => name.feed);
  const aliases = await refreshAliases(() => readAliases(database, namespaces), {
    refreshMs: config.aliasRefreshMs,
    log,
  });
  lifecycle.onStop('aliases', () => {
    aliases.stop();
  });

  const parts = {
    sink: countUnresolved(sink, metrics),
    cursors: createPostgresCursorStore(database),
    clock,
    random: Math.random,
    log,
    metrics: createConnectorMetrics(metrics),
    service: SERVICE,
    codeVersion: config.codeVersion,
    onFatal: (error: unknown) => {
      lifecycle.fail(error);
    },
  };
  const dayMetrics = createDayMetrics(metrics);
  for (const venue of venues) {
    const { feed } = venue.name;
    const source = venue.create({
      ...venue,
      context: { aliases: () => aliases.table(), licence: venue.licence },
      nowMs: () => clock.nowMs(),
      pause: (ms) => pause(ms),
    });
    const connector = await startConnector({ ...parts, source });
    lifecycle.onStop(`connector ${feed}`, () => connector.stop(5_000));
    health.addReadiness(`source ${feed}`, () => connector.readiness());
    if (venue.createDays === null || config.pastDays === 0) continue;
    const days = await followDays({
      ...parts,
      ...venue,
      cursorName: `${venue.cursorName}-days`,
      source: venue.createDays({ ...venue, nowMs: () => clock.nowMs() }),
      pastDays: config.pastDays,
      limits: dayLimits,
      instruments: () => readInstruments(database),
      aliases: () => aliases.table(),
      metrics: dayMetrics,
    });
    lifecycle.onStop(`past days ${feed}`, () => days.stop(5_000));
    health.addReadiness(`past days ${feed}`, () => days.readiness());
  }
  started = true;
});
