import { parseE18 } from '@groundswell/domain';
import {
  calmPlan,
  createDispatcher,
  createWorld,
  createWorldLedger,
  noFaults,
  roughPlan,
  worldInstruments,
  worldInvestors,
  type Delivery,
  type World,
  type WorldEvent,
  type WorldTrade,
} from '@groundswell/simulator';
import { expect } from 'chai';

const START_US = 1_795_000_000_000_000;
const aWorld = (seed = 7, ratePerSecond = 200): World =>
  createWorld({
    seed,
    startUs: START_US,
    ratePerSecond,
    instruments: worldInstruments,
    investors: worldInvestors,
  });
const take = (world: World, count: number): WorldEvent[] =>
  Array.from({ length: count }, () => world.next());
const trades = (events: readonly WorldEvent[]): WorldTrade[] =>
  events.filter((event) => event.type === 'trade');

describe('the synthetic world', () => {
  it('is a pure function of its seed', () => {
    expect(take(aWorld(), 2000)).to.deep.equal(take(aWorld(), 2000));
    expect(take(aWorld(8), 50)).not.to.deep.equal(take(aWorld(7), 50));
  });

  it('goes on from a snapshot with exactly the events it would have made', () => {
    const world = aWorld();
    world.history(START_US + 86_400e6);
    take(world, 500);
    const text = JSON.stringify(world.snapshot());
    const resumed = createWorld(
      {
        seed: 7,
        startUs: START_US,
        ratePerSecond: 200,
        instruments: worldInstruments,
        investors: worldInvestors,
      },
      JSON.parse(text) as ReturnType<World['snapshot']>,
    );
    expect(take(resumed, 2000)).to.deep.equal(take(world, 2000));
  });

  it('never goes back in time and numbers the trades of a product without a hole', () => {
    const events = take(aWorld(), 5000);
    let lastUs = 0;
    const lastIds = new Map<string, number>();
    for (const event of events) {
      expect(event.timeUs).to.be.at.least(lastUs);
      lastUs = event.timeUs;
      if (event.type !== 'trade') continue;
      const last = lastIds.get(event.product);
      if (last !== undefined) expect(event.tradeId).to.equal(last + 1);
      lastIds.set(event.product, event.tradeId);
    }
    expect(lastIds.size).to.equal(worldInstruments.length);
  });

  it('keeps about the asked rate', () => {
    const events = trades(take(aWorld(), 20_000));
    const seconds = ((events.at(-1)?.timeUs ?? 0) - START_US) / 1e6;
    expect(events.length / seconds).to.be.within(100, 400);
  });

  it('clusters volatility: squared returns of 10 s (2,000 of them) are correlated with their neighbours', () => {
    const closes: number[] = [];
    for (const event of trades(take(aWorld(3, 20), 400_000))) {
      if (event.product !== 'BTC-USD') continue;
      closes[Math.floor((event.timeUs - START_US) / 10e6)] = Math.log(Number(event.price));
    }
    const squares = closes
      .slice(1)
      .map((close, index) => (close - (closes[index] ?? close)) ** 2)
      .filter((square) => Number.isFinite(square));
    const mean = squares.reduce((sum, one) => sum + one, 0) / squares.length;
    const centred = squares.map((one) => one - mean);
    const variance = centred.reduce((sum, one) => sum + one * one, 0);
    const lagged = centred
      .slice(1)
      .reduce((sum, one, index) => sum + one * (centred[index] ?? 0), 0);
    // White noise of this length has a standard error of about 0.022.
    expect(lagged / variance).to.be.greaterThan(0.08);
  }).timeout(10_000);

  it('makes at least 20,000 events per second in process', () => {
    const world = aWorld();
    const startedNs = process.hrtime.bigint();
    take(world, 40_000);
    const seconds = Number(process.hrtime.bigint() - startedNs) / 1e9;
    const rate = Math.round(40_000 / seconds);
    process.stdout.write(`      ${rate} events/s\n`);
    expect(rate).to.be.greaterThan(20_000);
  }).timeout(10_000);

  it('opens every account with a deposit and books cash that adds up to the cent of a cent', () => {
    const bookings = aWorld().history(START_US + 60 * 86_400e6);
    expect(bookings.length).to.be.greaterThan(500);
    const first = new Map<string, string>();
    for (const { item } of bookings) {
      if (!first.has(item.account)) first.set(item.account, item.kind);
      if (item.quantity === undefined) continue;
      const gross = (parseE18(item.quantity) * parseE18(item.price ?? '')) / 10n ** 18n;
      expect(parseE18(item.net_cash ?? '')).to.equal(-gross - parseE18(item.fees ?? ''));
    }
    expect([...first.values()]).to.deep.equal(Array(24).fill('DEPOSIT'));
  });

  it('never sells what an investor does not hold', () => {
    const held = new Map<string, bigint>();
    for (const { item } of aWorld().history(START_US + 90 * 86_400e6)) {
      if (item.quantity === undefined) continue;
      const key = `${item.account}/${item.symbol ?? ''}`;
      const after = (held.get(key) ?? 0n) + parseE18(item.quantity);
      expect(after >= 0n, `${key} oversold`).to.equal(true);
      held.set(key, after);
    }
  });

  it('gives investors habits that show: disposition sellers realise gains, not losses', () => {
    const costs = new Map<string, number>();
    let gains = 0;
    let losses = 0;
    const disposition = new Set(
      worldInvestors.filter((one) => one.habit === 'disposition').map((one) => one.id),
    );
    for (const { item } of aWorld().history(START_US + 90 * 86_400e6)) {
      if (!disposition.has(item.investor) || item.price === undefined) continue;
      const key = `${item.account}/${item.symbol ?? ''}`;
      if (item.kind === 'BUY') costs.set(key, costs.get(key) ?? Number(item.price));
      else {
        if (Number(item.price) > (costs.get(key) ?? 0)) gains += 1;
        else losses += 1;
        costs.delete(key);
      }
    }
    expect(gains).to.be.greaterThan(3 * losses);
  });
});

