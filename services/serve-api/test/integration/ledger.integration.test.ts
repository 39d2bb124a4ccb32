import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { ZERO, add, formatE18, fractionFromE18, parseE18, roundE18 } from '@groundswell/domain';
import type { InvestorBehaviourJson, Transaction } from '@groundswell/schemas';
import { openServiceLane, type ServiceLane } from '@groundswell/testkit';
import { booking } from '../booking.ts';
import { openPublisher } from './publisher.ts';
import { makeRig, ownKey, type Api, type Rig } from './rig.ts';

const TIDE = 'crypto:TIDE-USD';
const MOSS = 'crypto:MOSS-USD';
const base = `/v1/investors/${ownKey}`;

interface Closing {
  readonly event_id: string;
  readonly lot_id: string;
  readonly quantity: string;
  readonly realised_pnl: string;
}
interface LotItem {
  readonly lot_id: string;
  readonly instrument_id: string;
  readonly side: string;
  readonly state: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly hold_ms: number | null;
  readonly quantity: string;
  readonly open_quantity: string;
  readonly unit_cost: string;
  readonly realised_pnl: string;
  readonly closings: readonly Closing[];
}
interface ExecutionItem {
  readonly event_id: string;
  readonly op: string;
  readonly late: boolean | null;
  readonly known_at: string | null;
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly closings: readonly Closing[];
  readonly versions: readonly Readonly<Record<string, unknown>>[];
}

const own = (
  id: string,
  day: number,
  kind: Transaction['kind'],
  quantity: string,
  price: string,
  more: Parameters<typeof booking>[6] = {},
): Transaction => {
  const at = `2026-03-${String(day).padStart(2, '0')}T10:00:00.000123Z`;
  return booking(ownKey, id, at, kind, quantity, price, more);
};

/** Thirds and sevenths, so that no lot has an exact decimal; what comes together is one publication. */
const batches: readonly (readonly Transaction[])[] = [
  [
    own('b1', 2, 'BUY', '7', '10', { fee: '0.1' }),
    own('b2', 4, 'BUY', '3', '13', { fee: '0.07' }),
    own('m1', 5, 'BUY', '9', '2.5', { instrumentId: MOSS }),
  ],
  [own('s1', 8, 'SELL', '-4', '12.333333333333333333', { fee: '0.05' })],
  // Late: it becomes the second lot, and s1 stays with the first.
  [own('b0', 3, 'BUY', '1', '11'), own('s2', 9, 'SELL', '-5', '9.1')],
  [
    own('c1', 10, 'BUY', '3', '14', { op: 'CORRECT', refEventId: 'b2', fee: '0.07' }),
    own('x1', 11, 'SELL', '0', '0', { op: 'CANCEL', refEventId: 's1' }),
  ],
  // Sells more than is held: the rest opens a short lot.
  [
    own('s3', 12, 'SELL', '-8', '15', { fee: '0.2' }),
    own('m2', 13, 'SELL', '-9', '2', { instrumentId: MOSS }),
  ],
];

