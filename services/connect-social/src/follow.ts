import {
  createPublisher,
  nextBackoff,
  noFailures,
  pause,
  type BackoffState,
  type ConnectorClock,
  type ConnectorMetrics,
  type EventSink,
  type Origin,
  type Session,
  type SessionEnd,
} from '@groundswell/connector';
import type { Logger } from '@groundswell/runtime';
import { createSettling } from './core/settling.ts';
import { missedPosts, STREAM, streamKey } from './gap.ts';
import { publishInOrder, type PublishInOrder } from './in-order.ts';
import type { Intake } from './intake.ts';
import { createPlace, type Missing } from './place.ts';
import type { PositionStore } from './ports.ts';
import { createPositionSaver } from './position-saver.ts';
import type { BlueskyApi, Position } from './sources/bluesky/address.ts';
import type { JetstreamFrame } from './sources/bluesky/decode.ts';
import type { BlueskyLimits } from './sources/bluesky/limits.ts';
import { createStatus } from './status.ts';
import { subscribe } from './subscription.ts';

export interface FollowOptions {
  readonly origin: Origin;
  readonly api: BlueskyApi;
  /** At least one; after trouble with one the next is asked (P3). */
  readonly hosts: readonly string[];
  readonly limits: BlueskyLimits;
  /** How much of the past the very first start asks for. @default 0 */
  readonly firstLookBackMs?: number;
  readonly sink: EventSink;
  readonly positions: PositionStore;
  /** What becomes of frames; publishes through the given function. Called once the position is ours, so that nobody publishes beside it. */
  readonly intake: (publish: PublishInOrder) => Promise<Intake>;
  readonly clock: ConnectorClock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: ConnectorMetrics;
  /** The process must end: fenced, or a fault of ours. */
  readonly onFatal: (error: unknown) => void;
}

export interface Follower {
  /** Not ready once the source refused for good. */
  readiness(): { readonly ok: boolean; readonly detail?: string };
  /** Stop reading, flush, store the position, close (K18). */
  stop(deadlineMs: number): Promise<void>;
}

/**
 * Follow Jetstream by the contract of sources.md section 2: one connection after the other with the back-off of their ends, each resumed a little before the place
 * of the one before. Frames come again then; the index of posts knows them. Resolves once the position is ours.
 */
