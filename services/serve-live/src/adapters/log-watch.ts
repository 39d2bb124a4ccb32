import { setTimeout as sleep } from 'node:timers/promises';
import { formatIsoUs, isRetriable } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { LiveGatewayStatus, SourceStatusJson } from '@groundswell/schemas';
import { statusItem } from '../channels/sources.ts';
import type { ChannelHub } from '../core/channel-hub.ts';
import type { LiveMetrics } from '../metrics.ts';
import type { Clock } from '../ports.ts';
import type { Gateway } from './gateway.ts';
import type { LogFollower } from './log-follower.ts';

export interface LogWatchOptions {
  readonly follower: Pick<LogFollower, 'lag'>;
  readonly gateway: Pick<Gateway, 'setStatus'>;
  readonly hub: ChannelHub;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<LiveMetrics, 'logUp'>;
  readonly everyMs: number;
}

/**
 * Asks the broker again and again. While it does not answer, clients are told that
 * what they see grows old, and the channel `sources` shows this gateway as a degraded source (N5).
 */
export function startLogWatch(options: LogWatchOptions): { isUp(): boolean; stop(): void } {
  const { clock, hub } = options;
  let status: LiveGatewayStatus | null = null;
  let isStopped = false;
  let timer: NodeJS.Timeout | null = null;

  async function look(): Promise<string | null> {
    try {
      const answered = options.follower.lag().then(() => true);
      const gaveUp = sleep(options.everyMs * 2, false, { ref: false });
      return (await Promise.race([answered, gaveUp])) ? null : 'the broker does not answer in time';
    } catch (thrown) {
      if (!isRetriable(thrown)) throw thrown;
      return 'the broker does not answer';
    }
  }

  async function round(): Promise<void> {
    const detail = await look();
    if (isStopped) return;
    const state = detail === null ? 'live' : 'degraded';
    options.metrics.logUp.set(state === 'live' ? 1 : 0);
    if (status?.state !== state) announce({ state, since: nowIso(), detail });
    timer = setTimeout(run, options.everyMs);
  }

  function announce(next: LiveGatewayStatus): void {
    status = next;
    options.log.info('log state changed', { state: next.state });
    options.gateway.setStatus(next);
    hub.publish('sources', 'sources', statusItem(asSource(next)), clock.nowMs());
  }

  function run(): void {
    void round();
  }

  const nowIso = (): string => formatIsoUs(clock.nowMs() * 1000);
  run();
  return {
    isUp: () => status?.state === 'live',
    stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** This gateway as a source among the others. */
function asSource({ state, since, detail }: LiveGatewayStatus): SourceStatusJson {
  return {
    event_id: `serve-live/log/${since}`,
    op: 'CREATE',
    ref_event_id: null,
    source: 'serve-live',
    feed: null,
    event_time: since,
    ingest_time: since,
    sequence: null,
    event_time_nanos_rem: null,
    stream: 'log',
    state: state === 'live' ? 'LIVE' : 'DEGRADED',
    since,
    last_event_time: null,
    lag_ms: null,
    open_gaps: 0,
    delivery: 'BEST_EFFORT',
    reconnects: null,
    detail,
  };
}