describe('planting faults', () => {
  const run = (plan: typeof roughPlan, seconds: number) => {
    const ledger = createWorldLedger({ keep: true });
    const dispatcher = createDispatcher(aWorld(), { seed: 7, plan, ledger });
    const deliveries: Delivery[] = [];
    for (;;) {
      const delivery = dispatcher.nextDue(START_US + seconds * 1e6);
      if (delivery === undefined) return { ledger, deliveries };
      deliveries.push(delivery);
    }
  };

  it('changes what happens to events, never the events: ids are those of the perfect world', () => {
    const ids = (plan: typeof roughPlan): string[] =>
      run(plan, 20)
        .ledger.entries()
        .flatMap((entry) =>
          entry.kind === 'trade' ? [`${entry.trade.product}:${entry.trade.tradeId}`] : [],
        )
        .slice(0, 3000);
    expect(ids(roughPlan)).to.deep.equal(ids(noFaults));
    expect(ids(calmPlan)).to.deep.equal(ids(noFaults));
  });

  it('delivers in time order', () => {
    const times = run(roughPlan, 20).deliveries.map((delivery) => delivery.atUs);
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
  });

  it('plants each fault of a rough plan and counts it', () => {
    const counts = run(roughPlan, 60).ledger.counts();
    for (const fate of [
      'rest-only',
      'lost',
      'duplicate',
      'disorder',
      'late',
      'too-late',
      'future',
    ]) {
      expect(counts[`trade/${fate}`], fate).to.be.greaterThan(0);
    }
    expect(counts['trade/bad-price']).to.be.greaterThan(0);
    expect(counts['frame/garbage']).to.be.greaterThan(0);
  });

  it('sends a rest-only trade over REST only, and a lost one nowhere', () => {
    const { ledger, deliveries } = run(roughPlan, 60);
    const sent = new Map<string, string[]>();
    for (const one of deliveries) {
      if (one.kind !== 'trade') continue;
      const key = `${one.trade.product}:${one.trade.tradeId}`;
      const way = `${one.socket ? 'socket' : ''}${one.rest ? '+rest' : ''}`;
      sent.set(key, [...(sent.get(key) ?? []), way]);
    }
    const expected: Record<string, string[]> = {
      'rest-only': ['+rest'],
      lost: [''],
      normal: ['socket+rest'],
    };
    for (const entry of ledger.entries()) {
      if (entry.kind !== 'trade' || expected[entry.fate] === undefined) continue;
      const key = `${entry.trade.product}:${entry.trade.tradeId}`;
      expect(sent.get(key), `${entry.fate} ${key}`).to.deep.equal(expected[entry.fate]);
    }
  });

  it('follows a corrected execution with a CORRECT, and a cancelled one with a CANCEL', () => {
    const ledger = createWorldLedger({ keep: true });
    const world = aWorld();
    const dispatcher = createDispatcher(world, { seed: 7, plan: roughPlan, ledger });
    for (const booking of world.history(START_US + 60 * 86_400e6)) dispatcher.add(booking);
    const counts = ledger.counts();
    expect(counts['transaction/correction']).to.equal(counts['transaction/corrected']);
    expect(counts['transaction/cancellation']).to.equal(counts['transaction/cancelled']);
    expect(counts['transaction/conflicting-copy']).to.equal(counts['transaction/conflict']);
    for (const entry of ledger.entries()) {
      if (entry.kind !== 'transaction' || entry.fate !== 'correction') continue;
      expect(entry.transaction.item).to.include({ op: 'CORRECT' });
      expect(entry.transaction.item.ref).to.equal(entry.transaction.item.id.replace(/-c$/, ''));
    }
  });
});
