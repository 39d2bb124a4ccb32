import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenVerifier, generateSigningKeyPem } from '@groundswell/auth';
import { createMetrics, type LogFields, type Logger } from '@groundswell/runtime';
import type { LiveItem } from '@groundswell/schemas';
import { createDevIssuer, type DevIssuer } from '../../../tools/dev-issuer/src/index.ts';
import { createGateway, type Gateway } from '../src/adapters/gateway.ts';
import { createPusher } from '../src/adapters/pusher.ts';
import { createOpenChannel } from '../src/channels/open-channel.ts';
import { encodeItem } from '../src/channels/update.ts';
import { ChannelHub } from '../src/core/channel-hub.ts';
import { parseChannelName } from '../src/core/channel-name.ts';
import { createLiveMetrics } from '../src/metrics.ts';
import type { SnapshotReader } from '../src/ports.ts';

export const clock = { nowMs: () => Date.now() };
export const PAGE = 'http://page.test';

export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};

export interface AuditLine extends LogFields {
  readonly subject?: string;
  readonly object?: string;
  readonly decision?: string;
}

export interface TestGateway {
  readonly url: string;
  readonly hub: ChannelHub;
  readonly gateway: Gateway;
  readonly audit: AuditLine[];
  /** Publish version `ver` of a key of a channel, as the log would. */
  publish(channel: string, key: string, ver: number, data?: unknown): void;
  stop(): Promise<void>;
}

const nothingStored: SnapshotReader = {
  bars: () => Promise.resolve({ records: [], isComplete: true }),
  moods: () => Promise.resolve({ records: [], isComplete: true }),
  posts: () => Promise.resolve({ records: [], isComplete: true }),
  investor: () => Promise.resolve({ records: [], isComplete: true }),
  sources: () => Promise.resolve({ records: [], isComplete: true }),
};

export function startIssuer(): Promise<DevIssuer> {
  return createDevIssuer({
    port: 0,
    privateKeyPem: generateSigningKeyPem(),
    audience: 'groundswell',
    investorHmacKey: 'a-key-of-this-test',
    allowedOrigins: [],
    clock,
  });
}

let replicas = 0;

/** A real gateway on a free port, without a log behind it. */
export async function startTestGateway(
  issuer: DevIssuer,
  limits: Partial<{
    maxSubscriptions: number;
    eventBurst: number;
    maxSocketsPerSubject: number;
  }> = {},
  port = 0,
): Promise<TestGateway> {
  const httpServer = createServer();
  const audit: AuditLine[] = [];
  const hub = new ChannelHub(`test-${String((replicas += 1))}`);
  const metrics = createLiveMetrics(createMetrics('serve-live'));
  const pusher = createPusher({ clock, metrics, slowLimitMs: 1000 });
  const gateway = createGateway({
    httpServer,
    hub,
    pusher,
    openChannel: createOpenChannel({ hub, snapshots: nothingStored, clock, windowCount: 60 }),
    verifier: createTokenVerifier({
      issuer: issuer.url,
      audience: 'groundswell',
      jwksUrl: issuer.jwksUrl,
      clock,
      skewMs: 0,
    }),
    allowedOrigins: [PAGE],
    limits: {
      maxSocketsPerSubject: limits.maxSocketsPerSubject ?? 50,
      maxSocketsPerAddress: 500,
      eventsPerSecond: 50,
      eventBurst: limits.eventBurst ?? 500,
    },
    maxSubscriptions: limits.maxSubscriptions ?? 50,
    clock,
    metrics,
    log: quiet,
    audit: { ...quiet, info: (_, fields) => audit.push(fields ?? {}) },
  });
  await new Promise<void>((resolve) => httpServer.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((httpServer.address() as AddressInfo).port)}`,
    hub,
    gateway,
    audit,
    publish(channel, key, ver, data = ver) {
      const name = parseChannelName(channel);
      if (name === null) throw new Error(`no channel: ${channel}`);
      hub.open(name.kind, channel, clock.nowMs());
      const item: LiveItem = { key, lineage: 1, ver, data };
      hub.publish(name.kind, channel, encodeItem(item, clock.nowMs() * 1000), clock.nowMs());
    },
    async stop() {
      pusher.stop();
      await gateway.stop();
    },
  };
}

/** Resolves when the condition holds; an awaited event for things that no event tells. */
export async function until(condition: () => boolean, withinMs = 4000): Promise<void> {
  const giveUpMs = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > giveUpMs) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
