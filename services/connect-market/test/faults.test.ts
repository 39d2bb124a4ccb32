import { GroundswellError } from '@groundswell/domain';
import { sourceStreamKey } from '@groundswell/connector';
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  aTrade,
  both,
  idsOf,
  nowhere,
  range,
  restOnly,
  startRig,
  until,
  type Rig,
  type RigOptions,
} from './support.ts';

/** The fault table K20 of sources.md, each row against a venue that injects the fault and proves that it fired. */
describe('connect-market against a faulty venue', () => {
  let rig: Rig;
  const start = async (options: RigOptions = {}): Promise<void> => {
    rig = await startRig(options);
    const subscribed = (): boolean => rig.statuses('BTC-USD').at(-1)?.state === 'LIVE';
    await until('subscription', subscribed);
  };
  afterEach(async () => {
    await rig.stop();
    expect(rig.fatal).to.deep.equal([]);
  });
  const send = (from: number, to: number, via = both as typeof both | typeof restOnly): void => {
    for (const id of range(from, to)) rig.venue.publish(aTrade(id), via);
  };

  it('publishes every trade once, with the aggressor opposite to the maker', async () => {
    await start();
    send(1, 50);
    rig.venue.publish(aTrade(7, { product: 'ETH-USD', makerSide: 'buy', price: '3412.5' }), both);
    await until('51 trades', () => rig.trades().length === 51);
    const eth = rig.trades().find((trade) => trade.nativeSymbol === 'ETH-USD');
    expect(eth).to.include({
      eventId: 'cb:ETH-USD:7',
      aggressor: 'SELL',
      priceE18: 3412_500_000_000_000_000_000n,
      instrumentId: 'crypto:ETH-USD',
      feed: 'coinbase',
    });
    expect(rig.sent('market.trade.v1')[0]?.key).to.equal('crypto:BTC-USD@coinbase');
  });

  it('reconnects after a drop, closes the hole over REST and counts nothing twice', async () => {
    await start();
    send(1, 20);
    await until('20 trades', () => rig.trades().length === 20);
    rig.venue.dropConnections();
    send(21, 40);
    await until('second connection', () => rig.venue.faults.subscriptions >= 2);
    send(41, 60);
    await until('60 trades', () => rig.trades().length === 60);
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 60));
    expect(rig.gaps()).to.deep.equal([]);
    expect(rig.venue.faults.restRequests).to.be.greaterThan(0);
  });

  it('counts duplicated and reordered frames once', async () => {
    await start();
    for (const id of [1, 2, 2, 4, 3, 5, 5, 1, 7, 6]) rig.venue.publish(aTrade(id), both);
    await until('7 trades', () => rig.trades().length >= 7);
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 7));
    expect(await rig.metricsText()).to.match(/duplicates_total\{.*\} 3/);
  });

  it('adds no volume for the last_match of a new subscription', async () => {
    await start();
    send(1, 5);
    await until('5 trades', () => rig.trades().length === 5);
    rig.venue.dropConnections();
    await until('second connection', () => rig.venue.faults.subscriptions >= 2);
    send(6, 6);
    await until('6 trades', () => rig.trades().length === 6);
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 6));
  });

  it('fills a hole that only REST can fill, and finds one on a quiet product by the heartbeat', async () => {
    await start();
    send(1, 3);
    send(4, 5, restOnly);
    await until('5 trades', () => rig.trades().length === 5);
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 5));
    expect(rig.gaps()).to.deep.equal([]);
  });

  it('records one gap per hole that stays open, and its end when it is filled after all', async () => {
    await start();
    send(1, 3);
    for (const id of [4, 5]) rig.venue.publish(aTrade(id), nowhere);
    send(6, 8);
    await until('a gap', () => rig.gaps().length === 1);
    expect(rig.gaps()[0]).to.include({
      eventId: 'gap:coinbase:BTC-USD:4-5',
      fromId: 4,
      toId: 5,
      missing: 2,
      reason: 'not_at_source',
      closed: false,
    });
    expect(rig.sent('control.gap.v1')[0]?.key).to.equal(sourceStreamKey('coinbase', 'BTC-USD'));
    await until('cursor behind the gap', () => rig.cursors.positions('world')['BTC-USD'] === 9);
    await until('one open gap', () => rig.statuses('BTC-USD').at(-1)?.openGaps === 1);
    for (const id of [4, 5]) rig.venue.publish(aTrade(id), both);
    await until('the end of the gap', () => rig.gaps().length === 2);
    expect(rig.gaps()[1]).to.include({ closed: true, refEventId: 'gap:coinbase:BTC-USD:4-5' });
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 8));
  });

  it('lets the watchdog end a silent connection in time and not earlier', async () => {
    await start({ heartbeatMs: 50 });
    send(1, 1);
    await until('1 trade', () => rig.trades().length === 1);
    const silentSinceMs = Date.now();
    rig.venue.faults.silent = true;
    await until('reconnect', () => rig.venue.faults.connections >= 2);
    const afterMs = Date.now() - silentSinceMs;
    expect(afterMs).to.be.within(300 - 55, 900);
    rig.venue.faults.silent = false;
    send(2, 3);
    await until('3 trades', () => rig.trades().length === 3);
  });

  it('resumes after a slow-consumer kick without losing a trade', async () => {
    await start();
    send(1, 5);
    await until('5 trades', () => rig.trades().length === 5);
    rig.venue.kickSlowConsumers();
    send(6, 10, restOnly);
    await until('10 trades', () => rig.trades().length === 10);
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 10));
    expect(await rig.metricsText()).to.match(/reconnects_total\{[^}]*class="SLOW"[^}]*\} 1/);
  });

  it('stops a symbol that the venue does not know and goes on with the others', async () => {
    await start({ products: ['BTC-USD', 'NOPE-USD'], venueProducts: ['BTC-USD'] });
    send(1, 3);
    await until('3 trades', () => rig.trades().length === 3);
    await until('stopped', () => rig.statuses('NOPE-USD').at(-1)?.state === 'STOPPED');
    expect(rig.statuses('BTC-USD').at(-1)?.state).to.equal('LIVE');
    expect(rig.venue.faults.connections).to.equal(1);
  });

  it('tries an authentication refusal once, stops and says so', async () => {
    rig = await startRig();
    rig.venue.faults.upgradeStatus = { status: 401, retryAfterSeconds: null };
    rig.venue.dropConnections();
    await until('stopped', () => !rig.connector().readiness().ok);
    expect(rig.venue.faults.refusedUpgrades).to.equal(1);
    await until('told', () => rig.statuses('BTC-USD').at(-1)?.state === 'STOPPED');
    expect(rig.venue.faults.refusedUpgrades).to.equal(1);
  });

  it('asks nothing before the reset that a 429 names', async () => {
    await start();
    rig.venue.faults.restStatus = { status: 429, retryAfterSeconds: 1 };
    send(1, 2);
    send(3, 4, restOnly);
    send(5, 5);
    await until('first request', () => rig.venue.faults.restRequests === 1);
    const refusedAtMs = Date.now();
    rig.venue.faults.restStatus = null;
    await until('5 trades', () => rig.trades().length === 5);
    expect(Date.now() - refusedAtMs).to.be.at.least(950);
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 5));
  });

  it('dead-letters a garbage frame with its bytes and keeps the connection', async () => {
    await start();
    const garbage = '{"type":"match","trade_id":12,"price":';
    send(1, 2);
    rig.venue.sendRaw(garbage);
    send(3, 4);
    await until('4 trades', () => rig.trades().length === 4);
    await until('dead letter', () => rig.deadLetters().length === 1);
    const [letter] = rig.deadLetters();
    expect(Buffer.from(letter?.originalValue ?? []).toString()).to.equal(garbage);
    expect(letter).to.include({
      reason: 'not_json',
      originSource: 'coinbase',
      frameSha256: createHash('sha256').update(garbage).digest('hex'),
    });
    expect(rig.venue.faults.connections).to.equal(1);
  });

  it('dead-letters a trade without a usable price once, and does not fetch it again', async () => {
    await start();
    send(1, 2);
    rig.venue.publish(aTrade(3, { price: '-1.5' }), both);
    send(4, 5);
    await until('4 trades', () => rig.trades().length === 4);
    await until('cursor past it', () => rig.cursors.positions('world')['BTC-USD'] === 6);
    expect(rig.deadLetters().map((letter) => letter.reason)).to.deep.equal(['bad_price']);
    expect(rig.venue.faults.restRequests).to.equal(0);
    expect(rig.gaps()).to.deep.equal([]);
  });

  it('keeps the cursor and stops reading while Kafka refuses acks, and loses nothing', async () => {
    let refuse = false;
    const refusal = new GroundswellError('no', { code: 'GW_KAFKA_UNAVAILABLE', retriable: true });
    const gate = (): Promise<void> => (refuse ? Promise.reject(refusal) : Promise.resolve());
    await start({ gate, limits: { maxInFlight: 50 } });
    send(1, 10);
    await until('cursor', () => rig.cursors.positions('world')['BTC-USD'] === 11);
    refuse = true;
    send(11, 2000);
    await pause(150);
    // At most the 50 in flight, the statuses among them and the frames of one read: the other 1,900 stay in the socket.
    const frames = Number(
      /frames_total\{[^}]*kind="event"[^}]*\} (\d+)/.exec(await rig.metricsText())?.[1],
    );
    expect(frames).to.be.lessThan(400);
    expect(rig.trades()).to.have.length(10);
    expect(rig.cursors.positions('world')['BTC-USD']).to.equal(11);
    refuse = false;
    await until('all trades', () => rig.trades().length === 2000, 8000);
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 2000));
    await until('cursor at the end', () => rig.cursors.positions('world')['BTC-USD'] === 2001);
  }).timeout(15_000);
  it('goes on from its cursor after a restart: what came meanwhile is fetched', async () => {
    await start();
    send(1, 10);
    await until('cursor', () => rig.cursors.positions('world')['BTC-USD'] === 11);
    await rig.connector().stop(500);
    send(11, 15);
    await rig.restart();
    send(16, 20);
    await until('20 trades', () => rig.trades().length === 20);
    expect(idsOf(rig.trades())).to.deep.equal(range(1, 20));
  });
});
