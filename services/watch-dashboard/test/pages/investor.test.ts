import { expect } from 'chai';
import { parseE18 } from '@groundswell/domain';
import { holdingRows, inFull, money, percentOf } from '../../src/pages/investor/holdings.ts';
import { measuresOf } from '../../src/pages/investor/measures.ts';
import { peersPath, peersView } from '../../src/pages/investor/peers.ts';
import { positionsOf } from '../../src/pages/investor/positions.ts';
import { parseWindow, windowQuery, windows } from '../../src/pages/investor/record.ts';
import { timeTicks } from '../../src/pages/investor/time-axis.ts';
import { parseWhy, whyOf } from '../../src/pages/investor/why.ts';
import { fakeRecord } from '../support/fake-investor.ts';
import { fakePeers } from '../support/fake-ledger.ts';

const nowMs = Date.UTC(2026, 10, 21, 18);
const record = fakeRecord(nowMs, 7);
const measure = (id: string, change: object = {}) =>
  measuresOf({ ...record, ...change }, 90).find((it) => it.id === id);

describe('trading beside peers (B3)', () => {
  const peers = fakePeers();
  const read = (change: object = {}) => ({ ok: true, value: { ...peers, ...change } }) as const;
  const refused = (status: number, title: string) =>
    ({
      ok: false,
      problem: { status, title, type: 'about:blank', detail: null, traceId: null },
    }) as const;

  it('says how far turnover lies from the median, of how many, and when it was compared', () => {
    const view = peersView(read(), 90);
    expect(view).to.include({ name: 'Excess trading, 90 d', value: '+0.14', isKnown: true });
    expect(view.sentence).to.include('0.44 against a median of 0.30').and.include('tenth 7 of 10');
    expect(view.n).to.match(/^n 12 investors at \d\d:\d[05] UTC$/);
    expect(peersView(read(), 0).value).to.equal('\u22120.20');
  });

  it('is a dash with what it needs where there are too few, no equity or no comparison', () => {
    expect(peersView(read(), 30)).to.include({ value: '\u2014', isKnown: false });
    expect(peersView(read(), 30).n).to.match(/^needs 5 in the same tenth by equity, has 4 at /);
    expect(peersView(read({ equity_decile: null }), 90).n).to.equal('needs an equity above 0');
    expect(peersView(read({ windows: [] }), 90).n).to.equal('needs a turnover');
    expect(peersView(refused(404, 'No value is known'), 90).n).to.include('every five minutes');
  });

  it('does not take an API that cannot be read for one without a comparison', () => {
    expect(peersView(null, 90)).to.include({ isKnown: false, n: 'not compared yet' });
    const gone = peersView(refused(0, 'The server cannot be reached'), 90);
    expect(gone).to.include({ isKnown: false, n: 'The server cannot be reached' });
  });

  it('asks for the state of knowledge of the page', () => {
    expect(peersPath('v1:a', null)).to.equal('/v1/investors/v1%3Aa/peers');
    expect(peersPath('v1:a', '2026-11-21T18:00:00Z')).to.match(
      /\?known_at=2026-11-21T18%3A00%3A00Z$/,
    );
  });
});

describe('holdings', () => {
  it('never values an unpriced holding at 0, and lists it last', () => {
    const rows = holdingRows({ holdings: [...record.holdings].reverse() });
    expect(rows[0]).to.include({ symbol: 'TIDE-USD', value: '22,490.40', unrealised: '+3,266.40' });
    expect(rows.at(-1)).to.include({
      ...{ symbol: 'KESTR-USD', mark: 'no price', value: '—', unrealised: '—' },
      ...{ percent: '—', missing: 'no price' },
    });
  });

  it('marks what is held back because mark and cost are too far apart (L10)', () => {
    const [first, ...others] = record.holdings;
    const held = { ...first, quarantined: true, market_value: null, unrealised_pnl: null } as never;
    const row = holdingRows({ holdings: [held, ...others] }).find(
      ({ symbol }) => symbol === 'TIDE-USD',
    );
    expect(row).to.include({ missing: 'held back', mark: '187.42', value: '—' });
  });

  it('formats from the decimal text: 10^18, 10^-8, null and negative zero', () => {
    const digits = (text: string) => text.replaceAll(',', '').replace('\u2212', '-');
    for (const text of ['1000000000000000000', '0.00000001', '-12345678901234.12345678']) {
      expect(parseE18(digits(inFull(text)))).to.equal(parseE18(text));
    }
    expect(money('9007199254740993.01')).to.equal('9,007,199,254,740,993.01');
    expect(money(null)).to.equal('—');
    expect(money('-0', true)).to.equal('0.00');
    expect(money('-0.001', true)).to.equal('0.00');
    expect(percentOf('1', '0')).to.equal(null);
    expect(percentOf('-1', '3')).to.match(/^-33\.3{18}$/);
  });
});

