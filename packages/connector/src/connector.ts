import type { Logger } from '@groundswell/runtime';
import { nextBackoff, noFailures, type BackoffState } from './backoff.ts';
import { gapRecord, sourceStreamKey, type GapReason, type Origin } from './control-records.ts';
import { ConnectorFencedError } from './errors.ts';
import { createIntake } from './intake.ts';
import type { ConnectorMetrics } from './metrics.ts';
import type { ConnectorClock, CursorStore, EventSink, Positions } from './ports.ts';
import { createPublisher, pause } from './publisher.ts';
import { createRepairer } from './repairer.ts';
import { openSession, type Session, type SessionEnd } from './session.ts';
import type { SocketSource } from './source.ts';
import { createRunningStream, type Link, type RunningStream } from './stream.ts';

export interface ConnectorOptions {
  readonly source: SocketSource;
  readonly sink: EventSink;
  readonly cursors: CursorStore;
  readonly clock: ConnectorClock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: ConnectorMetrics;
  readonly service: string;
  readonly codeVersion: string;
  /** The process must end: fenced, or a fault of ours. */
  readonly onFatal: (error: unknown) => void;
}

export interface Connector {
  /** Not ready once the source refused for good; being cut off is told by the status records, not by a restart. */
  readiness(): { readonly ok: boolean; readonly detail?: string };
  /** Stop reading, flush, store the cursor, close (K18). Unacked events stay below the cursor. */
  stop(deadlineMs: number): Promise<void>;
}

const SHARD = '0';

/**
 * Follow one WebSocket source by the contract of sources.md section 2: sessions one after the other with the back-off of their ends, every
 * event published under its own id, holes repaired or declared, the cursor behind the acks. Resolves once the cursor is ours.
 */
