import { GroundswellError, type Span } from '@groundswell/domain';
import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { aBuy, HMAC_KEY, NOW_MS, openDoor, SECRET, type Door } from './support.ts';

const keyOf = (rawId: string): string =>
  `v1:${createHmac('sha256', HMAC_KEY).update(`demo\0${rawId}`).digest('base64url')}`;

describe('POST /v1/ingest/{sender}/transactions', () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(async () => {
    await door.stop();
  });
  const nothingStored = (): void => {
    expect(door.records()).to.deep.equal([]);
  };

  it('publishes a signed item under the pseudonym of its investor', async () => {
    const { status, body } = await door.post(JSON.stringify([aBuy()]));
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      accepted: 1,
      refused: 0,
      results: [{ index: 0, id: 'e1', status: 'accepted', event_id: 'http:world-broker:e1' }],
    });
    expect(door.records()[0]).to.include({
      topic: 'brokerage.transaction.v1',
      key: keyOf('demo-01'),
      eventId: 'http:world-broker:e1',
    });
    expect(door.transactions()[0]).to.include({
      op: 'CREATE',
      source: 'world-broker',
      investorKey: keyOf('demo-01'),
      kind: 'BUY',
      instrumentId: 'crypto:BTC-USD',
      quantityE18: 500_000_000_000_000_000n,
      priceE18: 97_150_250_000_000_000_000_000n,
      grossE18: 48_575_125_000_000_000_000_000n,
      netCashE18: -48_623_695_000_000_000_000_000n,
      eventTimeUs: Date.UTC(2026, 10, 20, 11, 59, 58) * 1000 + 123_456,
      eventTimePrecision: 'MICRO',
      occurrence: 0,
    });
  });

  it('lets no raw id of a person or an account leave the door', async () => {
    await door.post(
      JSON.stringify([aBuy({ investor: 'canary-person', account: 'canary-account' })]),
    );
    await door.post(JSON.stringify([aBuy({ investor: 'canary-person', quantity: 'x' })]));
    const seen = JSON.stringify([door.records(), door.logLines], (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    expect(seen).not.to.contain('canary');
    expect(await door.metrics.text()).not.to.contain('canary');
    expect(JSON.stringify(door.logLines)).not.to.contain(SECRET.slice(6, 20));
  });

  it('times requests by sender, and a stranger is nobody in particular', async () => {
    let nowMs = NOW_MS;
    const slow = await openDoor({
      nowMs: () => nowMs,
      gate: () => {
        nowMs += 400;
        return Promise.resolve();
      },
    });
    await slow.post(JSON.stringify([aBuy()]));
    await slow.post(JSON.stringify([aBuy()]), {}, 'no-such-sender');
    const text = await slow.metrics.text();
    const line = (sender: string, rest: string): RegExp =>
      new RegExp(
        `^groundswell_ingest_request_seconds_${rest.replace('@', `[^}]*sender="${sender}"`)}$`,
        'm',
      );
    expect(text).to.match(line('world-broker', 'bucket\\{le="0.2"@[^}]*\\} 0'));
    expect(text).to.match(line('world-broker', 'bucket\\{le="0.5"@[^}]*\\} 1'));
    expect(text).to.match(line('world-broker', 'sum\\{@[^}]*\\} 0.4'));
    expect(text).to.match(line('unknown', 'count\\{@[^}]*\\} 1'));
    expect(text).not.to.contain('no-such-sender');
    await slow.stop();
  });

  it('reads NDJSON and keeps number literals to the last digit', async () => {
    const line = JSON.stringify(aBuy({ id: 'n1' })).replace('"0.5"', '0.100000000000000003');
    const headers = { 'content-type': 'application/x-ndjson; charset=utf-8' };
    const { status } = await door.post(
      `${line}\n\n${JSON.stringify(aBuy({ id: 'n2' }))}\n`,
      headers,
    );
    expect(status).to.equal(200);
    expect(door.transactions().map((one) => one.quantityE18)).to.deep.equal([
      100_000_000_000_000_003n,
      500_000_000_000_000_000n,
    ]);
  });

  it('answers items one by one: a bad one is refused with its reason, its neighbours go through', async () => {
    const items = [
      aBuy({ id: 'a' }),
      aBuy({ id: 'b', quantity: '1e40' }),
      aBuy({ id: 'c', quantity: '-1' }),
      aBuy({ id: 'd', price: '-3' }),
      aBuy({ id: 'e e' }),
      aBuy({ id: 'f', event_time: '2026-02-31T00:00:00Z' }),
      aBuy({ id: 'g', op: 'CORRECT' }),
      { ...aBuy({ id: 'h' }), symbol: undefined },
      7,
      aBuy({ id: 'z' }),
    ];
    const { status, body } = await door.post(JSON.stringify(items));
    expect(status).to.equal(200);
    const reasons = body.results?.map((one) => one['reason'] ?? one['status']);
    expect(reasons).to.deep.equal([
      'accepted',
      'bad_quantity',
      'quantity_sign',
      'price_negative',
      'bad_id',
      'bad_event_time',
      'bad_ref',
      'symbol_missing',
      'not_an_object',
      'accepted',
    ]);
    expect(door.transactions().map((one) => one.eventId)).to.deep.equal([
      'http:world-broker:a',
      'http:world-broker:z',
    ]);
  });

  it('knows an item without an id by its facts and its number among equal ones (E10)', async () => {
    const row = (occurrence: number, more: Parameters<typeof aBuy>[0] = {}) => ({
      ...aBuy(more),
      occurrence,
      sequence: 4,
      id: undefined,
    });
    const rows = [row(0), row(1), row(0, { price: '1' }), { ...aBuy(), id: undefined }];
    const first = await door.post(JSON.stringify(rows));
    expect(first.body.results?.map((one) => one['reason'] ?? one['status'])).to.deep.equal([
      'accepted',
      'accepted',
      'accepted',
      'bad_id',
    ]);
    const ids = door.transactions().map(({ eventId }) => eventId);
    expect(new Set(ids).size).to.equal(3);
    expect(ids[1]).to.equal(ids[0]?.replace(/:0$/, ':1'));
    expect(first.body.results?.map((one) => one['event_id'])).to.deep.equal([...ids, undefined]);
    expect(door.transactions()[0]).to.include({ sequence: 4, occurrence: 0 });
    // Another file with one of the rows: another request, the same fact.
    await door.post(JSON.stringify([row(1)]));
    expect(door.transactions().at(-1)?.eventId).to.equal(ids[1]);
  });

  it('looks an unknown symbol up once more before it is unresolved', async () => {
    await door.post(JSON.stringify([aBuy({ id: 'u', symbol: 'NEW-USD' })]));
    door.learn('NEW-USD', 'crypto:NEW-USD');
    await door.post(JSON.stringify([aBuy({ id: 'k', symbol: 'NEW-USD' })]));
    expect(door.transactions().map(({ instrumentId }) => instrumentId)).to.deep.equal([
      'unresolved:world-broker:NEW-USD',
      'crypto:NEW-USD',
    ]);
  });

  it('gives the same answer to a repeat and publishes nothing again', async () => {
    const body = JSON.stringify([aBuy()]);
    const first = await door.post(body);
    const second = await door.post(body);
    expect(second.status).to.equal(200);
    expect(second.body).to.deep.equal(first.body);
    expect(door.records()).to.have.length(1);
  });

  it('refuses another body under a used webhook-id with 422', async () => {
    const id = 'msg_fixed';
    const sign = (text: string) => {
      const timestamp = String(NOW_MS / 1000);
      const mac = createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
        .update(`${id}.${timestamp}.${text}`)
        .digest('base64');
      return { 'webhook-id': id, 'webhook-signature': `v1,${mac}` };
    };
    const one = JSON.stringify([aBuy()]);
    const other = JSON.stringify([aBuy({ id: 'e2' })]);
    expect((await door.post(one, sign(one))).status).to.equal(200);
    const answer = await door.post(other, sign(other));
    expect(answer.status).to.equal(422);
    expect(answer.body.code).to.equal('webhook_id_reused');
    expect(door.records()).to.have.length(1);
  });

  it('refuses a bad signature, an old one, and an unknown sender alike with 401', async () => {
    const body = JSON.stringify([aBuy()]);
    const answers = [
      await door.post(body, { 'webhook-signature': 'v1,AAAA' }),
      await door.post(body, { 'webhook-timestamp': String(NOW_MS / 1000 - 301) }),
      await door.post(body, { 'webhook-id': undefined }),
      await door.post(body, {}, 'nobody'),
    ];
    for (const answer of answers) {
      expect(answer.status).to.equal(401);
      expect(answer.type).to.equal('application/problem+json');
      expect(answer.body).to.deep.equal(answers[0]?.body);
    }
    nothingStored();
  });

  it('refuses media types it does not read with 415, also a compressed body', async () => {
    const body = JSON.stringify([aBuy()]);
    for (const headers of [
      { 'content-type': 'text/csv' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-encoding': 'gzip' },
    ]) {
      const answer = await door.post(body, headers);
      expect(answer.status).to.equal(415);
      expect(answer.type).to.equal('application/problem+json');
    }
    nothingStored();
  });

  it('refuses more than 1 MB with 413', async () => {
    const answer = await door.post(`[${' '.repeat(1_048_576)}]`);
    expect(answer.status).to.equal(413);
    expect(answer.type).to.equal('application/problem+json');
    nothingStored();
  });

  const malformed: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['half a document', '[{"id":', 'not_json'],
    ['no list', '{"id":"e1"}', 'not_a_list'],
    ['nothing', '[]', 'empty'],
    ['too many items', `[${Array(1001).fill('{}').join(',')}]`, 'too_many_items'],
    ['deep nesting', '['.repeat(5000) + ']'.repeat(5000), 'too_deep'],
    ['bytes that are no UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 'not_utf8'],
  ];
  for (const [what, body, code] of malformed) {
    it(`refuses ${what} as a whole with 400`, async () => {
      const answer = await door.post(body);
      expect(answer.status).to.equal(400);
      expect(answer.body.code).to.equal(code);
      expect(answer.type).to.equal('application/problem+json');
      nothingStored();
    });
  }

  it('carries corrections and cancellations to their targets', async () => {
    const items = [
      aBuy({ id: 'e1-c', op: 'CORRECT', ref: 'e1', price: '97000', net_cash: '-48548.57' }),
      { ...aBuy({ id: 'e1-x', op: 'CANCEL', ref: 'e1' }), kind: undefined, net_cash: undefined },
    ];
    const { body } = await door.post(JSON.stringify(items));
    expect(body.refused).to.equal(0);
    expect(door.transactions().map((one) => [one.op, one.refEventId])).to.deep.equal([
      ['CORRECT', 'http:world-broker:e1'],
      ['CANCEL', 'http:world-broker:e1'],
    ]);
  });

  it('keeps an account with the investor it was first seen with', async () => {
    await door.post(JSON.stringify([aBuy({ id: '1', investor: 'first', account: 'shared' })]));
    await door.post(JSON.stringify([aBuy({ id: '2', investor: 'second', account: 'shared' })]));
    const keys = door.transactions().map((one) => one.investorKey);
    expect(keys).to.deep.equal([keyOf('first'), keyOf('first')]);
  });

  it('makes an account without a person an investor of its own', async () => {
    const item = { ...aBuy({ account: 'lonely' }), investor: undefined };
    const { status } = await door.post(JSON.stringify([item]));
    expect(status).to.equal(200);
    expect(door.transactions()[0]?.investorKey).to.equal(keyOf('world-broker/lonely'));
  });

  it('numbers equal fills of one request, so that two stay two', async () => {
    await door.post(
      JSON.stringify([aBuy({ id: '1' }), aBuy({ id: '2' }), aBuy({ id: '3', fees: '1' })]),
    );
    expect(door.transactions().map((one) => one.occurrence)).to.deep.equal([0, 1, 2]);
    const prints = new Set(door.transactions().map((one) => one.fingerprint));
    expect(prints.size).to.equal(1);
  });

  it('keeps an unknown symbol unresolved and an unknown kind as OTHER, and a day as noon UTC', async () => {
    await door.post(
      JSON.stringify([
        aBuy({ id: '1', symbol: 'WHAT' }),
        { ...aBuy({ id: '2', kind: 'Airdrop' }), event_time: '2026-11-19' },
      ]),
    );
    const [unresolved, other] = door.transactions();
    expect(unresolved?.instrumentId).to.equal('unresolved:world-broker:WHAT');
    expect(other).to.include({
      kind: 'OTHER',
      nativeKind: 'Airdrop',
      eventTimePrecision: 'DAY',
      eventTimeUs: Date.UTC(2026, 10, 19, 12) * 1000,
    });
  });

  it('treats __proto__ as any unknown field', async () => {
    const text = JSON.stringify([aBuy()]).replace('{', '{"__proto__":{"op":"CANCEL"},');
    expect((await door.post(text)).status).to.equal(200);
    expect(door.transactions()[0]?.op).to.equal('CREATE');
  });
});

