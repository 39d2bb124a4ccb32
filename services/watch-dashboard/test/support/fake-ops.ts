import type { LiveItem } from '@groundswell/schemas';
import type { DeadLetterKind, Flow } from '../../src/pages/ops/rest.ts';
import type { FakeAnswer } from './fake-servers.ts';
import { gap, status } from './fake-world.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const HOUR_MS = 3_600_000;

interface FakeFlow {
  readonly group: string;
  readonly topic: string;
  readonly perSecond: number;
  readonly lagMs: number;
}

const plans: readonly FakeFlow[] = [
  { group: 'derive-market', topic: 'market.trade.v1', perSecond: 1840, lagMs: 120 },
  { group: 'derive-sentiment-score', topic: 'social.post.v1', perSecond: 41, lagMs: 72_000 },
  { group: 'derive-sentiment-window', topic: 'social.mention.v1', perSecond: 63, lagMs: 900 },
  { group: 'derive-behaviour', topic: 'brokerage.transaction.v1', perSecond: 6, lagMs: 400 },
  { group: 'derive-behaviour', topic: 'market.mark.v1', perSecond: 0.2, lagMs: 0 },
];

export function fakeFlow(plan: FakeFlow, nowMs: number, startMs: number): Flow {
  const end = Math.round(8_000_000 + ((nowMs - startMs) / 1000) * plan.perSecond);
  const lag = Math.round((plan.lagMs / 1000) * plan.perSecond);
  return {
    ...{ group: plan.group, topic: plan.topic, partitions: 6 },
    next_offset: String(end - lag),
    log_end: String(end),
    lag_records: lag,
    newest_event_time: iso(nowMs - plan.lagMs),
    committed_at: iso(nowMs - 300),
    ...{ applied: end - lag - 40, deduped: 30, late: 6, dead: 4, erased: 0, markers: 0 },
  };
}

export const fakeKinds: readonly DeadLetterKind[] = [
  ['3f9a10bb22c1', 'derive-market', 'market.trade.v1', 'VALIDATE', 'price_negative', 412],
  ['b07e991a0042', 'derive-sentiment-score', 'social.post.v1', 'DECODE', 'trailing_bytes', 38],
  ['91d2aa37ff0b', 'derive-behaviour', 'brokerage.transaction.v1', 'APPLY', 'handler_error', 12],
  ['77aab3c8d919', 'derive-behaviour', 'brokerage.transaction.v1', 'VALIDATE', 'quantity_zero', 9],
].map(([fingerprint, group, topic, stage, reason, count], index) => ({
  fingerprint: String(fingerprint),
  group: String(group),
  topic: String(topic),
  stage: String(stage),
  reason: String(reason),
  error_class: stage === 'VALIDATE' ? 'RangeRule' : 'UndecodableError',
  count: Number(count),
  newest_failed_at: iso(Date.UTC(2026, 10, 21, 14, 29, 51) - index * 2 * HOUR_MS),
}));

/** REST of the operations page; the flow rises with the clock. */
export function fakeOpsAnswers(startMs: number): readonly (readonly [string, FakeAnswer])[] {
  const beganMs = Date.now();
  /** Runs on from the start, so that two reads make a rate, also where the page's clock stands. */
  const nowMs = () => startMs + Date.now() - beganMs;
  const forOps =
    (body: () => unknown): FakeAnswer =>
    (_query, scopes) =>
      scopes.includes('ops') ? body() : null;
  const counted =
    (counts: Readonly<Record<string, number>>): FakeAnswer =>
    (query) => ({
      // The page's other reads of this path want bars with prices; they get none.
      items: Array.from({ length: query.get('limit') === '300' ? 200 : 0 }, (_, index) => {
        const start = iso(startMs - (200 - index) * 300_000);
        return { n: 4, counts, window: { size_ms: 300_000, start, end: start } };
      }),
      next_cursor: null,
    });
  const source = (id: string, kind: string, title: string) => ({
    ...{ id, kind, title, delivery: 'EXACT', state: 'LIVE', open_gap_count: 0 },
    ...{ streams: [], open_gaps: [] },
  });
  return [
    [
      '/v1/ops/flow',
      forOps(() => ({
        as_of: iso(nowMs()),
        flows: plans.map((plan) => fakeFlow(plan, nowMs(), startMs)),
      })),
    ],
    ['/v1/ops/dead-letters', forOps(() => ({ as_of: iso(nowMs()), kinds: fakeKinds }))],
    [
      '/v1/sources',
      () => ({
        as_of: iso(nowMs()),
        sources: [
          source('coinbase', 'market', 'Coinbase Exchange'),
          source('bluesky-world', 'social', 'Bluesky (world)'),
          source('world-broker', 'brokerage', 'World broker'),
        ],
      }),
    ],
    ['/v1/features/market.bar/crypto:BTC-USD@coinbase/history', counted({ coinbase: 4 })],
    ['/v1/features/sentiment.window/market:all/history', counted({ 'bluesky-world': 4 })],
  ];
}

/** A source that is behind, and holes: one open, one filled later. */
export function fakeOpsSources(nowMs: number): readonly LiveItem[] {
  const filled = gap('coinbase', 'BTC-USD', nowMs - 9 * HOUR_MS, nowMs - 8.6 * HOUR_MS, nowMs);
  const open = gap('coinbase', 'TIDE-USD', nowMs - 40 * 60_000, nowMs - 36 * 60_000, nowMs);
  return [
    { ...filled, key: `${filled.key}-1`, data: { ...(filled.data as object), closed: true } },
    open,
    status('coinbase', 'TIDE-USD', nowMs, { state: 'GAP', open_gaps: 1 }),
    status('bluesky-world', 'posts', nowMs, {
      ...{ state: 'CATCHING_UP', lag_ms: 72_000, since: iso(nowMs - 1.6 * HOUR_MS) },
      detail: 'replays from its cursor',
    }),
  ];
}
