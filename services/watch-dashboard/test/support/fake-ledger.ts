import type { Execution, ExecutionPage, Lot, LotPage } from '../../src/pages/investor/ledger.ts';
import type { PeersAnswer } from '../../src/pages/investor/peers.ts';
import { fakeNowMs } from './fake-clock.ts';

const DAY_MS = 86_400_000;

/** `[symbol, quantity, unit cost, bought so many days ago, sold so many days ago or null, realised]` */
type Plan = readonly [string, number, number, number, number | null, number];

/** Open lots are those of the holdings of the fake investor; what was realised adds up to its sums. */
const plans: readonly Plan[] = [
  ['TIDE', 80, 158.2, 112, null, 0],
  ['TIDE', 40, 164.2, 40, null, 0],
  ['TIDE', 60, 141.1, 171, 149, 1204.4],
  ['TIDE', 45, 150.3, 68, 42, 1006],
  ['MOSS', 180, 48.5, 198, null, 0],
  ['MOSS', 120, 47, 140, null, 0],
  ['NRTH', 85.5, 58.05, 64, null, 0],
  ['CINDR', 40, 148.6, 176, null, 0],
  ['GLCR', 22, 214.3, 24, null, 0],
  ['KESTR', 150, 27.15, 132, null, 0],
  ['HELX', 90, 31.4, 180, 61, -1190.42],
  ['HELX', 60, 24.1, 55, 49, 210.3],
  ['MOSS', 50, 44.2, 96, 71, 1150],
  ['VOLT', 70, 62.8, 164, 36, -447.92],
  ['VOLT', 55, 50.1, 88, 83, 1400],
  ['VOLT', 40, 48.4, 79, 75, 850],
];

const text = (value: number) => value.toFixed(8).replace(/\.?0+$/, '');
const iso = (timeMs: number) => new Date(timeMs).toISOString();
const idOf = (index: number, side: string) => `world-broker:${side}-${String(index + 1)}`;

function lotOf([symbol, quantity, unit, from, to, realised]: Plan, index: number): Lot {
  const nowMs = fakeNowMs();
  const isOpen = to === null;
  const closing = {
    event_id: idOf(index, 'sale'),
    closed_at: iso(nowMs - (to ?? 0) * DAY_MS),
    quantity: text(quantity),
    basis: text(quantity * unit),
    realised_pnl: text(realised),
    hold_ms: (from - (to ?? 0)) * DAY_MS,
  };
  return {
    lot_id: idOf(index, 'buy'),
    instrument_id: `crypto:${symbol}-USD`,
    side: 'long',
    state: isOpen ? 'open' : 'closed',
    opened_at: iso(nowMs - from * DAY_MS),
    closed_at: isOpen ? null : closing.closed_at,
    quantity: text(quantity),
    open_quantity: isOpen ? text(quantity) : '0',
    basis: text(quantity * unit),
    open_basis: isOpen ? text(quantity * unit) : '0',
    unit_cost: text(unit),
    realised_pnl: text(realised),
    closing_count: isOpen ? 0 : 1,
    closings: isOpen ? [] : [closing],
  };
}

/** Lots of the fake investor, newest first. */
export function fakeLotPage(): LotPage {
  const items = plans.map(lotOf).sort((a, b) => Date.parse(b.opened_at) - Date.parse(a.opened_at));
  const open = items.filter(({ state }) => state === 'open').length;
  const realised = plans.reduce((sum, plan) => sum + plan[5], 0);
  return {
    known_at: iso(fakeNowMs()),
    totals: { realised_pnl: text(realised), open_lots: open, closed_lots: items.length - open },
    items,
  };
}

/** One purchase for each lot, one sale for each closed one; the sale of lot 3 was corrected, the purchase of lot 5 came late. */
function executions(): readonly Execution[] {
  return plans
    .flatMap(([symbol, quantity, unit, from, to, realised], index): Execution[] => {
      const common = {
        ...({ instrument_id: `crypto:${symbol}-USD`, op: 'CREATE', late: index === 4 } as const),
        ...{ known_at: iso(fakeNowMs() - from * DAY_MS + 300), refused: null, fee: '0.1' },
        quantity: text(quantity),
      };
      const make = (side: 'BUY' | 'SELL', daysAgo: number, price: number): Execution => {
        const id = idOf(index, side === 'BUY' ? 'buy' : 'sale');
        const isCorrected = side === 'SELL' && index === 2;
        const fix = { event_id: `${id}-fix`, op: 'CORRECT' };
        return {
          ...common,
          ...{ event_id: id, side, price: text(price) },
          ...(isCorrected ? { op: 'CORRECT' as const } : {}),
          event_time: iso(fakeNowMs() - daysAgo * DAY_MS),
          closings:
            side === 'BUY' ? [] : [{ lot_id: idOf(index, 'buy'), realised_pnl: text(realised) }],
          versions: [{ event_id: id, op: 'CREATE' }, ...(isCorrected ? [fix] : [])],
        };
      };
      const buy = make('BUY', from, unit);
      return to === null ? [buy] : [make('SELL', to, unit + realised / quantity), buy];
    })
    .sort((a, b) => Date.parse(b.event_time) - Date.parse(a.event_time));
}

/** Pages of six, so that a page is followed by another. */
const PAGE = 6;

export function fakeExecutionPage(query: URLSearchParams): ExecutionPage {
  const [lot, side] = [query.get('lot'), query.get('side')];
  const fromMs = Date.parse(query.get('from') ?? '1970-01-01T00:00:00Z');
  const start = Number(query.get('cursor') ?? 0);
  const found = executions().filter(
    (it) =>
      (lot === null || it.event_id === lot || it.closings.some(({ lot_id }) => lot_id === lot)) &&
      (side === null || it.side === side) &&
      Date.parse(it.event_time) >= fromMs,
  );
  const items = found.slice(start, start + PAGE);
  const end = start + items.length;
  return { items, next_cursor: end < found.length ? String(end) : null };
}

/** Of everybody with about as much as the fake investor. */
export function fakePeers(): PeersAnswer {
  return {
    ...{ known_at: iso(fakeNowMs() - (fakeNowMs() % 300_000)), currency: 'USD', equity_decile: 7 },
    investor_count: 12,
    min_peers: 5,
    windows: [
      {
        window_days: 30,
        turnover: 0.6,
        peer_count: 4,
        median_turnover: null,
        excess_trading: null,
      },
      {
        window_days: 90,
        turnover: 0.44,
        peer_count: 12,
        median_turnover: 0.3,
        excess_trading: 0.14,
      },
      { window_days: 0, turnover: 3.1, peer_count: 12, median_turnover: 3.3, excess_trading: -0.2 },
    ],
  };
}

/** Body of the ledger routes of the fake investor; null for any other path. */
export function fakeLedgerAnswer(path: string, query: URLSearchParams): unknown {
  const [, list] = /^\/v1\/investors\/[^/]+\/(lots|executions|peers)$/.exec(path) ?? [];
  if (list === 'lots') return fakeLotPage();
  if (list === 'peers') return fakePeers();
  return list === 'executions' ? fakeExecutionPage(query) : null;
}
