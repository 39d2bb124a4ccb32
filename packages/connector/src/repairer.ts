import type { Logger } from '@groundswell/runtime';
import type { GapReason } from './control-records.ts';
import { SourceUnavailableError } from './errors.ts';
import type { Intake } from './intake.ts';
import type { ConnectorClock } from './ports.ts';
import { pause, type Publisher } from './publisher.ts';
import { createRepairPlan, inIdOrder } from './repair.ts';
import type { SocketSource } from './source.ts';
import type { RunningStream } from './stream.ts';
import type { DeclaredGap, Hole } from './stream-tracker.ts';

export interface RepairerOptions {
  readonly source: SocketSource;
  readonly streams: ReadonlyMap<string, RunningStream>;
  readonly intake: Intake;
  readonly publisher: Publisher;
  readonly clock: ConnectorClock;
  readonly log: Logger;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onRequest: () => void;
  readonly onDeclare: (stream: RunningStream, gap: DeclaredGap, reason: GapReason) => void;
}

/** The loop that brings missing events back, one request at a time. */
export interface Repairer {
  run(): Promise<void>;
  /** The gap record of a hole was acked. */
  declared(stream: string, gap: DeclaredGap): void;
}

export function createRepairer(options: RepairerOptions): Repairer {
  const { source, streams, intake, publisher, clock, signal } = options;
  const isStopping = (): boolean => signal.aborted;
  const { limits } = source;
  const plan = createRepairPlan(limits, options.random);
  /** Gaps whose record is on its way: their holes are still there until the ack. */
  const declaring = new Set<string>();
  const gapKey = (stream: string, { fromId, toId }: DeclaredGap): string =>
    `${stream}/${fromId}-${toId}`;
  const everyMs = Math.max(10, Math.min(100, limits.repairDelayMs / 2));

  async function step(stream: RunningStream, hole: Hole): Promise<void> {
    const next = plan.next(stream.name, hole, clock.nowMs());
    if (next.kind === 'wait') return;
    if (next.kind === 'fetch') {
      await fetchHole(stream, hole);
      return;
    }
    const key = gapKey(stream.name, next);
    if (declaring.has(key)) return;
    declaring.add(key);
    options.onDeclare(stream, { fromId: next.fromId, toId: next.toId }, next.reason);
  }

  async function fetchHole(stream: RunningStream, hole: Hole): Promise<void> {
    await publisher.room();
    options.onRequest();
    try {
      const { fromId, toId, afterUs, beforeUs } = hole;
      const ingestTimeUs = clock.nowUs();
      const frames = await source.backfill({
        stream: stream.name,
        fromId,
        toId,
        afterUs,
        beforeUs,
        ingestTimeUs,
        signal,
      });
      for (const { outcome, text } of inIdOrder(frames)) {
        await publisher.room();
        intake.take(outcome, text);
      }
      plan.answered(stream.name, hole, clock.nowMs());
    } catch (thrown) {
      if (isStopping()) return;
      if (!(thrown instanceof SourceUnavailableError)) throw thrown;
      options.log.warn('backfill failed', { stream: stream.name, class: thrown.backoff });
      plan.failed(stream.name, hole, thrown, clock.nowMs());
    }
  }

  return {
    async run() {
      while (!isStopping()) {
        let holes = 0;
        for (const stream of streams.values()) {
          // A copy: steps change the list.
          for (const hole of [...stream.tracker.holes()]) {
            holes += 1;
            if (!isStopping()) await step(stream, hole);
          }
        }
        if (holes === 0) plan.clear();
        await pause(everyMs, signal);
      }
    },
    declared: (stream, gap) => void declaring.delete(gapKey(stream, gap)),
  };
}
