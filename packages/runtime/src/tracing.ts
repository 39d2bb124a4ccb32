import { setTimeout as sleep } from 'node:timers/promises';
import type { SpanSink } from '@groundswell/domain';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import type { TracingSettings } from './tracing-config.ts';

export interface TracingParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Pick<Lifecycle, 'onStop'>;
  readonly process: { readonly service: string; readonly version: string; readonly lane: string };
}

/** A collector that is away at the end is not waited for longer, ms. */
const LONGEST_FLUSH_MS = 3_000;
/** Of the time to drain: the exit itself, ms. */
const RESERVE_MS = 500;

/**
 * Export spans over OTLP until the process stops. A collector that is away costs a bounded queue, a counter and one line in the log; it makes
 * nobody wait. OpenTelemetry is loaded here and not before: a process without an endpoint never reads its files.
 */
export async function startTracing(
  settings: TracingSettings,
  { log, metrics, lifecycle, process }: TracingParts,
): Promise<SpanSink> {
  const { createSpanExport } = await import('./span-export.ts');
  const exported = metrics.counter({
    name: 'spans_exported_total',
    help: 'Spans that the collector took.',
  });
  const dropped = metrics.counter({
    name: 'spans_dropped_total',
    help: 'Spans that nobody will see: no room in the queue, or the collector did not take them.',
    labels: ['reason'],
  });
  let isAway = false;
  const spans = createSpanExport({
    ...settings,
    process: {
      'service.namespace': 'groundswell',
      'service.name': process.service,
      'service.version': process.version,
      'groundswell.lane': process.lane,
    },
    onSettled: (count, error) => {
      if (error === null) exported.inc({}, count);
      else dropped.inc({ reason: 'not_taken' }, count);
      if (isAway === (error !== null)) return;
      isAway = error !== null;
      // Once per outage: the counter says how much.
      if (isAway) log.warn('spans are not taken', { error });
      else log.info('spans are taken again');
    },
  });
  lifecycle.onStop('tracing', async (leftMs) => {
    const budgetMs = Math.max(0, Math.min(LONGEST_FLUSH_MS, leftMs - RESERVE_MS));
    const flushed = spans.stop().then(
      () => true,
      // Counted and logged when it failed.
      () => true,
    );
    const isDone = await Promise.race([flushed, sleep(budgetMs, false)]);
    if (!isDone) log.warn('the last spans were not taken in time', { budgetMs });
  });
  log.info('traces are exported', { ratio: settings.ratio });
  return {
    keeps: (trace) => spans.keeps(trace),
    add: (span) => {
      if (!spans.add(span)) dropped.inc({ reason: 'queue_full' });
    },
  };
}
