import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAliasTable, createMemorySink, type SinkRecord } from '@groundswell/connector';
import type { SpanSink } from '@groundswell/domain';
import { createMetrics, type Logger, type Metrics } from '@groundswell/runtime';
import type { Transaction } from '@groundswell/schemas';
import { signedHeaders, type BrokerItem } from '@groundswell/simulator';
import { createIngestMetrics } from '../src/metrics.ts';
import type { AccountDirectory, RequestStore, StoredAnswer } from '../src/ports.ts';
import { createPseudonyms } from '../src/sources/http/pseudonym.ts';
import { createReceiver } from '../src/sources/http/receive.ts';
import { createIngest } from '../src/topology.ts';

export const SECRET = 'whsec_Z3JvdW5kc3dlbGwtdGVzdC1zZWNyZXQtMzJieXRlcyE=';
export const NEXT_SECRET = 'whsec_Z3JvdW5kc3dlbGwtbmV4dC1zZWNyZXQtMzJieXRlcyE=';
/** Fri 2026-11-20T12:00:00Z */
export const NOW_MS = Date.UTC(2026, 10, 20, 12);
export const HMAC_KEY = 'test-key-of-at-least-16-chars';

export const recordingLog = (lines: unknown[]): Logger => {
  const note =
    (level: string) =>
    (message: string, fields: object = {}): void =>
      void lines.push({ level, message, ...fields });
  const log: Logger = {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
    child: () => log,
  };
  return log;
};

/** Accounts in memory, by the rules of the table. */
export function createMemoryAccounts(): AccountDirectory {
  const known = new Map<string, string>();
  return {
    investorsOf(claims) {
      for (const { accountKey, investorKey } of claims) {
        if (!known.has(accountKey)) known.set(accountKey, investorKey);
      }
      return Promise.resolve(known);
    },
  };
}

export function createMemoryRequests(): RequestStore {
  const answers = new Map<string, StoredAnswer>();
  return {
    find: (sender, id) => Promise.resolve(answers.get(`${sender}/${id}`) ?? null),
    keep(sender, id, answer) {
      const key = `${sender}/${id}`;
      const kept = answers.get(key) ?? (JSON.parse(JSON.stringify(answer)) as StoredAnswer);
      answers.set(key, kept);
      return Promise.resolve(kept);
    },
  };
}

export interface Door {
  /** Enter a symbol into the store. */
  learn(symbol: string, instrumentId: string): void;
  readonly url: string;
  readonly logLines: readonly unknown[];
  readonly metrics: Metrics;
  records(): readonly SinkRecord[];
  transactions(): readonly Transaction[];
  /** Post signed bytes; headers may be replaced or (undefined) left out. */
  post(
    body: string | Uint8Array,
    headers?: Readonly<Record<string, string | undefined>>,
    sender?: string,
  ): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: {
    readonly code?: string;
    readonly accepted?: number;
    readonly refused?: number;
    readonly results?: readonly Readonly<Record<string, unknown>>[];
  };
}

export async function openDoor(
  options: {
    readonly gate?: () => Promise<void>;
    readonly nowMs?: () => number;
    readonly spans?: SpanSink;
  } = {},
): Promise<Door> {
  const nowMs = options.nowMs ?? (() => NOW_MS);
  const clock = { nowMs, nowUs: () => nowMs() * 1000 };
  const sink = createMemorySink(options.gate);
  const metrics = createMetrics('test');
  const ingestMetrics = createIngestMetrics(metrics);
  const logLines: unknown[] = [];
  const alias = (symbol: string, instrumentId: string) => ({
    namespace: 'world-broker',
    symbol,
    instrumentId,
    validFromUs: -Infinity,
    validToUs: Infinity,
  });
  const stored = [alias('BTC-USD', 'crypto:BTC-USD')];
  const aliases = createAliasTable(stored);
  const receiver = createReceiver({
    senders: new Map([['world-broker', [NEXT_SECRET, SECRET]]]),
    ingest: createIngest({
      sink,
      accounts: createMemoryAccounts(),
      requests: createMemoryRequests(),
      aliases: () => aliases,
      readAliases: () => Promise.resolve(createAliasTable(stored)),
      pseudonyms: createPseudonyms({ version: 1, key: HMAC_KEY, tenant: 'demo' }),
      metrics: ingestMetrics,
      clock,
      onAccepted: () => undefined,
    }),
    metrics: ingestMetrics,
    clock,
    spans: options.spans ?? null,
    log: recordingLog(logLines),
  });
  const server = createServer(receiver);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    learn: (symbol, instrumentId) => {
      stored.push(alias(symbol, instrumentId));
    },
    logLines,
    metrics,
    records: () => sink.records,
    transactions: () => sink.records.map((one) => one.record as Transaction),
    async post(body, headers = {}, sender = 'world-broker') {
      const bytes = Buffer.from(body);
      const all = { ...signedHeaders(bytes, SECRET, nowMs()), ...headers };
      const sent = Object.entries(all).filter((entry) => entry[1] !== undefined);
      const response = await fetch(`${url}/v1/ingest/${sender}/transactions`, {
        method: 'POST',
        headers: Object.fromEntries(sent) as Record<string, string>,
        body: bytes,
      });
      return {
        status: response.status,
        type: response.headers.get('content-type') ?? '',
        headers: response.headers,
        body: (await response.json()) as Answer['body'],
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function aBuy(overrides: Partial<BrokerItem> = {}): BrokerItem {
  return {
    id: 'e1',
    investor: 'demo-01',
    account: 'demo-01-main',
    kind: 'BUY',
    symbol: 'BTC-USD',
    quantity: '0.5',
    price: '97150.25',
    fees: '48.57',
    net_cash: '-48623.695',
    currency: 'USD',
    event_time: '2026-11-20T11:59:58.123456Z',
    ...overrides,
  };
}
