import { formatE18, parseE18 } from '@groundswell/domain';
import type { InvestorBehaviour, Transaction } from '@groundswell/schemas';
import { expect } from 'chai';
import { booking, mark, pastDay, Rig } from './store-rig.ts';

const fee = (text: string): Partial<Transaction> => ({ feesE18: parseE18(text) });

describe('ledgers of one partition', () => {
  // Worked example E1 of features.md.
  const e1 = [
    booking('1', '2024-01-02T00:00:00Z', 'BUY', '8', '25', fee('4')),
    booking('2', '2024-01-03T00:00:00Z', 'SELL', '-12', '27', fee('6')),
    booking('3', '2024-01-05T00:00:00Z', 'COVER', '4', '26', fee('2')),
  ];

  it('books fees and a crossing of zero as worked by hand', async () => {
    const [value] = await new Rig().feed(...e1);
    expect(formatE18(value!.realisedPnlE18)).to.equal('8');
    expect(formatE18(value!.cashE18)).to.equal('8');
    expect(formatE18(value!.feesE18)).to.equal('12');
    expect(value).to.include({
      revision: 1,
      status: 'FINAL',
      cause: 'UPDATE',
      n: 3,
      conservationDifferenceE18: 0n,
    });
  });

  it('comes to the same value over restarts and in another order, as a late revision', async () => {
    const rig = new Rig();
    let last: InvestorBehaviour | undefined;
    for (const event of [e1[1]!, e1[2]!, e1[0]!]) {
      rig.restart();
      [last] = await rig.feed(event);
    }
    expect(formatE18(last!.realisedPnlE18)).to.equal('8');
    expect(last).to.include({ revision: 3, status: 'REVISED', cause: 'LATE', lateCount: 1 });
  });

  it('revalues the holders of a marked instrument, and nobody when the value stays', async () => {
    const rig = new Rig();
    const [bought] = await rig.feed(e1[0]!);
    expect(bought!.unpriced).to.deep.equal(['X']);
    const [valued] = await rig.feed(mark('2024-01-04T00:00:00Z', '30'));
    expect(formatE18(valued!.unrealisedPnlE18)).to.equal('36'); // 8 x 30 - 204
    expect(await rig.feed(mark('2024-01-03T00:00:00Z', '1'))).to.deep.equal([]);
  });

  it('lets a correction replace everything but the time of its target', async () => {
    const rig = new Rig();
    await rig.feed(...e1);
    const [value] = await rig.feed(
      booking('c', '2024-03-01T00:00:00Z', 'BUY', '8', '26', {
        op: 'CORRECT',
        refEventId: '1',
        ...fee('4'),
      }),
    );
    expect(formatE18(value!.realisedPnlE18)).to.equal('0');
    expect(value).to.include({ status: 'REVISED', cause: 'CORRECT' });
  });

  it('withholds measures of behaviour while a valuation is quarantined (L10)', async () => {
    const rig = new Rig();
    await rig.feed(e1[0]!);
    const [sane] = await rig.feed(mark('2024-01-03T00:00:00Z', '30'));
    expect(sane).to.include({ hhi: 1, holdingCount: 1 });
    const [doubtful] = await rig.feed(mark('2024-01-04T00:00:00Z', '3000'));
    expect(doubtful!.quarantined).to.deep.equal(['X']);
    expect(doubtful).to.include({ hhi: null, maxWeight: null, holdingTimeRatio: null });
    expect(formatE18(doubtful!.unrealisedPnlE18)).to.equal('0');
  });

  it('stores kinds that the ledger does not fold, and says so', async () => {
    const [value] = await new Rig().feed(
      e1[0]!,
      booking('s', '2024-01-09T00:00:00Z', 'SPLIT', '8', null),
    );
    expect(value).to.include({ unsupportedCount: 1, n: 2 });
  });
});

