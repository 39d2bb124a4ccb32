import {
  ConnectorFencedError,
  createPublisher,
  nextBackoff,
  noFailures,
  pause,
  SourceUnavailableError,
  type AliasTable,
  type BackoffClass,
  type ConnectorClock,
  type CursorStore,
  type EventSink,
} from '@groundswell/connector';
import { isRetriable } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { DayMetrics } from '../metrics.ts';
import type { DayRow, DaySource } from '../sources/day-source.ts';
import type { VenueName } from '../sources/trade.ts';
import { knownDaysOf, learnDays, pagesOf, positionsOf, type DayRange } from './known-days.ts';
import type { DayLimits } from './limits.ts';
import { publishDays, type Instruments } from './publish-days.ts';

export interface DayFollowerOptions {
  readonly name: VenueName;
  /** Of the days; that of the trades is another one. */
  readonly cursorName: string;
  readonly products: readonly string[];
  readonly source: DaySource;
  /** Days before the first start. */
  readonly pastDays: number;
  readonly limits: DayLimits;
  readonly instruments: () => Promise<Instruments>;
  readonly aliases: () => AliasTable;
  readonly sink: EventSink;
  readonly cursors: CursorStore;
  readonly clock: ConnectorClock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: DayMetrics;
  readonly service: string;
  readonly codeVersion: string;
  readonly onFatal: (error: unknown) => void;
}

export interface DayFollower {
  /** Not ready once the venue refused for good (K5). */
  readiness(): { readonly ok: boolean; readonly detail?: string };
  /** Ask no more, wait for acks; what is not acked is fetched again by the next one. */
  stop(deadlineMs: number): Promise<void>;
}

const SHARD = '0';
const DAY_MS = 86_400_000;

/**
 * Publish low, high and close of past days of a venue's products as marks: once those before the first start, then each day after it
 * ended, and whatever was missed meanwhile. The cursor follows the acks (K10). Resolves once the cursor is ours.
 */
export async function followDays(options: DayFollowerOptions): Promise<DayFollower> {
  const { name, source, limits, clock, log, metrics, cursorName } = options;
  const origin = { ...options, source: name.feed, feed: name.feed };
  const label = { source: name.feed };
  const lease = await options.cursors.acquire(cursorName, SHARD);
  let { positions } = lease;
  let failures = noFailures;
  let refusal: string | null = null;
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopping = (): boolean => signal.aborted;
  const publisher = createPublisher({
    sink: options.sink,
    maxInFlight: limits.maxInFlight,
    retryMs: limits.backoff.netBaseMs,
    onPressure: () => undefined,
    onRefusing(refusing) {
      log.warn(refusing ? 'broker refuses past days' : 'broker takes past days again', label);
    },
    onFatal: options.onFatal,
  });

  const todayAt = (nowMs: number): number => Math.floor((nowMs - limits.settleMs) / DAY_MS);
  const untilTomorrowMs = (nowMs: number): number =>
    (todayAt(nowMs) + 1) * DAY_MS + limits.settleMs - nowMs;

  /**
   * Every product once.
   * @returns whether everything up to yesterday is known
   * @throws SourceUnavailableError the first one; where it is of class NET the other products had their turn
   */
  async function round(): Promise<boolean> {
    const instruments = await options.instruments();
    let complete = true;
    let failed: SourceUnavailableError | null = null;
    for (const product of options.products) {
      const id = options.aliases().resolve(name.feed, product, clock.nowUs());
      // Without an instrument there is nothing to mark yet; another feed may be the one that marks it (E4).
      if (id === null) complete = false;
      if (id === null || instruments.get(id)?.primaryFeed !== name.feed) continue;
      try {
        complete = (await catchUp(product, instruments)) && complete;
      } catch (thrown) {
        if (!(thrown instanceof SourceUnavailableError) || thrown.backoff !== 'NET') throw thrown;
        failed ??= thrown;
      }
      if (isStopping()) return false;
    }
    if (failed !== null) throw failed;
    return complete;
  }

  async function catchUp(product: string, instruments: Instruments): Promise<boolean> {
    const today = todayAt(clock.nowMs());
    const known = knownDaysOf(positions, product);
    for (const page of pagesOf(known, today, options.pastDays, source.maxDays)) {
      const { first: firstDay, last: lastDay } = page;
      const rows = await source.fetchDays({ product, firstDay, lastDay, signal });
      metrics.requests.inc({ ...label, outcome: 'answered' });
      const aliases = options.aliases();
      const nowUs = clock.nowUs();
      await publishDays(product, rows, { name, origin, aliases, instruments, publisher, nowUs });
      await learn(product, page, rows, today);
      await pause(source.pauseMs, signal);
      if (isStopping()) return false;
    }
    return (knownDaysOf(positions, product)?.next ?? today) >= today;
  }

  async function learn(
    product: string,
    page: DayRange,
    rows: readonly DayRow[],
    today: number,
  ): Promise<void> {
    const days = rows.flatMap((row) => (row.kind === 'day' ? [row.day.day] : []));
    const before = knownDaysOf(positions, product);
    const learned = learnDays(before, page, days.at(-1) ?? null, today);
    const next = { ...positions, ...positionsOf(product, learned) };
    const ours = await options.cursors.save(cursorName, SHARD, lease.epoch, next);
    if (!ours) throw new ConnectorFencedError(cursorName);
    positions = next;
    metrics.days.inc(label, days.length);
    log.info('past days published', { product, days: days.length });
  }

  /** @returns how long to wait; null: a person must act. Throws on what is our own fault. */
  function waitAfter(thrown: unknown): number | null {
    const venue = thrown instanceof SourceUnavailableError ? thrown : null;
    // What is retriable and not the venue is a part of ours that is away.
    if (venue === null && !isRetriable(thrown)) throw thrown;
    const backoff: BackoffClass = venue?.backoff ?? 'NET';
    metrics.requests.inc({ ...label, outcome: backoff });
    const retryAfterMs = venue?.retryAfterMs ?? null;
    const failure = { backoff, nowMs: clock.nowMs(), healthyForMs: 0, retryAfterMs };
    const next = nextBackoff(failures, { ...failure, chance: options.random() }, limits.backoff);
    failures = next.state;
    if (next.action.kind === 'retry') {
      log.warn('past days not fetched', { ...label, class: backoff, error: thrown });
      return next.action.delayMs;
    }
    refusal = venue?.message ?? 'refused';
    log.error('past days refused: it will stay so until a person acts', { ...label, refusal });
    return null;
  }

  async function run(): Promise<void> {
    while (!isStopping()) {
      let waitMs: number | null;
      try {
        const complete = await round();
        failures = noFailures;
        waitMs = complete ? untilTomorrowMs(clock.nowMs()) : limits.askAgainMs;
      } catch (thrown) {
        if (isStopping()) return;
        waitMs = waitAfter(thrown);
      }
      if (waitMs === null) return;
      await pause(waitMs, signal);
    }
  }

  run().catch(options.onFatal);

  return {
    readiness: () => (refusal === null ? { ok: true } : { ok: false, detail: refusal }),
    async stop(deadlineMs) {
      stopping.abort();
      await publisher.drained(deadlineMs);
      publisher.abandon();
    },
  };
}
