import type { Logger, Metrics } from '@groundswell/runtime';
import type { StreamObserver } from '@groundswell/stream';

const VERDICTS = ['applied', 'deduped', 'late', 'dead', 'erased', 'marker'] as const;

/** Turns what the stream runners of a process report into logs of state changes and metrics per batch; each runner has a logger of its own. */
export function createStreamObservers(metrics: Metrics): (log: Logger) => StreamObserver {
  const records = metrics.counter({
    name: 'records_total',
    help: 'Records decided, by verdict (I13)',
    labels: ['topic', 'verdict'],
  });
  const commitSeconds = metrics.histogram({
    name: 'commit_seconds',
    help: 'One batch from decode to commit',
    labels: ['topic'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  });
  const fenced = metrics.counter({
    name: 'cas_rejected_total',
    help: 'Commits refused by the fence (I2)',
  });
  const published = metrics.counter({
    name: 'outbox_published_total',
    help: 'Outbox rows acked by the broker',
  });
  const relayFailures = metrics.counter({
    name: 'relay_failures_total',
    help: 'Relay rounds that failed',
  });
  const retries = metrics.counter({
    name: 'outage_retries_total',
    help: 'Batches put back because of an outage',
  });
  const stopped = metrics.counter({
    name: 'tasks_stopped_total',
    help: 'Tasks that stopped for good',
  });
  return (log) => ({
    committed: (_task, topic, counts, seconds) => {
      for (const verdict of VERDICTS) {
        if (counts[verdict] > 0) records.inc({ topic, verdict }, counts[verdict]);
      }
      commitSeconds.observe(seconds, { topic });
    },
    fenced: (task) => {
      fenced.inc();
      log.warn('task was fenced', { task });
    },
    acquired: (task, ownerEpoch) => {
      log.info('task acquired', { task, ownerEpoch });
    },
    stopped: (task, error) => {
      stopped.inc();
      log.error('task stopped', { task, error });
    },
    retrying: (task, error) => {
      retries.inc();
      log.warn('outage, trying again', { task, error });
    },
    published: (rows) => {
      published.inc({}, rows);
    },
    relayFailed: (error) => {
      relayFailures.inc();
      log.warn('relay round failed', { error });
    },
    // The progress sampler measures it: a stuck task reports no batch, and lag is what must be seen then.
    lag: () => undefined,
  });
}
