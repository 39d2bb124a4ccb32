import { sourceStreamKey, statusRecord, type EventSink, type Origin } from '@groundswell/connector';
import { toError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { Clock } from '../ports.ts';

const STREAM = 'transactions';

/** Tells every few seconds that the door of each sender is open, and the newest event that came through. */
export interface StatusReporter {
  accepted(sender: string, eventTimeUs: number): void;
  stop(): void;
}

export function startStatusReporter(options: {
  readonly senders: readonly string[];
  readonly origin: Pick<Origin, 'service' | 'codeVersion'>;
  readonly sink: EventSink;
  readonly clock: Clock;
  readonly log: Logger;
  readonly everyMs: number;
}): StatusReporter {
  const { sink, clock, log } = options;
  const sinceUs = clock.nowUs();
  const newest = new Map<string, { eventTimeUs: number; lagMs: number }>();

  const report = async (sender: string): Promise<void> => {
    const last = newest.get(sender);
    const record = statusRecord(
      { ...options.origin, source: sender, feed: null },
      STREAM,
      {
        state: 'LIVE',
        detail: null,
        sinceUs,
        lastEventTimeUs: last?.eventTimeUs ?? null,
        lagMs: last?.lagMs ?? null,
        openGaps: 0,
        delivery: 'EXACT',
      },
      clock.nowUs(),
    );
    const key = sourceStreamKey(sender, STREAM);
    await sink.publish('control.source-status.v1', key, record.eventId, record);
  };
  const reportAll = (): void => {
    for (const sender of options.senders) {
      report(sender).catch((thrown: unknown) => {
        log.warn('status not published', { sender, error: toError(thrown) });
      });
    }
  };
  reportAll();
  const timer = setInterval(reportAll, options.everyMs);
  return {
    accepted(sender, eventTimeUs) {
      if (eventTimeUs < (newest.get(sender)?.eventTimeUs ?? -Infinity)) return;
      newest.set(sender, { eventTimeUs, lagMs: clock.nowMs() - Math.floor(eventTimeUs / 1000) });
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