export async function startFollower(options: FollowOptions): Promise<Follower> {
  const { origin, limits, clock, log, metrics, hosts } = options;
  const label = { source: origin.source };
  const { epoch, position: stored } = await options.positions.acquire();
  // Where the first start of all begins is stored before anything is read: killed a moment later, the next one begins here too.
  const start: Position = stored ?? {
    host: hosts[0] ?? '',
    timeUs: clock.nowUs() - (options.firstLookBackMs ?? 0) * 1000,
    seq: null,
    seen: false,
  };
  if (stored === null) await options.positions.save(epoch, start);
  const settling = createSettling<Position>(start);
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  const status = createStatus(origin, clock.nowMs());
  const { facts } = status;
  const place = createPlace(start, limits);
  const saver = createPositionSaver({
    store: options.positions,
    connector: origin.source,
    epoch,
    position: () => settling.position(),
    log,
    onFatal: options.onFatal,
  });
  let session: Session | null = null;
  let paused = false;
  let hostIndex = Math.max(0, hosts.indexOf(start.host));

  const publisher = createPublisher({
    sink: options.sink,
    maxInFlight: limits.maxInFlight,
    retryMs: limits.backoff.netBaseMs,
    onPressure(now) {
      paused = now;
      if (now) session?.pause();
      else session?.resume();
    },
    onRefusing(refusing) {
      log.warn(refusing ? 'broker refuses events' : 'broker takes events again', label);
      facts.sinkRefuses = refusing;
      sendStatus(true);
    },
    onFatal: options.onFatal,
  });
  const inOrder = publishInOrder(publisher);
  const intake = await options.intake((topic, key, record, acked) => {
    inOrder(topic, key, record, () => {
      if (topic === 'social.post.v1') metrics.events.inc(label);
      acked();
    });
  });

  function sendStatus(onlyChanges: boolean): void {
    const { record, changed } = status.record(clock.nowMs());
    // A status nobody takes is replaced by the next one: it never waits in line with posts.
    if (changed || (!onlyChanges && !facts.sinkRefuses)) {
      publisher.publish('control.source-status.v1', streamKey(origin), record, () => undefined);
    }
    metrics.up.set(facts.confirmedSinceMs === null ? 0 : 1, label);
    metrics.inFlight.set(publisher.inFlight(), label);
  }

  function declareGap(missing: Missing, before: Position): void {
    log.warn('the source no longer has some posts', { ...missing, stream: STREAM });
    metrics.gapsOpened.inc(label);
    facts.gapAtMs = clock.nowMs();
    facts.openGaps += 1;
    const record = missedPosts(origin, missing, clock.nowUs());
    inOrder('control.gap.v1', streamKey(origin), record, settling.begin(before));
    sendStatus(true);
  }

  function take(frame: JetstreamFrame, text: string): void {
    metrics.frames.inc({ ...label, kind: frame.kind });
    const at = 'place' in frame ? frame.place : null;
    if (at !== null) {
      const before = place.newest();
      const { missing } = place.advance(at);
      if (missing !== null) declareGap(missing, before);
      facts.lastEventTimeUs = Math.max(facts.lastEventTimeUs ?? 0, at.timeUs);
      facts.lagMs = clock.nowMs() - Math.floor(at.timeUs / 1000);
      metrics.lagSeconds.set(facts.lagMs / 1000, label);
    }
    intake.take(frame, text, settling.begin(place.newest()));
  }

  function runSession(host: string): Promise<SessionEnd> {
    const cursor = place.resume(host);
    session = subscribe({
      host,
      api: options.api,
      cursor,
      limits,
      nowMs: () => clock.nowMs(),
      onOpen() {
        log.info('subscribed', { host, cursor });
        facts.confirmedSinceMs = clock.nowMs();
        facts.downReason = null;
        sendStatus(true);
      },
      onFrame: take,
    });
    if (paused) session.pause();
    return session.ended;
  }

  async function runSessions(): Promise<void> {
    let backoff: BackoffState = noFailures;
    while (!isStopping()) {
      const end = await runSession(hosts[hostIndex] ?? '');
      if (isStopping()) return;
      metrics.reconnects.inc({ ...label, class: end.backoff });
      facts.reconnects += 1;
      const nowMs = clock.nowMs();
      const chance = options.random();
      const next = nextBackoff(backoff, { ...end, nowMs, chance }, limits.backoff);
      backoff = next.state;
      const stop = next.action.kind === 'stop';
      if (facts.confirmedSinceMs !== null) facts.downSinceMs = nowMs;
      facts.confirmedSinceMs = null;
      facts.downReason = end.reason;
      facts.stopped = stop ? end.reason : null;
      sendStatus(true);
      if (next.action.kind === 'stop') {
        log.error('source stopped: it will refuse until a person acts', { reason: end.reason });
        return;
      }
      if (end.backoff === 'CURSOR') place.refused();
      // A host that kicks us or does not like our position is the right one; any other trouble may be its own.
      if (end.backoff !== 'SLOW' && end.backoff !== 'CURSOR') {
        hostIndex = (hostIndex + 1) % hosts.length;
      }
      const { delayMs, alert } = next.action;
      log[alert ? 'error' : 'warn']('connection ended', {
        reason: end.reason,
        class: end.backoff,
        delayMs,
      });
      await pause(delayMs, stopping.signal);
    }
  }

  const timers = [
    setInterval(() => {
      saver.saveSoon();
    }, limits.positionSaveMs),
    setInterval(() => {
      sendStatus(false);
    }, limits.statusMs),
    setInterval(
      () => {
        sendStatus(true);
      },
      Math.max(50, limits.statusMs / 10),
    ),
  ];
  sendStatus(true);
  const running = runSessions();
  running.catch(options.onFatal);

  return {
    readiness: () => (facts.stopped === null ? { ok: true } : { ok: false, detail: facts.stopped }),
    async stop(deadlineMs) {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      session?.close('stopping');
      await Promise.allSettled([running]);
      await publisher.drained(deadlineMs);
      publisher.abandon();
      await saver.save();
    },
  };
}
