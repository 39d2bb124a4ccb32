import {
  createAliasTable,
  createConnectorMetrics,
  createMemoryCursorStore,
  createMemorySink,
  startConnector,
  type Connector,
  type ConnectorLimits,
  type SinkRecord,
} from '@groundswell/connector';
import { createMetrics, systemClock, type Logger } from '@groundswell/runtime';
import type { DeadLetter, Gap, SourceStatus, Trade } from '@groundswell/schemas';
import { startFakeCoinbase, type FakeCoinbase, type WorldTrade } from '@groundswell/simulator';
import { setTimeout as pause } from 'node:timers/promises';
import { coinbaseLimits } from '../src/sources/coinbase/limits.ts';
import { createCoinbaseSource } from '../src/sources/coinbase/source.ts';

export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

export const aliases = createAliasTable(
  ['BTC-USD', 'ETH-USD'].map((symbol) => ({
    namespace: 'coinbase',
    symbol,
    instrumentId: `crypto:${symbol}`,
    validFromUs: -Infinity,
    validToUs: Infinity,
  })),
);

/** The real limits with short times. */
export const quickLimits: ConnectorLimits = {
  ...coinbaseLimits,
  stageMs: 400,
  watchdogMs: 300,
  repairDelayMs: 30,
  repairAttempts: 3,
  cursorSaveMs: 20,
  statusMs: 100,
  backoff: {
    ...coinbaseLimits.backoff,
    netBaseMs: 20,
    netMaxMs: 100,
    limitBaseMs: 400,
    limitMaxMs: 400,
  },
};

export interface Rig {
  readonly venue: FakeCoinbase;
  readonly cursors: ReturnType<typeof createMemoryCursorStore>;
  readonly fatal: unknown[];
  readonly connector: () => Connector;
  readonly sent: (topic: SinkRecord['topic']) => readonly SinkRecord[];
  readonly trades: () => readonly Trade[];
  readonly gaps: () => readonly Gap[];
  readonly deadLetters: () => readonly DeadLetter[];
  readonly statuses: (stream: string) => readonly SourceStatus[];
  readonly metricsText: () => Promise<string>;
  /** Start the connector again on the same cursor store and log. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface RigOptions {
  readonly products?: readonly string[];
  readonly venueProducts?: readonly string[];
  readonly limits?: Partial<ConnectorLimits>;
  /** Runs before each ack of the log. */
  readonly gate?: () => Promise<void>;
  readonly heartbeatMs?: number;
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const products = options.products ?? ['BTC-USD', 'ETH-USD'];
  const venue = await startFakeCoinbase({
    products: options.venueProducts ?? products,
    port: 0,
    nowUs: systemClock.nowUs,
    heartbeatMs: options.heartbeatMs ?? 50,
  });
  const cursors = createMemoryCursorStore();
  const log = createMemorySink(options.gate);
  const fatal: unknown[] = [];
  const metrics = createMetrics('test');
  const connectorMetrics = createConnectorMetrics(metrics);
  const start = (): Promise<Connector> =>
    startConnector({
      source: createCoinbaseSource({
        cursorName: 'world',
        wsUrl: venue.wsUrl,
        restUrl: venue.restUrl,
        products,
        limits: { ...quickLimits, ...options.limits },
        context: { aliases: () => aliases, licence: 'synthetic' },
        nowMs: systemClock.nowMs,
        pause: (ms) => pause(Math.min(ms, 5)),
      }),
      sink: log,
      cursors,
      clock: systemClock,
      random: () => 0.5,
      log: silentLog,
      metrics: connectorMetrics,
      service: 'connect-market',
      codeVersion: 'test',
      onFatal: (error) => fatal.push(error),
    });
  let connector = await start();
  const sent = (topic: SinkRecord['topic']) => log.records.filter((one) => one.topic === topic);
  return {
    venue,
    cursors,
    fatal,
    connector: () => connector,
    sent,
    trades: () => sent('market.trade.v1').map((one) => one.record as Trade),
    gaps: () => sent('control.gap.v1').map((one) => one.record as Gap),
    deadLetters: () => sent('control.dead-letter.v1').map((one) => one.record as DeadLetter),
    statuses: (stream) =>
      sent('control.source-status.v1')
        .filter((one) => one.key === `coinbase/${stream}`)
        .map((one) => one.record as SourceStatus),
    metricsText: () => metrics.text(),
    async restart() {
      await connector.stop(500);
      connector = await start();
    },
    async stop() {
      await connector.stop(200);
      await venue.stop();
    },
  };
}

/** Resolves as soon as the condition holds. @throws after `timeoutMs`, naming what was awaited */
export async function until(
  what: string,
  condition: () => boolean,
  timeoutMs = 3000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause(5);
  }
}

export function aTrade(tradeId: number, overrides: Partial<WorldTrade> = {}): WorldTrade {
  return {
    type: 'trade',
    product: 'BTC-USD',
    tradeId,
    timeUs: systemClock.nowUs(),
    price: '97150.25',
    size: '0.0125',
    makerSide: 'sell',
    ...overrides,
  };
}

export const both = { socket: true, rest: true } as const;
export const restOnly = { socket: false, rest: true } as const;
export const nowhere = { socket: false, rest: false } as const;

export function idsOf(trades: readonly Trade[]): number[] {
  return trades.map((trade) => trade.sequence ?? 0).sort((a, b) => a - b);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
