/** Arm "ours": serve-live without a log behind it. Channels of latest values, a frame per client, sessions, limits and metrics as deployed. */
import { createServer } from 'node:http';
import type { Principal } from '@groundswell/auth';
import { createLogger, createMetrics, systemClock } from '@groundswell/runtime';
import { createLiveMetrics, encodeItem, startLive } from '@groundswell/serve-live';
import type { RecordSource } from '@groundswell/stream';
import { runArm } from './arm.ts';

const MANY = 1_000_000;
const nothing = () => Promise.resolve({ records: [], isComplete: true });
const noLog: RecordSource = {
  start(handlers) {
    handlers.onAssigned([]);
    return Promise.resolve();
  },
  seek: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  commit: () => Promise.resolve(),
  logRanges: () => Promise.resolve(new Map()),
  offsetsAt: () => Promise.resolve(new Map()),
  stop: () => Promise.resolve(),
};
const httpServer = createServer();
const { hub } = await startLive({
  replicaId: 'bench',
  lane: 'bench',
  topology: [],
  source: noLog,
  codecs: new Map(),
  snapshots: {
    bars: nothing,
    moods: nothing,
    posts: nothing,
    investor: nothing,
    sources: nothing,
  },
  verifier: {
    verify: (token): Promise<Principal> =>
      Promise.resolve({
        subject: String(token),
        scopes: new Set(['features:read'] as const),
        investorKey: null,
        expiresAtMs: Date.now() + 3_600_000,
        tokenId: String(token),
      }),
  },
  httpServer,
  allowedOrigins: [],
  limits: {
    windowCount: 60,
    maxSubscriptions: MANY,
    maxSocketsPerSubject: MANY,
    maxSocketsPerAddress: MANY,
    eventsPerSecond: MANY,
    eventBurst: MANY,
    slowLimitMs: 60_000,
  },
  log: createLogger({ service: 'bench', level: 'error' }),
  metrics: createLiveMetrics(createMetrics('serve-live')),
  clock: systemClock,
  onCrash: (error) => {
    throw error;
  },
});
await runArm(httpServer, ({ channel, item }) => {
  const nowMs = Date.now();
  hub.publish('price', channel, encodeItem(item, nowMs * 1000), nowMs);
});
