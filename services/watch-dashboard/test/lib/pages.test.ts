import type { LiveState } from '@groundswell/client';
import { expect } from 'chai';
import { createAnnouncer } from '../../src/lib/announcer.ts';
import { isLoud, medianOf, orderRows, parseSort, sortText } from '../../src/lib/board-order.ts';
import { conservationRows } from '../../src/lib/conservation.ts';
import { pillOf } from '../../src/lib/connection.ts';
import { createKeyReader, type KeyPress } from '../../src/lib/keys.ts';
import { boardQuery, investorPath, parseRoute, symbolPath } from '../../src/lib/routes.ts';
import { litDigits, sparkPath } from '../../src/lib/watch-row.ts';

describe('routes', () => {
  it('reads and writes addresses', () => {
    const instrument = 'crypto:BRK.B~x/y';
    expect(parseRoute(symbolPath(instrument), '')).to.eql({
      page: 'symbol',
      instrument,
      bar: '1m',
      by: 'weighted',
    });
    expect(symbolPath(instrument, '5m', 'raw')).to.contain('?bar=5m&by=raw');
    expect(parseRoute('/s/crypto:BTC-USD', '?bar=1s')).to.include({ bar: '1s' });
    expect(parseRoute('/s/crypto:BTC-USD', '?bar=7y')).to.include({ bar: '1m' });
    expect(parseRoute('/', '')).to.include({ page: 'board' });
    const view = { filter: 'ti de', sort: '-change', show: 'loud', by: 'raw' } as const;
    expect(parseRoute('/board', boardQuery(view).slice(6))).to.eql({ page: 'board', ...view });
    const usual = { filter: '', sort: '', show: 'all', by: 'weighted' } as const;
    expect(boardQuery(usual)).to.equal('/board');
    expect(parseRoute('/board', '?show=everything&by=half')).to.eql({ page: 'board', ...usual });
    expect(parseRoute(investorPath('v1:abc'), '')).to.eql({ page: 'investor', investor: 'v1:abc' });
    expect(parseRoute('/ops', '')).to.eql({ page: 'operations' });
    expect(parseRoute('/models', '')).to.eql({ page: 'missing' });
    expect(parseRoute('/s/%E0%A4%A', '')).to.include({ page: 'symbol' });
  });
});

describe('keys', () => {
  const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
    ...{ key, ctrlOrMeta: false, alt: false, isTyping: false, isOnControl: false, timeMs: 0 },
    ...change,
  });

  it('reads single keys and pairs after g', () => {
    const read = createKeyReader();
    expect(read(press('E'), true)).to.equal('explain');
    expect(read(press('g'), true)).to.equal(null);
    expect(read(press('o', { timeMs: 300 }), true)).to.equal('go-operations');
    expect(read(press('o', { timeMs: 400 }), true)).to.equal(null);
    expect(read(press('g', { timeMs: 500 }), true)).to.equal(null);
    expect(read(press('b', { timeMs: 2600 }), true)).to.equal(null); // too late
  });

  it('leaves text fields, controls and switched-off letters alone', () => {
    const read = createKeyReader();
    expect(read(press('e', { isTyping: true }), true)).to.equal(null);
    expect(read(press('Enter', { isOnControl: true }), true)).to.equal(null);
    expect(read(press('e'), false)).to.equal(null);
    expect(read(press('Escape', { isTyping: true }), false)).to.equal('close');
    expect(read(press('k', { ctrlOrMeta: true, isTyping: true }), false)).to.equal('palette');
    expect(read(press('c', { ctrlOrMeta: true }), true)).to.equal(null);
  });
});

describe('connection pill', () => {
  const state = (name: LiveState['name'], change: Partial<LiveState> = {}): LiveState => ({
    ...{ name, attempt: 0, detail: null },
    ...change,
  });

  it('is ok only when everything is', () => {
    expect(pillOf(state('live'), 0, true)).to.include({ tone: 'ok', text: 'Live' });
    expect(pillOf(state('live'), 1, true)).to.include({ tone: 'warn', text: 'Live · 1 gap' });
    expect(pillOf(state('live'), 0, false)).to.include({ tone: 'off', text: 'Offline' });
    expect(pillOf(state('catching_up', { detail: 'the log' }), 0, true).text).to.equal('Behind');
    expect(pillOf(state('reconnecting', { attempt: 2 }), 0, true).text).to.equal(
      'Reconnecting · 2',
    );
    expect(pillOf(state('signed_out'), 0, false).text).to.equal('Signed out');
  });
});