describe('measures', () => {
  it('describe habits in sentences with their n', () => {
    expect(measure('holding')).to.include({
      value: '2.41×',
      n: 'n 9 losers, 21 winners',
      sentence: 'Losing lots were held 2.41 times as long as winning ones (68 d against 28 d).',
    });
    expect(measure('concentration')?.sentence).to.contain('One holding has no usable price');
    expect(measure('turnover')).to.include({ value: '1.8 a year', n: 'n 90 days' });
    expect(measure('month')?.value).to.equal('12.1\u2009%');
  });

  it('show a dash and what they need below the minimum sample', () => {
    expect(measure('holding', { losers: 1, holding_time_ratio: 2 })).to.include({
      value: '—',
      needs: 'needs 3 losers and 3 winners, has 1 and 21',
    });
    expect(measure('concentration', { effective_n: null })?.needs).to.equal(
      'needs one priced holding, has none',
    );
  });

  it('take a record without habits as not known, never as 0', () => {
    const { turnover, turnover_month, turnover_gross_book, open_loser_days, ...old } = record;
    expect([turnover, turnover_month, turnover_gross_book, open_loser_days]).not.to.include(null);
    for (const id of ['losers', 'turnover', 'trades', 'month', 'book']) {
      const found = measuresOf(old, 90).find((it) => it.id === id);
      expect(found, id).to.include({ value: '—', needs: 'not in the published record yet' });
      expect(found?.pick(old), id).to.equal(null);
    }
  });

  it('count the chosen window', () => {
    const texts = windows.map((days) => measuresOf(record, days)[2]?.name);
    expect(texts).to.eql(['Turnover, 30 d', 'Turnover, 90 d', 'Turnover, all time']);
    for (const days of windows) expect(parseWindow(windowQuery(days))).to.equal(days);
    expect(parseWindow('7')).to.equal(90);
  });
});

describe('lots', () => {
  const { rows, means, fromMs, toMs } = positionsOf(record, nowMs);

  it('draws open positions by size, from the oldest lot to now, then what was sold', () => {
    expect(rows.map(({ symbol }) => symbol.replace('-USD', ''))).to.eql([
      ...['TIDE', 'MOSS', 'CINDR', 'NRTH', 'GLCR', 'KESTR', 'VOLT', 'HELX'],
    ]);
    expect(rows[0]).to.include({ open: '+16.99\u2009%', age: '112 d', realised: '+2,210.40' });
    expect(rows[5]).to.include({ open: 'no price', isMissing: true });
    expect(rows.at(-1)).to.include({ openedMs: null, open: 'closed', realisedDirection: -1 });
    expect(toMs).to.equal(nowMs);
    expect(Math.min(...rows.map(({ openedMs }) => openedMs ?? nowMs))).to.be.greaterThan(fromMs);
  });

  it('counts the mean holding times of sold lots back from now', () => {
    expect(means.map(({ text }) => text)).to.eql(['21 sold gains: 28 d', '9 sold losses: 68 d']);
    expect(nowMs - (means[0]?.atMs ?? 0)).to.equal(Math.round(28.2 * 86_400_000));
    expect(positionsOf({ ...record, winners: 0, winner_days: null }, nowMs).means).to.have.length(
      1,
    );
  });

  it('has round ticks, never more than fit', () => {
    const labels = (span: number, most: number) =>
      timeTicks(nowMs - span, nowMs, most, 'UTC').map(({ label }) => label);
    expect(labels(30 * 60_000, 6)).to.eql([
      ...['17:30', '17:35', '17:40', '17:45', '17:50', '17:55', '18:00'],
    ]);
    expect(labels(200 * 86_400_000, 8)).to.eql([...['Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov']]);
    expect(labels(3 * 365 * 86_400_000, 4)).to.eql(['2024', '2025', '2026']);
    expect(labels(0, 5)).to.eql([]);
  });
});

describe('explanation of an investor figure', () => {
  const amounts = (id: 'equity' | 'cash' | 'realised') =>
    whyOf(id, record, 90).lines.map(({ label, value, isTotal }) => ({
      label,
      isTotal: isTotal === true,
      valueE18: parseE18(value.replaceAll(',', '').replace('\u2212', '-').replace('+', '')),
    }));

  it('adds up to the shown number', () => {
    for (const id of ['equity', 'cash', 'realised'] as const) {
      const lines = amounts(id);
      const end = lines.findIndex(({ isTotal }) => isTotal);
      const sum = lines.slice(0, end).reduce((total, { valueE18 }) => total + valueE18, 0n);
      expect(sum, id).to.equal(lines[end]?.valueE18);
    }
  });

  it('says from which counts the disposition effect comes', () => {
    const { value, formula, lines } = whyOf('disposition', record, 90);
    expect(value).to.equal('+0.29');
    expect(formula).to.contain('PGR = 21 / 50 = 0.42; PLR = 9 / 69 = 0.13');
    expect(lines.map((line) => line.value)).to.eql([
      ...['39', '21', '29', '9', '60', '2', '1', '+0.29'],
    ]);
  });

  it('knows every figure of the page by its address', () => {
    for (const { id } of measuresOf(record, 90)) expect(parseWhy(id)).to.equal(id);
    expect(parseWhy('no-such')).to.equal(null);
    expect(parseWhy(null)).to.equal(null);
  });
});
