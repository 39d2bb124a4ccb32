import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import {
  createDispatcher,
  createWorld,
  createWorldLedger,
  roughPlan,
  startFakeCoinbase,
  tradeEventId,
  worldInstruments,
  type Delivery,
  type FakeCoinbase,
  type LedgerEntry,
  type VenueCandle,
} from '@groundswell/simulator';
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { aTrade, both } from './support.ts';
import { createPostgresCursorStore } from '../src/adapters/cursor-store.ts';

const ENTRY = 'services/connect-market/src/main.ts';
const SEED = 20_261_121;

describe(`connect-market on the real broker and Postgres (seed ${SEED})`, function () {
  this.timeout(60_000);
  let lane: ServiceLane;
  let venue: FakeCoinbase;
  let service: RunningService;
  const products = worldInstruments.map((one) => one.product);
  const world = createWorld({
    seed: SEED,
    startUs: Date.now() * 1000,
    ratePerSecond: 500,
    instruments: worldInstruments,
    investors: [],
  });
  /** Three days that are over, and the running one. */
  const today = Math.floor((Date.now() - 180_000) / 86_400_000);
  const pastDays: readonly VenueCandle[] = [3, 2, 1, 0].map((ago) => [
    (today - ago) * 86_400,
    9.5,
    14.5,
    10,
    11 + ago,
    7,
  ]);
  const cursorsAt = async (lastIds: Readonly<Record<string, number>>): Promise<boolean> => {
    const [row] = await lane.database.query<{ position: Record<string, number> | null }>(
      `SELECT position FROM connector_cursor WHERE connector = 'world'`,
    );
    return products.every((product) => row?.position?.[product] === (lastIds[product] ?? 0) + 1);
  };
  const start = (): Promise<RunningService> =>
    lane.start(ENTRY, { COINBASE_WS_URL: venue.wsUrl, COINBASE_REST_URL: venue.restUrl });

  before(async () => {
    lane = await openServiceLane(process.env);
    venue = await startFakeCoinbase({
      products,
      port: 0,
      nowUs: () => Date.now() * 1000,
      candles: () => pastDays,
    });
    venue.prime(world.lastTradeIds());
    service = await start();
    // A product that has never traded tells its next id by the heartbeat; from there on every trade is followed.
    await waitFor('a start on every product', () => cursorsAt(world.lastTradeIds()));
  });
  after(async () => {
    await lane.close();
    await venue.stop();
  });

  it('brings every trade of a rough world into the topic, through drops and kills, and names the rest', async () => {
    const ledger = createWorldLedger({ keep: true });
    world.skipTo(Date.now() * 1000);
    const startUs = Date.now() * 1000;
    const dispatcher = createDispatcher(world, { seed: SEED, plan: roughPlan, ledger });
    const deliver = (delivery: Delivery): void => {
      if (delivery.kind === 'trade') venue.publish(delivery.trade, delivery);
      else if (delivery.kind === 'frame') venue.sendRaw(delivery.text);
    };
    // 12 seconds of world time, as fast as the wire takes it: 6,000 trades, with a drop and two kills on the way.
    for (let second = 0; second < 12; second += 0.25) {
      for (;;) {
        const delivery = dispatcher.nextDue(startUs + second * 1e6);
        if (delivery === undefined) break;
        deliver(delivery);
      }
      await pause(25);
      if (second === 3) venue.dropConnections();
      if (second === 5 || second === 8) {
        await service.kill('SIGKILL');
        service = await start();
      }
    }
    for (const delivery of dispatcher.snapshot().pending) deliver(delivery);
    // A lost trade at the very end would show only with the next one.
    for (const [product, lastId] of Object.entries(world.lastTradeIds())) {
      const trade = aTrade(lastId + 1, { product });
      ledger.record({ kind: 'trade', fate: 'normal', trade });
      venue.publish(trade, both);
    }
    await waitFor('all cursors at the end', () =>
      cursorsAt(
        Object.fromEntries(products.map((one) => [one, (world.lastTradeIds()[one] ?? 0) + 1])),
      ),
    );

    const trades = await lane.read('market.trade.v1');
    const letters = await lane.read('control.dead-letter.v1');
    const gaps = await lane.read('control.gap.v1');
    const distinct = new Map(trades.map((one) => [one.record.eventId, one]));
    const fates = (...names: string[]): LedgerEntry[] =>
      ledger.entries().filter((entry) => names.includes(entry.fate));
    const idOf = (entry: LedgerEntry): string =>
      entry.kind === 'trade' ? tradeEventId(entry.trade) : '';

    // Every planted fault fired.
    for (const fate of Object.keys(roughPlan)) {
      if (['disorderMs', 'correct', 'cancel', 'conflict', 'badItem', 'delayed'].includes(fate))
        continue;
      const name = fate.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(fates(name), name).not.to.deep.equal([]);
    }
    // What is missing: nothing but lost trades and those without a usable price.
    const usable = ledger
      .entries()
      .filter((one) => one.kind === 'trade' && one.fate !== 'lost' && one.fate !== 'bad-price');
    const missing = usable.map(idOf).filter((id) => !distinct.has(id));
    expect(missing).to.deep.equal([]);
    expect(distinct.size).to.equal(usable.length);
    // A lost trade is named by a gap.
    const inGap = (product: string, id: number): boolean =>
      gaps.some(
        ({ record: gap }) =>
          gap.stream === product && (gap.fromId ?? 0) <= id && id <= (gap.toId ?? 0) && !gap.closed,
      );
    for (const entry of fates('lost')) {
      if (entry.kind === 'trade')
        expect(inGap(entry.trade.product, entry.trade.tradeId)).to.equal(true);
    }
    // A trade without a usable price is dead-lettered, whether it came by the socket or over REST.
    const letterTexts = letters.map(({ record }) =>
      Buffer.from(record.originalValue ?? []).toString(),
    );
    for (const entry of fates('bad-price')) {
      if (entry.kind !== 'trade') continue;
      const { tradeId, price } = entry.trade;
      const found = letterTexts.filter(
        (text) => text.includes(`${tradeId}`) && text.includes(`"${price}"`),
      );
      expect(found.length, `trade ${tradeId}`).to.be.greaterThan(0);
    }
    // Facts and identity survive: price, size, side, key, header.
    for (const entry of usable) {
      if (entry.kind !== 'trade') continue;
      const { record, key, headers } = distinct.get(idOf(entry)) ?? expect.fail('missing');
      expect(record.eventTimeUs).to.equal(entry.trade.timeUs);
      expect(key).to.equal(`crypto:${entry.trade.product}@coinbase`);
      expect(headers['event_id']).to.equal(record.eventId);
      expect(record.aggressor).to.equal(entry.trade.makerSide === 'buy' ? 'SELL' : 'BUY');
    }
  });

  it('brings the past days of every product once, through the same kills, and none that is not over', async () => {
    await waitFor('all days', async () => {
      const [row] = await lane.database.query<{ position: Record<string, number> | null }>(
        `SELECT position FROM connector_cursor WHERE connector = 'world-days'`,
      );
      return products.every((product) => row?.position?.[product] === today);
    });
    const marks = await lane.read('market.mark.v1');
    const distinct = new Map(marks.map((one) => [one.record.eventId, one]));
    expect(distinct.size).to.equal(products.length * 3 * 3);
    for (const product of products) {
      const yesterday = new Date((today - 1) * 86_400_000).toISOString().slice(0, 10);
      const { key, record } =
        distinct.get(`cb:${product}:day:${yesterday}:close`) ?? expect.fail(product);
      expect(key).to.equal(`crypto:${product}@coinbase`);
      expect(record).to.include({ priceE18: 12n * 10n ** 18n, currency: 'USD', revision: 1 });
      expect(record.eventTimeUs).to.equal(today * 86_400e6 - 1_001);
    }
  });

  it('tells the state of each product', async () => {
    const statuses = await lane.read('control.source-status.v1');
    const byKey = new Map(statuses.map(({ key, record }) => [key, record]));
    for (const product of products) {
      expect(byKey.get(`coinbase/${product}`)).to.include({
        source: 'coinbase',
        delivery: 'EXACT',
      });
    }
  });

  it('stores its cursor and ends with 0 on SIGTERM', async () => {
    expect(await service.kill('SIGTERM')).to.equal(0);
  });

  it('fences an older owner of the cursor', async () => {
    const store = createPostgresCursorStore(lane.database);
    const first = await store.acquire('fence-test', '0');
    expect(await store.save('fence-test', '0', first.epoch, { A: 1 })).to.equal(true);
    const second = await store.acquire('fence-test', '0');
    expect(second.positions).to.deep.equal({ A: 1 });
    expect(await store.save('fence-test', '0', first.epoch, { A: 2 })).to.equal(false);
    expect(await store.save('fence-test', '0', second.epoch, { A: 3 })).to.equal(true);
    expect((await store.acquire('fence-test', '0')).positions).to.deep.equal({ A: 3 });
  });
});

async function waitFor(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause(50);
  }
}