describe('live region', () => {
  it('speaks at most once in ten seconds, the newest with the count', () => {
    const announcer = createAnnouncer();
    announcer.say('one', 0);
    expect(announcer.take(0)).to.equal('one');
    announcer.say('two', 100);
    announcer.say('three', 200);
    expect(announcer.take(5000)).to.equal(null);
    expect(announcer.take(10_000)).to.equal('2 messages, last: three');
    expect(announcer.take(30_000)).to.equal(null);
  });

  it('does not cut off the answer to a key', () => {
    const announcer = createAnnouncer();
    announcer.say('one', 0);
    announcer.pause(5000);
    expect(announcer.take(4000)).to.equal(null);
    expect(announcer.take(5000)).to.equal('one');
  });
});

describe('order of the board', () => {
  const row = (symbol: string, change: number | null, posts: number | null = null) => ({
    ...{ symbol, change, last: null, mood: null, agreement: null, buzz: null, posts, age: null },
  });

  it('puts the unknown last, whichever way', () => {
    const rows = [row('A', null), row('B', 1), row('C', 2)];
    const order = (text: string) =>
      orderRows(rows, parseSort(text), (it) => it)
        .map(({ symbol }) => symbol)
        .join('');
    expect(order('-change')).to.equal('CBA');
    expect(order('change')).to.equal('BCA');
    expect(order('symbol')).to.equal('ABC');
  });

  it('is the loudest first, and the most spoken of while no buzz is known', () => {
    const rows = [row('A', null, 2), row('B', null, 9), { ...row('C', null, 1), buzz: -1 }];
    const symbols = orderRows(rows, parseSort(''), (it) => it).map(({ symbol }) => symbol);
    expect(symbols).to.eql(['C', 'B', 'A']);
  });

  it('calls loud what its own weeks say, else twice the middle of the list', () => {
    expect(isLoud(2.1, 0, 10)).to.equal(true);
    expect(isLoud(1.9, 500, 10)).to.equal(false);
    expect(isLoud(null, 20, 10)).to.equal(true);
    expect(isLoud(null, 19, 10)).to.equal(false);
    expect(isLoud(null, 0, 0)).to.equal(false);
    expect(medianOf([3, 1, 2])).to.equal(2);
  });

  it('turns round on the second click', () => {
    expect(sortText('change', parseSort(''))).to.equal('-change');
    expect(sortText('change', parseSort('-change'))).to.equal('change');
    expect(sortText('symbol', parseSort('-change'))).to.equal('symbol');
    expect(sortText('buzz', parseSort('symbol'))).to.equal('');
  });
});

describe('small pictures', () => {
  it('breaks a sparkline where nothing is known', () => {
    expect(sparkPath([1, 2, null, 1, 2], 40, 10).path).to.equal('M0 10L10 0M30 10L40 0');
    expect(sparkPath([null, null], 40, 10)).to.eql({ path: '', end: null });
  });

  it('lights only the digits right of the first changed one', () => {
    expect(litDigits('187.42', '187.51')).to.eql({ still: '187.', lit: '51' });
    expect(litDigits(null, '187.51')).to.eql({ still: '187.51', lit: '' });
  });
});

describe('conservation', () => {
  const part = (partition: number, next: string) => ({
    ...{ group: 'derive-market', task: partition, topic: 'market.trade.v1', partition },
    ...{ first_offset: '0', next_offset: next, applied: 10, deduped: 2, late: 1, dead: 0 },
    ...{ erased: 0, markers: 0, balanced: true },
  });

  it('adds up partitions and lets opposite differences not cancel out', () => {
    const [row] = conservationRows([part(0, '13'), part(1, '13')]);
    expect(row).to.include({ partitions: 2, offsets: 26n, applied: 20n, difference: 0n });
    const [wrong] = conservationRows([part(0, '14'), part(1, '12')]);
    expect(wrong?.difference).to.equal(2n);
  });

  it('takes offsets beyond 2^53', () => {
    const [row] = conservationRows([part(0, '9007199254740993')]);
    expect(row?.offsets).to.equal(9_007_199_254_740_993n);
  });
});
