import type { Server as HttpServer } from 'node:http';
import type { TokenVerifier } from '@groundswell/auth';
import { GroundswellError } from '@groundswell/domain';
import type { Logger } from '@groundswell/runtime';
import type { TopicName } from '@groundswell/schemas';
import type { RecordCodec, RecordSource } from '@groundswell/stream';
import { createGateway, type GatewayLimits } from './adapters/gateway.ts';
import { LogFollower } from './adapters/log-follower.ts';
import { startLogWatch } from './adapters/log-watch.ts';
import { createPusher } from './adapters/pusher.ts';
import { createOpenChannel } from './channels/open-channel.ts';
import { ChannelHub } from './core/channel-hub.ts';
import type { LiveMetrics } from './metrics.ts';
import type { Clock, SnapshotReader } from './ports.ts';
import type { TopicRoute } from './topology.ts';

export interface LiveOptions {
  readonly replicaId: string;
  readonly lane: string;
  readonly topology: readonly TopicRoute[];
  readonly source: RecordSource;
  readonly codecs: ReadonlyMap<TopicName, RecordCodec<unknown>>;
  readonly snapshots: SnapshotReader;
  readonly verifier: TokenVerifier;
  readonly httpServer: HttpServer;
  readonly allowedOrigins: readonly string[];
  readonly limits: GatewayLimits & {
    readonly windowCount: number;
    readonly maxSubscriptions: number;
    readonly slowLimitMs: number;
  };
  readonly log: Logger;
  readonly metrics: LiveMetrics;
  readonly clock: Clock;
  readonly onCrash: (error: Error) => void;
}

export interface Live {
  readonly hub: ChannelHub;
  /** Every partition has its position and the broker answers. */
  isReady(): boolean;
  stop(): Promise<void>;
}

/** The log is not followed yet: a snapshot read now could miss what comes next. */
class NotFollowingError extends GroundswellError {
  constructor() {
    super('the log is not followed yet', { code: 'GW_KAFKA_UNAVAILABLE', retriable: true });
  }
}

const WATCH_EVERY_MS = 2000;
const SWEEP_EVERY_MS = 10_000;
const UNUSED_FOR_MS = 60_000;

/** Joins the parts: log -> hub -> pusher -> clients. The log is followed before any client can read a snapshot (I14). */
export async function startLive(options: LiveOptions): Promise<Live> {
  const { clock, limits, log, metrics } = options;
  const hub = new ChannelHub(options.replicaId);
  const pusher = createPusher({ clock, metrics, slowLimitMs: limits.slowLimitMs });
  const follower = new LogFollower({ ...options, hub });
  let isPositioned = false;
  void follower.positioned.then(() => {
    isPositioned = true;
  });
  const openStored = createOpenChannel({
    hub,
    snapshots: options.snapshots,
    clock,
    windowCount: limits.windowCount,
  });
  const gateway = createGateway({
    ...options,
    hub,
    pusher,
    openChannel: (name) =>
      isPositioned ? openStored(name) : Promise.reject(new NotFollowingError()),
    maxSubscriptions: limits.maxSubscriptions,
    audit: log.child({ audit: true }),
  });
  await follower.start();
  const watch = startLogWatch({
    follower,
    gateway,
    hub,
    clock,
    log,
    metrics,
    everyMs: WATCH_EVERY_MS,
  });
  const sweep = setInterval(() => {
    hub.sweep(clock.nowMs(), UNUSED_FOR_MS);
  }, SWEEP_EVERY_MS);

  return {
    hub,
    isReady: () => isPositioned && watch.isUp(),
    async stop() {
      clearInterval(sweep);
      watch.stop();
      await options.source.stop();
      pusher.stop();
      await gateway.stop();
    },
  };
}