describe('spans of ingest requests', () => {
  it('tell route and status in the trace of the sender, and nothing of what was sent or by whom', async () => {
    const spans: Span[] = [];
    const door = await openDoor({
      spans: { keeps: () => true, add: (span) => void spans.push(span) },
    });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await door.post(JSON.stringify([aBuy()]), { traceparent });
    await door.post(JSON.stringify([aBuy()]), { 'webhook-signature': 'v1,forged' });
    await door.stop();
    expect(spans.map(({ name }) => name)).to.deep.equal([
      'ingestTransactions',
      'ingestTransactions',
    ]);
    expect(spans[0]?.trace.traceId).to.equal('a'.repeat(32));
    expect(spans[0]?.parentSpanId).to.equal('b'.repeat(16));
    expect(spans[1]?.parentSpanId).to.equal(null);
    expect(spans.map(({ attributes }) => attributes['http.response.status_code'])).to.deep.equal([
      200, 401,
    ]);
    for (const secret of ['demo-01', 'world-broker', 'e1', keyOf('demo-01')]) {
      const words = spans.map(({ name, attributes }) => JSON.stringify([name, attributes]));
      expect(words.join()).to.not.include(`"${secret}"`);
      expect(words.join()).to.not.include(`/${secret}`);
    }
  });
});

