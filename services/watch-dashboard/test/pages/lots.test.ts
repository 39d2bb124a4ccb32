import { expect } from 'chai';
import { executionNotes, resultOf } from '../../src/pages/investor/executions.ts';
import type { Lot } from '../../src/pages/investor/ledger.ts';
import { lotBars, lotText, neighbour } from '../../src/pages/investor/lots.ts';
import { fakeRecord } from '../support/fake-investor.ts';
import { fakeLotPage } from '../support/fake-ledger.ts';

const nowMs = Date.now();
const { holdings, realised_by_instrument: realised } = fakeRecord(nowMs, 1);
const bars = lotBars(fakeLotPage().items, holdings, nowMs);
const TIDE = 'crypto:TIDE-USD';

describe('single lots', () => {
  it('are hollow while open, coloured by what they brought or would bring', () => {
    const shape = (bars.get(TIDE) ?? []).map(({ isOpen, direction, age }) => [
      isOpen,
      direction,
      age,
    ]);
    expect(shape).to.eql([
      [false, 1, '22 d'],
      [true, 1, '112 d'],
      [false, 1, '26 d'],
      [true, 1, '40 d'],
    ]);
    const [moss] = bars.get('crypto:MOSS-USD') ?? [];
    // 180 × (42.18 − 48.5), exact.
    expect(moss).to.include({ unrealised: '-1137.6', direction: -1 });
    expect(bars.get('crypto:KESTR-USD')?.[0]).to.include({ isMissing: true, percent: 'no price' });
  });

  it('lie below each other where they overlap in time', () => {
    expect(bars.get(TIDE)?.map(({ lane }) => lane)).to.eql([0, 0, 1, 1]);
  });

  it('value a short lot by what it brought in', () => {
    const [long] = fakeLotPage().items.filter(({ instrument_id: id }) => id === TIDE);
    const short = { ...long!, side: 'short', open_basis: '10000', open_quantity: '40' };
    const [bar] = lotBars([short as Lot], holdings, nowMs).get(TIDE) ?? [];
    // 10,000 − 40 × 187.42
    expect(bar?.unrealised).to.equal('2503.2');
  });

  it('say in one sentence what they are', () => {
    const [first] = bars.get(TIDE) ?? [];
    expect(lotText(first!, 'UTC')).to.match(
      /^TIDE\S*, 60 at 141\.10, bought .+, closed after 22 d: \+1,204\.40 \(\+14\.23/,
    );
  });

  it('are walked by arrows along a row and to the nearest of the next', () => {
    const rows = [bars.get(TIDE) ?? [], [], bars.get('crypto:HELX-USD') ?? []];
    const walk = (...keys: readonly string[]) =>
      keys.reduce<string | null>((at, key) => neighbour(rows, at, key)?.id ?? null, null);
    const place = (id: string | null) => rows.flat().findIndex((bar) => bar.id === id);
    expect(place(walk('ArrowRight'))).to.equal(0);
    expect(place(walk('Home', 'ArrowRight', 'ArrowRight'))).to.equal(2);
    expect(place(walk('Home', 'ArrowLeft'))).to.equal(0);
    expect(place(walk('Home', 'ArrowDown'))).to.equal(4);
    expect(place(walk('End', 'ArrowUp'))).to.equal(2);
    expect(neighbour([], null, 'ArrowDown')).to.equal(null);
  });

  it('of the fakes add up to the record of the fakes', () => {
    const cents = (text: string) => Math.round(Number(text) * 100);
    for (const { instrument_id: id, realised_pnl: text } of realised) {
      const sum = (bars.get(id) ?? []).reduce((all, { lot }) => all + cents(lot.realised_pnl), 0);
      expect(sum, id).to.equal(cents(text));
    }
    for (const { instrument_id: id, quantity } of holdings) {
      const open = (bars.get(id) ?? []).reduce(
        (all, { lot }) => all + Number(lot.open_quantity),
        0,
      );
      expect(open, id).to.equal(Number(quantity));
    }
  });
});

describe('executions', () => {
  it('bring what their closings bring, together', () => {
    const closing = (realised_pnl: string) => ({ lot_id: 'a', realised_pnl });
    expect(resultOf({ closings: [closing('0.1'), closing('-0.3')] })).to.equal('-0.2');
    expect(resultOf({ closings: [] })).to.equal(null);
  });

  it('carry notes of what happened to them', () => {
    const plain = { op: 'CREATE', late: false, refused: null, versions: [] } as const;
    expect(executionNotes(plain)).to.equal('');
    const versions = [{ event_id: 'c', op: 'CORRECT' }];
    expect(executionNotes({ ...plain, op: 'CORRECT', versions, late: true })).to.equal(
      'corrected · came late',
    );
    expect(executionNotes({ ...plain, op: 'CANCEL' })).to.equal('taken back');
    expect(executionNotes({ ...plain, refused: 'unknown_lot' })).to.equal('left out: unknown lot');
  });
});
