import type {
  GapJson,
  InvestorData,
  LiveItem,
  MarketData,
  PriceData,
  SourceStatusJson,
} from '@groundswell/schemas';
import { fakeMoods, fakePosts, pauseOf, type MoodPlan } from './fake-mood.ts';
import { formatE18, formatIsoUs } from '@groundswell/domain';

/** Sixty-four bit free, seeded: the pictures of two runs are the same. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const names = [
  ['TIDE', 'Tidewater', 187.42],
  ['MOSS', 'Mossgrove', 42.18],
  ['NRTH', 'Northlight', 61.5],
  ['CINDR', 'Cinder', 133.04],
  ['HELX', 'Helix', 96.45],
  ['GLCR', 'Glacier', 228.71],
  ['VOLT', 'Volt', 71.21],
  ['KESTR', 'Kestrel', 27.15],
  ['BTC', 'Bitcoin', 64_210.55],
  ['ETH', 'Ether', 3120.4],
  ['SOL', 'Solana', 152.33],
  ['DOGE', 'Dogecoin', 0.12345],
] as const;

/** Mood of each, in the order of the names. */
const plans: readonly MoodPlan[] = [
  { mood: 0.47, from: -0.08, postsPerMinute: 13, buzz: 4.7 },
  { mood: 0.04, from: -0.2, postsPerMinute: 3, buzz: 2.6 },
  { mood: 0.32, from: 0.21, postsPerMinute: 2, buzz: 1.2 },
  { mood: 0.22, from: 0.1, postsPerMinute: 24, buzz: 5.4, isBrigade: true },
  { mood: -0.31, from: -0.12, postsPerMinute: 8, buzz: 3.2 },
  { mood: 0.56, from: 0.5, postsPerMinute: 1.6, buzz: 0.9 },
  { mood: -0.05, from: 0.08, postsPerMinute: 1.4, buzz: 0.4 },
  { mood: 0.1, from: 0.1, postsPerMinute: 0.2, buzz: null },
  { mood: -0.4, from: -0.31, postsPerMinute: 17, buzz: 1.6 },
  { mood: -0.22, from: -0.3, postsPerMinute: 12, buzz: -0.4 },
  { mood: 0.14, from: 0.02, postsPerMinute: 7, buzz: 0.2 },
  { mood: 0.68, from: 0.4, postsPerMinute: 9, buzz: 2.2 },
];

export const fakeInstruments = names.map(([ticker, title]) => ({
  id: `crypto:${ticker}-USD`,
  kind: 'crypto',
  title,
  currency: 'USD',
  primary_feed: 'coinbase',
  zone: 'UTC',
  tick_decimals: ticker === 'DOGE' ? 5 : 2,
  figi: null,
  aliases: [],
}));

export const INVESTOR_KEY = `v1:${'a'.repeat(43)}`;

const iso = (ms: number) => formatIsoUs(ms * 1000);
const decimal = (value: number, digits: number) =>
  formatE18(BigInt(Math.round(value * 10 ** digits)) * 10n ** BigInt(18 - digits));

/** What the gateway's channels hold at `nowMs`: two hours of bars with a late one, a hole and a pause. */
export function fakeChannels(nowMs: number): Map<string, LiveItem[]> {
  const channels = new Map<string, LiveItem[]>();
  names.forEach(([ticker, , price], index) => {
    const id = `crypto:${ticker}-USD`;
    for (const [size, sizeMs] of [
      ['1s', 1000],
      ['1m', 60_000],
      ['5m', 300_000],
    ] as const) {
      channels.set(`market:${id}:${size}`, fakeBars(id, sizeMs, price, nowMs, index + 1));
    }
    channels.set(`price:${id}`, [fakePrice(id, price, nowMs, 1)]);
    const plan = plans[index] ?? plans[0];
    if (plan !== undefined) addMoods(channels, id, plan, nowMs, index);
  });
  const market = { mood: 0.09, from: 0.02, postsPerMinute: 96, buzz: 0.6 };
  addMoods(channels, 'market:all', market, nowMs, 99);
  const tide = 'crypto:TIDE-USD';
  channels.set(`posts:${tide}`, fakePosts(tide, nowMs, createRandom(4711)));
  channels.set('sources', fakeSources(nowMs));
  channels.set(`investor:${INVESTOR_KEY}`, [fakeInvestor(nowMs, 7)]);
  return channels;
}