describe('the ingest endpoint when the broker is away', () => {
  it('answers 503 with Retry-After, keeps no answer, and takes the repeat', async () => {
    let away = true;
    const refusal = new GroundswellError('no', { code: 'GW_KAFKA_UNAVAILABLE', retriable: true });
    const door = await openDoor({
      gate: () => (away ? Promise.reject(refusal) : Promise.resolve()),
    });
    const body = JSON.stringify([aBuy()]);
    const first = await door.post(body);
    expect(first.status).to.equal(503);
    expect(first.headers.get('retry-after')).to.equal('1');
    away = false;
    expect((await door.post(body)).status).to.equal(200);
    expect(door.records()).to.have.length(1);
    await door.stop();
  });

  it('answers only after the ack', async () => {
    let ack: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (ack = resolve));
    const door = await openDoor({ gate: () => held });
    let answered = false;
    const answer = door.post(JSON.stringify([aBuy()])).then((one) => {
      answered = true;
      return one;
    });
    // A second request passes through the whole server meanwhile, so the first had every chance to be answered.
    expect((await door.post('[]')).status).to.equal(400);
    expect(answered).to.equal(false);
    ack();
    expect((await answer).status).to.equal(200);
    await door.stop();
  });

  it('lets a copy of a request under way wait for its answer, and publishes once', async () => {
    let ack: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (ack = resolve));
    const door = await openDoor({ gate: () => held });
    const body = JSON.stringify([aBuy()]);
    const answers = [door.post(body), door.post(body), door.post(body)];
    // By the time a later request is answered, the copies are inside.
    expect((await door.post('[]')).status).to.equal(400);
    ack();
    const [first, ...others] = await Promise.all(answers);
    for (const other of others) expect(other.body).to.deep.equal(first?.body);
    expect(door.records()).to.have.length(1);
    await door.stop();
  });

  it('asks senders to wait with 429 when too many items are under way', async () => {
    let ack: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (ack = resolve));
    const door = await openDoor({ gate: () => held });
    const batch = (name: string): string =>
      JSON.stringify(Array.from({ length: 1000 }, (_, index) => aBuy({ id: `${name}${index}` })));
    const posts = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => door.post(batch(name)));
    const busy = await Promise.race(posts);
    expect(busy.status).to.equal(429);
    expect(busy.headers.get('retry-after')).to.equal('1');
    ack();
    const statuses = (await Promise.all(posts)).map((one) => one.status).sort();
    expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 429]);
    await door.stop();
  });
});
