import type { LiveItem } from '@groundswell/schemas';
import type { DispositionEffect, InvestorRecord } from '../../src/pages/investor/record.ts';
import type { FakeAnswer } from './fake-servers.ts';
import { fakeInvestor, INVESTOR_KEY } from './fake-world.ts';

const DAY_MS = 86_400_000;

/** B1 from its counts, as features.md writes it. */
export function effect(
  kind: DispositionEffect['kind'],
  windowDays: number,
  [rg, pg, rl, pl]: readonly [number, number, number, number],
  saleDays: number,
): DispositionEffect {
  const [pgr, plr] = [rg / (rg + pg), rl / (rl + pl)];
  const isKnown = rg + pg >= 5 && rl + pl >= 5;
  const se = Math.sqrt((pgr * (1 - pgr)) / (rg + pg) + (plr * (1 - plr)) / (rl + pl));
  return {
    ...{ kind, window_days: windowDays, rg, rl, pg, pl, neither: 2, unpriced: 1 },
    sale_days: saleDays,
    pgr: isKnown ? pgr : null,
    plr: isKnown ? plr : null,
    de: isKnown ? pgr - plr : null,
    ratio: isKnown ? pgr / plr : null,
    se: isKnown ? se : null,
    t: isKnown ? (pgr - plr) / se : null,
  };
}

const turnover = (windowDays: number, trades: number, days: number, ratio: number) => ({
  ...{ window_days: windowDays, trade_count: trades, day_count: days, turnover: ratio },
  ...{ buy_value: '60000', sell_value: '40000' },
  turnover_annual: (ratio * 365.25) / days,
  trades_per_day: trades / days,
  round_trips: 4,
});

/** The investor of the pictures: sells gains sooner than losses, one holding without a price, one held back. */
export function fakeRecord(nowMs: number, revision: number): InvestorRecord {
  const base = fakeInvestor(nowMs, revision).data as InvestorRecord;
  const ages: Readonly<Record<string, number>> = {
    'crypto:TIDE-USD': 112,
    'crypto:MOSS-USD': 198,
    'crypto:NRTH-USD': 64,
    'crypto:CINDR-USD': 176,
    'crypto:GLCR-USD': 24,
    'crypto:KESTR-USD': 132,
  };
  return {
    ...base,
    holdings: base.holdings.map((holding) => ({
      ...holding,
      opened_at: new Date(nowMs - (ages[holding.instrument_id] ?? 9) * DAY_MS).toISOString(),
    })),
    disposition: [
      effect('ODEAN_DAY', 30, [4, 6, 1, 2], 7),
      effect('RUNNING', 30, [6, 7, 2, 9], 8),
      effect('ODEAN_DAY', 90, [21, 29, 9, 60], 39),
      effect('RUNNING', 90, [23, 29, 9, 64], 40),
      effect('FULL_SALE_ONLY', 90, [14, 29, 6, 60], 31),
      effect('ODEAN_DAY', 0, [60, 101, 31, 170], 120),
    ],
    turnover: [turnover(30, 21, 30, 0.2), turnover(90, 44, 90, 0.44), turnover(0, 212, 402, 2.1)],
    turnover_month: 0.121,
    turnover_gross_book: 0.31,
    through_day: new Date(nowMs - DAY_MS).toISOString().slice(0, 10),
    open_losers: 4,
    open_loser_days: 187.2,
  };
}

export function fakeRecordItem(record: InvestorRecord): LiveItem {
  const key = `investor.behaviour|${INVESTOR_KEY}`;
  return { key, lineage: 1, ver: record.revision, data: record };
}

/** REST of the investor: the first value of the window, and the value that stood at an instant. */
export function fakeBehaviourAnswers(nowMs: number): readonly (readonly [string, FakeAnswer])[] {
  const base = `/v1/investors/${INVESTOR_KEY}/behaviour`;
  const mayRead = (scopes: readonly string[]) =>
    scopes.includes('investor:self') || scopes.includes('ops');
  const itemAt = (atMs: number) => {
    const day = Math.floor((atMs - (nowMs - 90 * DAY_MS)) / DAY_MS);
    const record = fakeRecord(nowMs, 7);
    const wave = Math.sin(day / 9) * 0.2 + day / 120;
    const value: InvestorRecord = {
      ...record,
      equity: (60_000 + day * 65).toFixed(2),
      holding_time_ratio: 1.7 + wave,
      effective_n: 5 - wave * 2,
      max_weight: 0.3 + wave * 0.15,
      open_loser_days: day + 90,
      turnover_month: 0.2 - wave * 0.08,
      turnover: (record.turnover ?? []).map((it) => ({ ...it, turnover_annual: 3 - wave * 1.3 })),
    };
    const start = new Date(atMs).toISOString();
    return { revision: Math.max(1, day), window: { size_ms: 0, start, end: start }, value };
  };
  return [
    [
      `${base}/history`,
      (_query, scopes) =>
        mayRead(scopes) ? { items: [itemAt(nowMs - 90 * DAY_MS)], next_cursor: null } : null,
    ],
    [
      `${base}/latest`,
      (query, scopes) =>
        mayRead(scopes) ? { item: itemAt(Date.parse(query.get('at') ?? '')) } : null,
    ],
  ];
}