function addMoods(
  channels: Map<string, LiveItem[]>,
  id: string,
  plan: MoodPlan,
  nowMs: number,
  seed: number,
): void {
  for (const [size, sizeMs] of [
    ['1m', 60_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ] as const) {
    const random = createRandom(seed * 104_729 + sizeMs);
    channels.set(`sentiment:${id}:${size}`, fakeMoods(id, sizeMs, plan, nowMs, random));
  }
}

export function fakePrice(id: string, price: number, nowMs: number, offset: number): LiveItem {
  const data: PriceData = {
    instrument_id: id,
    feed: 'coinbase',
    price: decimal(price, id.includes('DOGE') ? 5 : 2),
    size: '0.25',
    aggressor: 'BUY',
    event_time: iso(nowMs - 120),
    ingest_time: iso(nowMs - 100),
    delayed_seconds: 0,
  };
  return { key: `${id}@coinbase`, lineage: 0, ver: { partition: 0, offset }, data };
}

function fakeBars(id: string, sizeMs: number, end: number, nowMs: number, seed: number) {
  const random = createRandom(seed * 7919 + sizeMs);
  const digits = end < 1 ? 5 : 2;
  const count = 130;
  const lastMs = Math.floor(nowMs / sizeMs) * sizeMs;
  const closes: number[] = [end];
  const swing = end * 0.0011 * Math.sqrt(sizeMs / 60_000);
  for (let index = 1; index < count; index += 1) {
    closes.unshift(
      (closes[0] ?? end) + (random() - 0.485 - Math.sin(index / 17) * 0.09) * swing * 2,
    );
  }
  const items: LiveItem[] = [];
  closes.forEach((close, index) => {
    if (seed === 1 && sizeMs < 300_000 && index > 60 && index < 66) return; // a pause of TIDE
    const startMs = lastMs - (count - 1 - index) * sizeMs;
    const open = closes[index - 1] ?? close;
    const isOpen = startMs + sizeMs + 5000 > nowMs;
    const isRevised = seed === 2 && sizeMs === 60_000 && index === count - 8;
    items.push(
      fakeBar(id, sizeMs, startMs, {
        ...{ open, close, digits, nowMs },
        high: Math.max(open, close) + random() * swing,
        low: Math.min(open, close) - random() * swing,
        volume: 20 + random() * 80 * (random() > 0.9 ? 3 : 1),
        n: Math.round(20 + random() * 80),
        status: isOpen ? 'PROVISIONAL' : isRevised ? 'REVISED' : 'FINAL',
        revision: isRevised ? 3 : isOpen ? 4 : 9,
        late: isRevised ? 1 : 0,
      }),
    );
  });
  return items;
}

export interface FakeBar {
  readonly open: number;
  readonly close: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly digits: number;
  readonly n: number;
  readonly nowMs: number;
  readonly status: MarketData['status'];
  readonly revision: number;
  readonly late: number;
}

export function fakeBar(id: string, sizeMs: number, startMs: number, bar: FakeBar): LiveItem {
  const entity = `${id}@coinbase`;
  const text = (value: number) => decimal(value, bar.digits);
  const data: MarketData = {
    source: 'derive-market',
    feed: 'coinbase',
    event_time: iso(startMs + sizeMs - 1),
    ingest_time: iso(Math.min(bar.nowMs, startMs + sizeMs + 300)),
    feature_set: 'market.bar',
    entity,
    window_size_ms: sizeMs,
    window_start: iso(startMs),
    window_end: iso(startMs + sizeMs),
    lineage: 1,
    revision: bar.revision,
    status: bar.status,
    n: bar.n,
    late_count: bar.late,
    watermark: iso(Math.min(bar.nowMs - 900, startMs + sizeMs + 6000)),
    known_at: iso(Math.min(bar.nowMs - 300, startMs + sizeMs + 6200)),
    cause: bar.status === 'REVISED' ? 'LATE' : 'UPDATE',
    counts: { coinbase: bar.n },
    instrument_id: id,
    open: text(bar.open),
    high: text(bar.high),
    low: text(bar.low),
    close: text(bar.close),
    volume: decimal(bar.volume, 4),
    trade_count: bar.n,
    vwap: text((bar.open + bar.close) / 2),
    realised_volatility: sizeMs === 300_000 ? 0.00214 : null,
    return_count: sizeMs === 300_000 ? 241 : null,
  };
  const key = `market.bar|${entity}|${String(sizeMs)}|${String(startMs * 1000)}`;
  return { key, lineage: 1, ver: bar.revision, data };
}

function fakeSources(nowMs: number): LiveItem[] {
  const streams = fakeInstruments.map(({ id }) => status('coinbase', id.slice(7), nowMs, {}));
  const [from, to] = pauseOf(nowMs);
  return [
    ...streams,
    status('bluesky-world', 'posts', nowMs, {
      ...{ lag_ms: 900, delivery: 'BEST_EFFORT', open_gaps: 1 },
    }),
    status('news-world', 'articles', nowMs, { lag_ms: 38_000 }),
    gap('bluesky-world', 'posts', from, to, nowMs),
    status('world-broker', 'transactions', nowMs, { lag_ms: 412, delivery: 'EXACT' }),
  ];
}

export function status(
  source: string,
  stream: string,
  nowMs: number,
  change: Partial<SourceStatusJson>,
): LiveItem {
  const data: SourceStatusJson = {
    ...envelope(`status:${source}:${stream}`, source, nowMs),
    stream,
    state: 'LIVE',
    since: iso(nowMs - 3_600_000),
    last_event_time: iso(nowMs - 140),
    lag_ms: 84,
    open_gaps: 0,
    delivery: 'EXACT',
    reconnects: null,
    detail: null,
    ...change,
  };
  return { key: `status|${source}/${stream}`, lineage: 0, ver: nowMs * 1000, data };
}

export function gap(
  source: string,
  stream: string,
  fromMs: number,
  toMs: number,
  nowMs: number,
): LiveItem {
  const data: GapJson = {
    ...envelope(`gap:${source}:${stream}`, source, nowMs),
    stream,
    from_id: 1001,
    to_id: 1038,
    missing: 38,
    from_time: iso(fromMs),
    to_time: iso(toMs),
    reason: 'the venue did not return them',
    closed: false,
  };
  return { key: `gap|${source}/${stream}|1001`, lineage: 0, ver: nowMs * 1000, data };
}

function envelope(eventId: string, source: string, nowMs: number) {
  return {
    event_id: eventId,
    op: 'CREATE' as const,
    ref_event_id: null,
    source,
    feed: null,
    event_time: iso(nowMs),
    ingest_time: iso(nowMs),
    sequence: null,
    event_time_nanos_rem: null,
  };
}

export function fakeInvestor(nowMs: number, revision: number): LiveItem {
  const holding = (ticker: string, quantity: string, average: string, mark: string | null) => {
    const [q, a] = [Number(quantity), Number(average)];
    const m = mark === null ? null : Number(mark);
    return {
      instrument_id: `crypto:${ticker}-USD`,
      quantity,
      cost: decimal(q * a, 4),
      average_cost: average,
      mark,
      mark_time: mark === null ? null : iso(nowMs - 900),
      market_value: m === null ? null : decimal(q * m, 4),
      unrealised_pnl: m === null ? null : decimal(q * (m - a), 4),
      quarantined: false,
      opened_at: iso(nowMs - 86_400_000 * 30),
    };
  };
  const holdings = [
    holding('TIDE', '120', '160.2', '187.42'),
    holding('MOSS', '300', '47.9', '42.18'),
    holding('NRTH', '85.5', '58.05', '61.5'),
    holding('CINDR', '40', '148.6', '133.04'),
    holding('GLCR', '22', '214.3', '228.71'),
    holding('KESTR', '150', '27.15', null),
  ];
  const sum = (pick: (it: (typeof holdings)[number]) => string | null) =>
    holdings.reduce((total, it) => total + Number(pick(it) ?? 0), 0);
  const value = sum((it) => it.market_value);
  const unrealised = sum((it) => it.unrealised_pnl);
  const unpricedCost = Number(holdings[5]?.cost ?? 0);
  const cash = 60_000 + 4182.36 + unrealised + 612 - 318 - value - unpricedCost;
  const data: InvestorData = {
    source: 'derive-behaviour',
    feed: null,
    event_time: iso(nowMs - 900),
    ingest_time: iso(nowMs - 700),
    feature_set: 'investor.behaviour',
    entity: INVESTOR_KEY,
    window_size_ms: 0,
    window_start: iso(nowMs - 900),
    window_end: iso(nowMs - 900),
    lineage: 1,
    revision,
    status: 'PROVISIONAL',
    n: 212,
    late_count: 1,
    watermark: iso(nowMs - 900),
    known_at: iso(nowMs - 650),
    cause: 'UPDATE',
    counts: { 'world-broker': 212 },
    investor_key: INVESTOR_KEY,
    currency: 'USD',
    realised_pnl: '4182.36',
    unrealised_pnl: decimal(unrealised, 4),
    cash: decimal(cash, 4),
    fees: '318',
    income: '612',
    net_deposits: '60000',
    traded_value: '182004.5',
    market_value: decimal(value, 4),
    equity: decimal(cash + value, 4),
    conservation_difference: '0',
    holdings,
    realised_by_instrument: [
      { instrument_id: 'crypto:TIDE-USD', realised_pnl: '2210.4' },
      { instrument_id: 'crypto:HELX-USD', realised_pnl: '-980.12' },
      { instrument_id: 'crypto:VOLT-USD', realised_pnl: '1802.08' },
      { instrument_id: 'crypto:MOSS-USD', realised_pnl: '1150' },
    ],
    unpriced: ['crypto:KESTR-USD'],
    quarantined: [],
    unmatched: [],
    rejected_count: 0,
    unsupported_count: 0,
    orphan_count: 0,
    conflict_count: 0,
    winners: 21,
    losers: 9,
    winner_days: 28.2,
    loser_days: 68.1,
    holding_time_ratio: 2.414,
    holding_time_ratio_weighted: 2.1,
    holding_count: 5,
    hhi: 0.29,
    effective_n: 3.44,
    hhi_normalised: 0.12,
    max_weight: 0.442,
    top3_weight: 0.79,
    through_day: null,
    disposition: [],
    turnover: [],
    turnover_month: null,
    turnover_gross_book: null,
    open_losers: 0,
    open_loser_days: null,
  };
  return { key: `investor.behaviour|${INVESTOR_KEY}`, lineage: 1, ver: revision, data };
}