describe('days of one partition', () => {
  const zones = { SHARE: 'America/New_York', OTHER: 'America/New_York' };
  const of = (instrumentId: string, more: Partial<Transaction> = {}): Partial<Transaction> => ({
    instrumentId,
    ...more,
  });
  // Two gains and a paper loss on Monday 11 March 2024 in New York; its day ends at 04:00 UTC.
  const bought = [
    booking('b1', '2024-03-08T15:00:00Z', 'BUY', '2', '10', of('SHARE')),
    booking('b2', '2024-03-08T15:00:00Z', 'BUY', '2', '10', of('OTHER')),
  ];
  const sold = booking('s1', '2024-03-11T15:00:00Z', 'SELL', '-1', '12', of('SHARE'));
  const countsOf = (
    record: InvestorBehaviour | undefined,
    kind: 'ODEAN_DAY' | 'RUNNING',
    windowDays = 0,
  ) => {
    const found = record?.disposition.find(
      (one) => one.kind === kind && one.windowDays === windowDays,
    );
    return found && [found.rg, found.rl, found.pg, found.pl, found.saleDays];
  };

  it('runs with the day, and is final 65 s after its local end', async () => {
    const rig = new Rig(zones);
    await rig.feed(...bought, mark('2024-03-11T14:00:00Z', '9', 'OTHER'));
    const [running] = await rig.feed(sold);
    expect(countsOf(running, 'RUNNING')).to.deep.equal([1, 0, 0, 1, 1]);
    expect(countsOf(running, 'ODEAN_DAY')).to.deep.equal([0, 0, 0, 0, 0]);
    const [still] = await rig.feed(mark('2024-03-12T04:01:04.999Z', '9', 'OTHER'));
    expect(countsOf(still, 'ODEAN_DAY')).to.deep.equal([0, 0, 0, 0, 0]);
    const [final] = await rig.feed(mark('2024-03-12T04:01:05Z', '9', 'OTHER'));
    expect(countsOf(final, 'ODEAN_DAY')).to.deep.equal([1, 0, 0, 1, 1]);
    expect(final).to.include({ throughDay: '2024-03-12', status: 'FINAL' });
  });

  it('are final when they are over for every listing of the investor', async () => {
    const rig = new Rig(zones);
    await rig.feed(
      ...bought,
      booking('b3', '2024-03-08T15:00:00Z', 'BUY', '1', '10', of('COIN')),
      sold,
      mark('2024-03-12T00:30:00Z', '9', 'COIN'),
    );
    // The 11th is over in UTC, but goes on in New York.
    expect(countsOf(rig.latest.get('inv'), 'ODEAN_DAY')).to.deep.equal([0, 0, 0, 0, 0]);
    expect(rig.latest.get('inv')).to.include({ throughDay: '2024-03-12' });
    await rig.feed(mark('2024-03-12T05:00:00Z', '9', 'COIN'));
    expect(countsOf(rig.latest.get('inv'), 'ODEAN_DAY')?.at(-1)).to.equal(1);
  });

  it('end for somebody who holds nothing, by a mark of something else, also after a restart', async () => {
    const rig = new Rig(zones);
    await rig.feed(...bought, sold);
    await rig.feed(
      booking('s2', '2024-03-11T16:00:00Z', 'SELL', '-1', '12', of('SHARE')),
      booking('s3', '2024-03-11T16:00:00Z', 'SELL', '-2', '9', of('OTHER')),
    );
    rig.restart();
    const [final] = await rig.feed(mark('2024-03-13T00:00:00Z', '1', 'ELSEWHERE'));
    expect(countsOf(final, 'ODEAN_DAY')).to.deep.equal([1, 1, 0, 0, 1]);
    // Windows move on without events, and let the day go after 30 days.
    const [later] = await rig.feed(mark('2024-04-09T12:00:00Z', '1', 'ELSEWHERE'));
    expect(countsOf(later, 'ODEAN_DAY', 30)).to.deep.equal([1, 1, 0, 0, 1]);
    const [gone] = await rig.feed(mark('2024-04-10T12:00:00Z', '1', 'ELSEWHERE'));
    expect(countsOf(gone, 'ODEAN_DAY', 30)).to.deep.equal([0, 0, 0, 0, 0]);
    expect(countsOf(gone, 'ODEAN_DAY', 90)).to.deep.equal([1, 1, 0, 0, 1]);
  });

  it('are counted again for a late price, a better revision of it, and a late sale', async () => {
    const rig = new Rig(zones);
    await rig.feed(...bought, sold, mark('2024-03-13T00:00:00Z', '10', 'OTHER'));
    expect(countsOf(rig.latest.get('inv'), 'ODEAN_DAY')).to.deep.equal([1, 0, 0, 0, 1]);
    const [priced] = await rig.feed(mark('2024-03-11T20:00:00Z', '9', 'OTHER'));
    expect(countsOf(priced, 'ODEAN_DAY')).to.deep.equal([1, 0, 0, 1, 1]);
    expect(priced).to.include({ status: 'REVISED', cause: 'LATE' });
    const [corrected] = await rig.feed(mark('2024-03-11T20:00:00Z', '11', 'OTHER', 2));
    expect(countsOf(corrected, 'ODEAN_DAY')).to.deep.equal([1, 0, 1, 0, 1]);
    const [late] = await rig.feed(
      booking('s0', '2024-03-11T03:30:00Z', 'SELL', '-1', '8', of('SHARE')),
    );
    // Sunday evening in New York: a sale day of its own, without a price of OTHER until then.
    expect(countsOf(late, 'ODEAN_DAY')).to.deep.equal([1, 1, 1, 0, 2]);
    expect(late).to.include({ status: 'REVISED', cause: 'LATE' });
  });

  it('are measured by past days of a venue that come after them, by lows and highs, as revisions', async () => {
    const coins = (id: string, price: string) =>
      booking(id, '2024-03-08T15:00:00Z', 'BUY', '2', price, of(id.toUpperCase()));
    const rig = new Rig();
    await rig.feed(
      ...[coins('sold', '10'), coins('gain', '10'), coins('loss', '10'), coins('both', '10')],
      booking('s', '2024-03-11T15:00:00Z', 'SELL', '-1', '12', of('SOLD')),
      mark('2024-03-20T12:00:00Z', '12', 'SOLD'),
    );
    const unpricedOf = (record: InvestorBehaviour | undefined) =>
      record?.disposition.find(({ kind }) => kind === 'ODEAN_DAY')?.unpriced;
    expect(unpricedOf(rig.latest.get('inv'))).to.equal(3);
    rig.restart();
    const days = [
      ...pastDay('2024-03-11', { low: '10.1', high: '13', close: '11' }, 'GAIN'),
      ...pastDay('2024-03-11', { low: '8', high: '9.9', close: '9' }, 'LOSS'),
      // Below and above its cost on the same day: neither, whatever its close says.
      ...pastDay('2024-03-11', { low: '9', high: '13', close: '13' }, 'BOTH'),
    ];
    const [revised] = await rig.feed(...days);
    expect(countsOf(revised, 'ODEAN_DAY')).to.deep.equal([1, 0, 1, 1, 1]);
    expect(unpricedOf(revised)).to.equal(0);
    expect(revised).to.include({ status: 'REVISED', cause: 'LATE' });
    expect(await rig.feed(...days)).to.deep.equal([]);
  });

  it('end with the live minute that closed them, whichever of it and the day came first', async () => {
    const held = booking('h', '2024-03-08T15:00:00Z', 'BUY', '2', '10', of('COIN'));
    const day = pastDay('2024-03-11', { low: '9', high: '13', close: '12' }, 'COIN');
    const live = mark('2024-03-11T23:59:59.999Z', '11', 'COIN');
    const early = mark('2024-03-11T16:00:59.999Z', '10', 'COIN');
    for (const order of [
      [...day, live, early],
      [early, live, ...day],
      [live, ...day.toReversed(), early],
    ]) {
      const rig = new Rig();
      await rig.feed(held, ...order);
      expect(formatE18(rig.latest.get('inv')!.holdings[0]?.markE18 ?? 0n)).to.equal('11');
    }
    // Nobody was there to see the last minute: the day ended where its venue says.
    const rig = new Rig();
    await rig.feed(held, early, ...day);
    expect(formatE18(rig.latest.get('inv')!.holdings[0]?.markE18 ?? 0n)).to.equal('12');
  });

  it('says so when everything was taken back', async () => {
    const rig = new Rig(zones);
    await rig.feed(bought[0]!);
    const [none] = await rig.feed(
      booking('c', '2024-03-09T00:00:00Z', 'BUY', '0', null, { op: 'CANCEL', refEventId: 'b1' }),
    );
    expect(none).to.include({ revision: 2, throughDay: null, cause: 'CANCEL' });
    expect([none!.holdings, none!.disposition, none!.turnover]).to.deep.equal([[], [], []]);
  });
});