describe('single lots and executions on real parts', function () {
  this.timeout(240_000);
  let lane: ServiceLane;
  let rig: Rig;
  let api: Api;
  let records: readonly InvestorBehaviourJson[];

  before(async () => {
    lane = await openServiceLane(process.env);
    rig = await makeRig(lane.lane);
    const publisher = await openPublisher(lane.lane);
    const service = await lane.start('services/derive-behaviour/src/main.ts', {});
    let sent = 0;
    for (const batch of batches) {
      await publisher.publish(batch);
      sent += batch.length;
      const deadline = Date.now() + 60_000;
      while ((await journalSize()) < sent) {
        if (Date.now() > deadline) throw new Error(service.output().slice(-3000));
        await sleep(50);
      }
    }
    await publisher.close();
    await service.kill('SIGTERM');
    records = (
      await lane.database.query<{ record: InvestorBehaviourJson }>(
        `SELECT record FROM feature_history WHERE entity = $1 ORDER BY lineage, revision`,
        [ownKey],
      )
    ).map(({ record }) => record);
    api = await rig.startApi({ now: () => Date.now() });
  });
  after(async () => {
    await rig.drop();
    await lane.close();
  });

  async function journalSize(): Promise<number> {
    const [row] = await lane.database.query<{ n: string }>(
      'SELECT count(*) AS n FROM journal WHERE known_at_us IS NOT NULL',
    );
    return Number(row?.n);
  }

  const ask = (list: string, query: Readonly<Record<string, string>> = {}) =>
    api.get(`${base}/${list}?${new URLSearchParams(query).toString()}`, 'investor');

  async function lots(query: Readonly<Record<string, string>> = {}): Promise<readonly LotItem[]> {
    const { status, body, text } = await ask('lots', query);
    expect(status, text).to.equal(200);
    return body.items as unknown as LotItem[];
  }
  async function executions(
    query: Readonly<Record<string, string>> = {},
  ): Promise<readonly ExecutionItem[]> {
    const { status, body, text } = await ask('executions', query);
    expect(status, text).to.equal(200);
    return body.items as unknown as ExecutionItem[];
  }

  it('agree with every published revision to the last digit, as known when it was published', async () => {
    expect(records.length).to.be.at.least(batches.length);
    for (const record of records) {
      const { body } = await ask('lots', { known_at: record.known_at });
      const items = body.items as unknown as LotItem[];
      const { lineage, revision, known_at } = record;
      expect(body.value).to.deep.equal({ lineage, revision, known_at });
      const realised = items.map((lot) => fractionFromE18(parseE18(lot.realised_pnl)));
      const sum = formatE18(roundE18(realised.reduce(add, ZERO), 8));
      expect(sum, `r${revision}`).to.equal(record.realised_pnl);
      expect(body.totals['realised_pnl']).to.equal(record.realised_pnl);
      const open = new Map<string, bigint>();
      for (const { instrument_id: id, side, open_quantity } of items) {
        const signed = parseE18(open_quantity) * (side === 'short' ? -1n : 1n);
        open.set(id, (open.get(id) ?? 0n) + signed);
      }
      const held = new Map(record.holdings.map((it) => [it.instrument_id, parseE18(it.quantity)]));
      for (const [id, quantity] of open) expect(quantity, id).to.equal(held.get(id) ?? 0n);
      expect([...held.keys()].filter((id) => !open.has(id))).to.deep.equal([]);
    }
  });

  it('name the executions that opened a lot and took from it', async () => {
    const [short, second, late, first] = await lots({ instrument: TIDE });
    expect(short).to.include({ lot_id: 's3', side: 'short', state: 'open', quantity: '2' });
    // 11 were bought, 5 sold by s2, 6 of the 8 of s3 close what is left.
    expect(second).to.include({ lot_id: 'b2', state: 'closed', quantity: '3' });
    expect(second?.closings.map(({ event_id }) => event_id)).to.deep.equal(['s3']);
    expect(late).to.include({ lot_id: 'b0', state: 'closed' });
    expect(first?.closings.map((one) => [one.event_id, one.quantity])).to.deep.equal([
      ['s2', '5'],
      ['s3', '2'],
    ]);
    expect(first).to.include({
      opened_at: '2026-03-02T10:00:00.000123Z',
      closed_at: '2026-03-12T10:00:00.000123Z',
      hold_ms: 10 * 86_400_000,
    });
    expect(first?.unit_cost).to.match(/^10\.0142857142857/);
  });

  it('are listed by state, by time and page by page, in one state of knowledge', async () => {
    const ids = async (query: Readonly<Record<string, string>>) =>
      (await lots(query)).map(({ lot_id: id }) => id);
    expect(await ids({ state: 'open' })).to.deep.equal(['s3']);
    expect(await ids({ state: 'closed' })).to.deep.equal(['m1', 'b2', 'b0', 'b1']);
    expect(await ids({ to: '2026-03-04T00:00:00Z' })).to.deep.equal(['b0', 'b1']);
    expect(await ids({ from: '2026-03-12T12:00:00Z' })).to.deep.equal(['s3', 'm1']);
    const walked: string[] = [];
    const known = new Set<string>();
    let cursor: string | null = null;
    do {
      const more: Readonly<Record<string, string>> = cursor === null ? {} : { cursor };
      const { body } = await ask('lots', { limit: '2', ...more });
      walked.push(...(body.items as unknown as LotItem[]).map(({ lot_id: id }) => id));
      known.add(body.known_at);
      cursor = body.next_cursor;
    } while (cursor !== null);
    expect(walked).to.deep.equal(['s3', 'm1', 'b2', 'b0', 'b1']);
    expect(known.size).to.equal(1);
  });

  it('tell of an execution all that was said about it', async () => {
    const found = new Map((await executions()).map((one) => [one.event_id, one]));
    expect([...found.keys()]).to.deep.equal(['m2', 's3', 's2', 's1', 'm1', 'b2', 'b0', 'b1']);
    expect(found.get('s1')).to.include({ op: 'CANCEL', quantity: '4', late: false });
    expect(found.get('s1')?.closings).to.deep.equal([]);
    expect(found.get('b2')).to.include({ op: 'CORRECT', price: '14', fee: '0.07' });
    expect(found.get('b2')?.versions.map(({ op, price }) => [op, price])).to.deep.equal([
      ['CREATE', '13'],
      ['CORRECT', '14'],
    ]);
    expect(found.get('b0')).to.include({ op: 'CREATE', late: true });
    expect(found.get('b1')?.known_at).to.equal(records[0]?.known_at);
  });

  it('list the executions of a lot, of a side, of a day', async () => {
    const ids = async (query: Readonly<Record<string, string>>) =>
      (await executions(query)).map((one) => one.event_id);
    expect(await ids({ lot: 'b1' })).to.deep.equal(['s3', 's2', 'b1']);
    expect(await ids({ side: 'SELL', instrument: MOSS })).to.deep.equal(['m2']);
    expect(await ids({ from: '2026-03-08T00:00:00Z', to: '2026-03-10T00:00:00Z' })).to.deep.equal([
      's2',
      's1',
    ]);
    expect(await ids({ lot: 'nothing' })).to.deep.equal([]);
  });

  it('show another time: what had happened by then, with what is known of it now', async () => {
    const at = await lots({ at: '2026-03-05T00:00:00Z' });
    expect(at.map(({ lot_id: id, state }) => [id, state])).to.deep.equal([
      ['b2', 'open'],
      ['b0', 'open'],
      ['b1', 'open'],
    ]);
    // The correction came on the 10th, and is about the 4th.
    expect(at[0]?.unit_cost).to.match(/^14\.0233333/);
    const { body } = await ask('lots', { at: '2026-03-05T00:00:00Z' });
    expect(body.value).to.equal(null);
    expect((await ask('lots', { at: '2020-01-01T00:00:00Z' })).status).to.equal(200);
    const before = await ask('lots', { known_at: '2020-01-01T00:00:00Z' });
    expect(before.status).to.equal(404);
  });

  it('say so when it was not kept what was known when', async () => {
    await lane.database.query(`UPDATE journal SET known_at_us = NULL WHERE event_id = 'b1'`);
    const { status, body } = await ask('lots', { known_at: new Date().toISOString() });
    expect(status).to.equal(400);
    expect(body.detail).to.include('was not kept');
    expect((await executions({ lot: 'b1' })).at(-1)).to.include({ late: null, known_at: null });
  });
});
