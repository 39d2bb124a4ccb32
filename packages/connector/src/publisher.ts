import { isRetriable } from '@groundswell/domain';
import type { TopicName, TopicRecords } from '@groundswell/schemas';
import type { EventSink } from './ports.ts';

export interface PublisherOptions {
  readonly sink: EventSink;
  /** At this many unacked records reading pauses; it goes on at half. */
  readonly maxInFlight: number;
  /** First pause before a refused record is offered again; doubles up to 5 s. */
  readonly retryMs: number;
  onPressure(paused: boolean): void;
  /** The broker refuses (true) or takes records again (false). */
  onRefusing(refusing: boolean): void;
  /** Not retriable: a fault of ours, the process must end with the cursor where it is. */
  onFatal(error: unknown): void;
}

/** Records on their way to the broker: bounded, offered until acked. */
export interface Publisher {
  /** `acked` runs once, after the broker's ack. */
  publish<T extends TopicName>(
    topic: T,
    key: string,
    record: TopicRecords[T] & { readonly eventId: string },
    acked: () => void,
  ): void;
  inFlight(): number;
  /** Resolves when there is room again. */
  room(): Promise<void>;
  /** Resolves true when nothing is in flight, false when the time is over first. */
  drained(timeoutMs: number): Promise<boolean>;
  /** Give up what is not acked: it stays below the cursor and comes again. */
  abandon(): void;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { sink, maxInFlight } = options;
  let inFlight = 0;
  let paused = false;
  let refused = 0;
  const waiters: { readonly below: number; readonly resolve: () => void }[] = [];
  const abandoned = new AbortController();

  async function offer(send: () => Promise<void>): Promise<boolean> {
    for (let attempt = 0; !abandoned.signal.aborted; attempt += 1) {
      try {
        await send();
        if (attempt > 0 && (refused -= 1) === 0) options.onRefusing(false);
        return true;
      } catch (thrown) {
        if (!isRetriable(thrown)) {
          options.onFatal(thrown);
          return false;
        }
        if (attempt === 0 && (refused += 1) === 1) options.onRefusing(true);
        await pause(Math.min(5000, options.retryMs * 2 ** Math.min(attempt, 10)), abandoned.signal);
      }
    }
    return false;
  }

  function settle(): void {
    inFlight -= 1;
    if (paused && inFlight <= maxInFlight / 2) {
      paused = false;
      options.onPressure(false);
    }
    for (let index = waiters.length - 1; index >= 0; index -= 1) {
      const waiter = waiters[index];
      if (waiter !== undefined && inFlight < waiter.below) {
        waiters.splice(index, 1);
        waiter.resolve();
      }
    }
  }

  const below = (count: number): Promise<void> =>
    inFlight < count
      ? Promise.resolve()
      : new Promise((resolve) => waiters.push({ below: count, resolve }));

  return {
    publish(topic, key, record, acked) {
      inFlight += 1;
      if (!paused && inFlight >= maxInFlight) {
        paused = true;
        options.onPressure(true);
      }
      void offer(() => sink.publish(topic, key, record.eventId, record)).then((done) => {
        if (done) acked();
        settle();
      });
    },
    inFlight: () => inFlight,
    room: () => below(maxInFlight),
    async drained(timeoutMs) {
      const late = new AbortController();
      const expired = pause(timeoutMs, late.signal).then(() => false);
      const done = await Promise.race([below(1).then(() => true), expired]);
      late.abort();
      return done;
    },
    abandon: () => abandoned.abort(),
  };
}

/** Resolves after `ms`, or at once when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
