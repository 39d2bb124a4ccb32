import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import {
  createBrokerClient,
  createDispatcher,
  createWorld,
  createWorldLedger,
  roughPlan,
  signedHeaders,
  transactionEventId,
  worldInstruments,
  worldInvestors,
  type BrokerItem,
} from '@groundswell/simulator';
import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { aBuy, SECRET } from './support.ts';

const ENTRY = 'services/connect-brokerage/src/main.ts';
const SEED = 20_261_121;
const KEY = 'integration-key-of-enough-length';
const DAY_US = 86_400e6;

describe(`connect-brokerage on the real broker and Postgres (seed ${SEED})`, function () {
  this.timeout(60_000);
  let lane: ServiceLane;
  let service: RunningService;
  const env = {
    SENDERS: JSON.stringify({ 'world-broker': { secrets: [SECRET] } }),
    INVESTOR_HMAC_KEY_V1: KEY,
  };
  const keyOf = (rawId: string): string =>
    `v1:${createHmac('sha256', KEY).update(`demo\0${rawId}`).digest('base64url')}`;
  const urlOf = (): string => `${service.url}/v1/ingest/world-broker/transactions`;
  const postSigned = (body: string): Promise<Response> => {
    const headers = signedHeaders(Buffer.from(body), SECRET, Date.now());
    return fetch(urlOf(), { method: 'POST', headers, body });
  };

  before(async () => {
    lane = await openServiceLane(process.env);
    service = await lane.start(ENTRY, env);
  });
  after(() => lane.close());

  it('brings a rough broker history into the topic, through a kill in the middle', async () => {
    const ledger = createWorldLedger({ keep: true });
    const nowUs = Date.now() * 1000;
    const world = createWorld({
      seed: SEED,
      startUs: nowUs - 60 * DAY_US,
      ratePerSecond: 1,
      instruments: worldInstruments,
      investors: worldInvestors,
    });
    const dispatcher = createDispatcher(world, { seed: SEED, plan: roughPlan, ledger });
    for (const booking of world.history(nowUs)) dispatcher.add(booking);
    const items: BrokerItem[] = [];
    for (const delivery of dispatcher.snapshot().pending) {
      if (delivery.kind === 'transaction') items.push(delivery.transaction.item);
    }
    const broker = createBrokerClient({
      url: urlOf(),
      secret: SECRET,
      nowMs: Date.now,
      batchSize: 20,
      retryMs: 50,
    });
    for (const item of items) broker.add(item);
    await waitFor('a third of the items', () => broker.pending().length < (items.length * 2) / 3);
    const { port } = new URL(service.url);
    await service.kill('SIGKILL');
    expect(broker.pending(), 'killed in the middle').not.to.deep.equal([]);
    service = await lane.start(ENTRY, { ...env, PORT: port });
    await broker.idle();
    expect(broker.stats().retries, 'requests repeated').to.be.greaterThan(0);
    expect(broker.stats().refused).to.be.greaterThan(0);

    const records = await lane.read('brokerage.transaction.v1');
    const entries = ledger
      .entries()
      .flatMap((entry) => (entry.kind === 'transaction' ? [entry] : []));
    const good = entries.filter((entry) => entry.fate !== 'bad-item');
    expect(entries.length - good.length, 'bad items planted').to.be.greaterThan(0);
    const idOf = (id: string): string => transactionEventId('world-broker', id);
    const wanted = new Set(good.map((entry) => idOf(entry.transaction.item.id)));
    const found = new Set(records.map(({ record }) => record.eventId));
    expect([...wanted].filter((id) => !found.has(id))).to.deep.equal([]);
    expect([...found].filter((id) => !wanted.has(id))).to.deep.equal([]);
    for (const { key, record, headers } of records) {
      expect(key).to.equal(record.investorKey);
      expect(headers['event_id']).to.equal(record.eventId);
    }
    // Every conflict travels: the same id with two contents, for the journal to count.
    const conflicts = entries.filter((entry) => entry.fate === 'conflicting-copy');
    for (const { transaction } of conflicts) {
      const prints = records
        .filter(({ record }) => record.eventId === idOf(transaction.item.id))
        .map(({ record }) => record.fingerprint);
      expect(new Set(prints).size).to.equal(2);
    }
  });

  it('enters investors and accounts once, under pseudonyms', async () => {
    const rows = await lane.database.query<{ investor_key: string; source_id: string }>(
      'SELECT investor_key, source_id FROM account ORDER BY key',
    );
    expect(rows.map((row) => row.investor_key).sort()).to.deep.equal(
      worldInvestors.map((one) => keyOf(one.id)).sort(),
    );
    expect(new Set(rows.map((row) => row.source_id))).to.deep.equal(new Set(['world-broker']));
  });

  it('keeps the raw ids of persons out of Kafka, Postgres and the log', async () => {
    const canary = { investor: 'canary-person-77', account: 'canary-account-77' };
    expect((await postSigned(JSON.stringify([aBuy({ id: 'canary', ...canary })]))).status).to.equal(
      200,
    );
    const records = await lane.read('brokerage.transaction.v1');
    const text = JSON.stringify(records, (_name, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    expect(text).to.contain('http:world-broker:canary"');
    expect(text).not.to.match(/canary-(person|account)|demo-\d\d/);
    for (const table of ['investor', 'account', 'ingest_request']) {
      const rows = await lane.database.query(`SELECT * FROM ${table}`);
      expect(JSON.stringify(rows)).not.to.match(/canary-(person|account)|demo-\d\d/);
    }
    expect(service.output()).not.to.match(/canary-(person|account)|demo-\d\d|whsec_/);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).not.to.match(/canary-(person|account)|demo-\d\d/);
  });

  it('remembers answers over a restart: same body same answer, other body 422', async () => {
    const body = JSON.stringify([aBuy({ id: 'once' })]);
    const headers = signedHeaders(Buffer.from(body), SECRET, Date.now());
    const first = await fetch(urlOf(), { method: 'POST', headers, body });
    const answer = await first.text();
    expect(await service.kill('SIGTERM')).to.equal(0);
    service = await lane.start(ENTRY, env);
    const before = (await lane.read('brokerage.transaction.v1')).length;
    const second = await fetch(urlOf(), { method: 'POST', headers, body });
    expect(await second.text()).to.equal(answer);
    const other = JSON.stringify([aBuy({ id: 'twice' })]);
    const mac = createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
      .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${other}`)
      .digest('base64');
    const reused = { ...headers, 'webhook-signature': `v1,${mac}` };
    const refused = await fetch(urlOf(), { method: 'POST', headers: reused, body: other });
    expect(refused.status).to.equal(422);
    expect((await lane.read('brokerage.transaction.v1')).length).to.equal(before);
  });

  it('tells the state of its sender', async () => {
    const statuses = await lane.read('control.source-status.v1');
    const last = statuses.at(-1);
    expect(last?.key).to.equal('world-broker/transactions');
    expect(last?.record).to.include({ state: 'LIVE', source: 'world-broker' });
  });
});

async function waitFor(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
