import { deadFrame, type Origin } from './control-records.ts';
import type { ConnectorMetrics } from './metrics.ts';
import type { ConnectorClock } from './ports.ts';
import type { Publisher } from './publisher.ts';
import { createSeenIds } from './seen-ids.ts';
import type { FrameOutcome } from './source.ts';
import type { RunningStream } from './stream.ts';

/** Ids remembered across all streams; only events from before the start of a stream need it. */
const SEEN_CAPACITY = 50_000;

export interface IntakeOptions {
  readonly origin: Origin;
  readonly streams: ReadonlyMap<string, RunningStream>;
  readonly publisher: Publisher;
  readonly clock: ConnectorClock;
  readonly metrics: ConnectorMetrics;
  readonly onStreamFailure: (stream: string, reason: string) => void;
}

/** Where outcomes of frames and of repairs meet: one way to take an event, whoever brought it (K8, K9). */
export interface Intake {
  take(outcome: FrameOutcome, text: string): void;
}

export function createIntake(options: IntakeOptions): Intake {
  const { origin, streams, publisher, clock, metrics } = options;
  const label = { source: origin.source };
  const seen = createSeenIds(SEEN_CAPACITY);
  /** Event ids on their way: a copy that comes before the ack is a duplicate too. */
  const underWay = new Set<string>();

  function takeEvent(event: Extract<FrameOutcome, { kind: 'event' }>['event']): void {
    const stream = streams.get(event.stream);
    if (stream === undefined) {
      metrics.frames.inc({ ...label, kind: 'unasked' });
      return;
    }
    const { eventId } = event.record;
    const known = stream.tracker.observe(event.id, event.eventTimeUs, clock.nowMs());
    const repeated = seen.has(eventId) || underWay.has(eventId);
    if (known === 'duplicate' || (known === 'before-start' && repeated)) {
      metrics.duplicates.inc(label);
      return;
    }
    stream.lagMs = clock.nowMs() - Math.floor(event.eventTimeUs / 1000);
    underWay.add(eventId);
    publisher.publish(event.topic, event.key, event.record, () => {
      underWay.delete(eventId);
      seen.add(eventId);
      stream.tracker.acked(event.id);
      metrics.events.inc(label);
      metrics.lagSeconds.set((stream.lagMs ?? 0) / 1000, label);
    });
  }

  function refuse(outcome: Extract<FrameOutcome, { kind: 'refused' }>, text: string): void {
    const stream = outcome.stream === null ? undefined : streams.get(outcome.stream);
    const { id } = outcome;
    // With an id the event is known to exist: it is settled by its dead letter and must not be repaired again and again.
    if (stream !== undefined && id !== null) {
      const nowUs = clock.nowUs();
      const lastUs = stream.tracker.lastTimeUs() ?? nowUs;
      if (stream.tracker.observe(id, lastUs, clock.nowMs()) !== 'take') return;
    }
    const { key, record } = deadFrame(origin, text, outcome.reason, clock.nowUs());
    publisher.publish('control.dead-letter.v1', key, record, () => {
      if (stream !== undefined && id !== null) stream.tracker.acked(id);
    });
  }

  return {
    take(outcome, text) {
      metrics.frames.inc({ ...label, kind: outcome.kind });
      switch (outcome.kind) {
        case 'event':
          takeEvent(outcome.event);
          break;
        case 'heartbeat':
          streams.get(outcome.stream)?.tracker.announce(outcome.lastId, clock.nowMs());
          break;
        case 'refused':
          refuse(outcome, text);
          break;
        case 'failure':
          if (outcome.stream !== null) options.onStreamFailure(outcome.stream, outcome.reason);
          break;
        case 'subscribed':
        case 'acknowledged':
        case 'ignored':
          break;
      }
    },
  };
}