export async function startConnector(options: ConnectorOptions): Promise<Connector> {
  const { source, clock, log, metrics } = options;
  const { limits } = source;
  const label = { source: source.source };
  const origin: Origin = { ...options, source: source.source, feed: source.feed };
  const lease = await options.cursors.acquire(source.cursorName, SHARD);
  const streams = new Map(
    source.streams.map((name) => [
      name,
      createRunningStream(name, origin, lease.positions[name] ?? null),
    ]),
  );
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let session: Session | null = null;
  let paused = false;
  let link: Link = {
    stopped: null,
    confirmedSinceMs: null,
    downSinceMs: clock.nowMs(),
    downReason: null,
    sinkRefuses: false,
  };

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
      link = { ...link, sinkRefuses: refusing };
      sendStatus(true);
    },
    onFatal: options.onFatal,
  });
  const intake = createIntake({
    origin,
    streams,
    publisher,
    clock,
    metrics,
    onStreamFailure: giveUp,
  });
  const repairer = createRepairer({
    source,
    streams,
    intake,
    publisher,
    clock,
    log,
    random: options.random,
    signal: stopping.signal,
    onRequest: () => metrics.repairs.inc(label),
    onDeclare: declare,
  });

  /** A hole stays open: its gap record first, then its ids count as settled (K10). */
  function declare(
    stream: RunningStream,
    gap: { fromId: number; toId: number },
    reason: GapReason,
  ): void {
    const { fromId, toId } = gap;
    const hole = stream.tracker.holes().find((one) => one.fromId <= toId && fromId <= one.toId);
    const facts = { reason, afterUs: hole?.afterUs ?? null, beforeUs: hole?.beforeUs ?? null };
    const record = gapRecord(origin, stream.name, gap, facts, clock.nowUs());
    log.warn('gap stays open', { stream: stream.name, fromId, toId, reason });
    metrics.gapsOpened.inc(label);
    publisher.publish('control.gap.v1', sourceStreamKey(source.source, stream.name), record, () => {
      stream.tracker.declare(gap);
      stream.gapAtMs = clock.nowMs();
      repairer.declared(stream.name, gap);
    });
  }

  function publishClosedGaps(): void {
    for (const stream of streams.values()) {
      for (const gap of stream.tracker.takeClosedGaps()) {
        const facts = { reason: 'filled', afterUs: null, beforeUs: null } as const;
        const record = gapRecord(origin, stream.name, gap, facts, clock.nowUs());
        metrics.gapsClosed.inc(label);
        const key = sourceStreamKey(source.source, stream.name);
        publisher.publish('control.gap.v1', key, record, () => undefined);
      }
    }
  }

  function sendStatus(onlyChanges: boolean): void {
    for (const stream of streams.values()) {
      const { record, changed } = stream.status(link, clock.nowMs());
      // A status nobody takes is replaced by the next one: it never waits in line with events.
      if (onlyChanges && !changed) continue;
      if (link.sinkRefuses && !changed) continue;
      const key = sourceStreamKey(source.source, stream.name);
      publisher.publish('control.source-status.v1', key, record, () => undefined);
    }
    metrics.up.set(link.confirmedSinceMs === null ? 0 : 1, label);
    metrics.inFlight.set(publisher.inFlight(), label);
  }

  const wanted = (): string[] =>
    [...streams.values()].filter((stream) => stream.stopped === null).map((stream) => stream.name);

  /** That stream stops, the others go on. */
  function giveUp(name: string, reason: string): void {
    const stream = streams.get(name);
    if (stream?.stopped !== null) return;
    stream.stopped = reason;
    log.error('stream stopped by its source', { stream: name, reason });
    sendStatus(true);
    if (wanted().length > 0) session?.resubscribe();
    else session?.close('no streams left');
  }

  async function runSessions(): Promise<void> {
    let backoff: BackoffState = noFailures;
    while (!isStopping() && wanted().length > 0) {
      const end = await runSession();
      if (isStopping()) return;
      metrics.reconnects.inc({ ...label, class: end.backoff });
      const nowMs = clock.nowMs();
      const chance = options.random();
      const next = nextBackoff(backoff, { ...end, nowMs, chance }, limits.backoff);
      backoff = next.state;
      const stop = next.action.kind === 'stop';
      link = {
        ...link,
        stopped: stop ? end.reason : null,
        confirmedSinceMs: null,
        downSinceMs: link.confirmedSinceMs === null ? link.downSinceMs : nowMs,
        downReason: end.reason,
      };
      sendStatus(true);
      if (next.action.kind === 'stop') {
        log.error('source stopped: it will refuse until a person acts', { reason: end.reason });
        return;
      }
      const { delayMs, alert } = next.action;
      log[alert ? 'error' : 'warn']('connection ended', {
        reason: end.reason,
        class: end.backoff,
        delayMs,
      });
      await pause(delayMs, stopping.signal);
    }
    if (isStopping()) return;
    link = { ...link, stopped: 'every stream was refused', confirmedSinceMs: null };
    sendStatus(true);
  }

  function runSession(): Promise<SessionEnd> {
    session = openSession({
      url: source.url,
      stageMs: limits.stageMs,
      watchdogMs: limits.watchdogMs,
      maxFrameBytes: limits.maxFrameBytes,
      nowMs: () => clock.nowMs(),
      wanted,
      subscribeText: (names) => source.subscribeText(names),
      parse: (text) => source.parse(text, clock.nowUs()),
      onConfirmed(extra) {
        if (extra.length > 0) log.warn('source sends more than asked', { count: extra.length });
        if (link.confirmedSinceMs !== null) return;
        log.info('subscription confirmed', { streams: wanted().length });
        link = { ...link, confirmedSinceMs: clock.nowMs(), downReason: null };
        sendStatus(true);
      },
      onOutcome: (outcome, text) => {
        intake.take(outcome, text);
      },
    });
    if (paused) session.pause();
    return session.ended;
  }

  function positions(): Positions {
    const found: Record<string, number> = { ...lease.positions };
    for (const stream of streams.values()) {
      const position = stream.tracker.position();
      if (position !== null) found[stream.name] = position;
    }
    return found;
  }

  let stored = JSON.stringify(lease.positions);
  let saving: Promise<void> = Promise.resolve();
  function saveCursor(): Promise<void> {
    // One after the other: an older position must never overwrite a newer one.
    saving = saving.then(async () => {
      const now = positions();
      const text = JSON.stringify(now);
      if (text === stored) return;
      const ours = await options.cursors.save(source.cursorName, SHARD, lease.epoch, now);
      if (ours) stored = text;
      else options.onFatal(new ConnectorFencedError(source.cursorName));
    });
    return saving;
  }
  function saveSoon(): void {
    saveCursor().catch((thrown: unknown) => {
      // The cursor stays behind: after a crash more is repeated, nothing is lost.
      saving = Promise.resolve();
      log.warn('cursor not stored', { error: thrown });
    });
  }

  const timers = [
    setInterval(saveSoon, limits.cursorSaveMs),
    setInterval(() => {
      publishClosedGaps();
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
  const running = Promise.all([runSessions(), repairer.run()]);
  running.catch(options.onFatal);

  return {
    readiness: () => (link.stopped === null ? { ok: true } : { ok: false, detail: link.stopped }),
    async stop(deadlineMs) {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      session?.close('stopping');
      await Promise.allSettled([running]);
      await publisher.drained(deadlineMs);
      publisher.abandon();
      await saveCursor();
    },
  };
}
