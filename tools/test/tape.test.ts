import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { openTape, TapeError, writeTape, type TapeEvent, type TapeHeader } from '../tape/index.ts';

const header: TapeHeader = {
  tape: 1,
  name: 'a tape',
  source: 'by hand',
  licence: 'CC0-1.0',
  zone: 'Europe/Rome',
  instruments: [{ id: 'x:A', title: 'A', currency: 'EUR', feed: 'f' }],
};
const head = JSON.stringify(header);

/** Every type with every optional field. */
const lines = [
  '{"id":"1","type":"BUY","ts":1704153600000,"seq":7,"ingest_time":"2024-01-02T00:00:00.000001Z","investor":"i","symbol":"x:A","qty":"8","price":"25.10","fee":"4","account":"a","currency":"EUR","order_id":"o"}',
  '{"id":"2","type":"SELL","ts":"2024-01-03T01:00:00.123456+01:00","investor":"i","symbol":"x:A","qty":"0","price":"27"}',
  '{"id":"3","type":"DIVIDEND","ts":1704153600000,"investor":"i","symbol":"x:A","amount":"-1.5"}',
  '{"id":"4","type":"DEPOSIT","ts":1704153600000,"investor":"i","amount":"10"}',
  '{"id":"5","type":"MARK","ts":1704153600000,"symbol":"x:A","price":"0.000000000000000001"}',
  '{"id":"6","type":"TRADE","ts":1704153600000,"symbol":"x:A","price":"1","size":"2","price_ok":false,"conditions":["20"]}',
  '{"id":"7","type":"CORRECT","ts":1704153600000,"ref":"6","set":{"price":"3","vol_ok":false,"ts":1704153600001}}',
  '{"id":"8","type":"CANCEL","ts":1704153600000,"ref":"6","symbol":"x:A"}',
  '{"id":"10","type":"POST","ts":1704153600000,"author":"ann","text":"$A \\"up\\" 🚀","lang":"en","label":"positive"}',
  '{"id":"11","type":"POST","ts":1704153600000,"author":"bob","text":""}',
  '{"id":"12","type":"CORRECT","ts":1704153600000,"ref":"10","set":{"text":"no"}}',
  '{"id":"9","type":"SPLIT","ts":1704153600000,"symbol":"x:A","ratio":[2,1]}',
];

describe('a tape', () => {
  let dir = '';
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'gw-tape-'));
  });
  afterEach(() => {
    fs.rmSync(dir, { recursive: true });
  });

  const write = (text: string | Buffer, name = 't.jsonl'): string => {
    const file = path.join(dir, name);
    fs.writeFileSync(file, text);
    return file;
  };
  const read = async (file: string): Promise<TapeEvent[]> => {
    const events: TapeEvent[] = [];
    for await (const { event } of (await openTape(file)).events) events.push(event);
    return events;
  };
  const problemOf = async (text: string): Promise<string> => {
    try {
      await read(write(text));
    } catch (thrown) {
      expect(thrown).to.be.instanceOf(TapeError);
      return (thrown as TapeError).message.slice(dir.length + 1);
    }
    return 'none';
  };

  it('is read exactly', async () => {
    const events = await read(write([head, ...lines].join('\n')));
    expect(events[0]).to.deep.equal({
      id: '1',
      type: 'BUY',
      tsUs: 1_704_153_600_000_000,
      seq: 7,
      ingestUs: 1_704_153_600_000_001,
      investor: 'i',
      symbol: 'x:A',
      qtyE18: 8n * 10n ** 18n,
      priceE18: 251n * 10n ** 17n,
      feeE18: 4n * 10n ** 18n,
      account: 'a',
      currency: 'EUR',
      orderId: 'o',
    });
    expect(events[1]).to.include({ tsUs: 1_704_240_000_123_456, qtyE18: 0n, seq: null });
    expect(events[4]).to.include({ priceE18: 1n });
    expect(events[6]).to.deep.include({
      set: { priceE18: 3n * 10n ** 18n, volOk: false, tsUs: 1_704_153_600_001_000 },
    });
  });

  for (const name of ['t.jsonl', 't.jsonl.gz']) {
    it(`that was written as ${name} is read back the same`, async () => {
      const events = await read(write([head, ...lines].join('\n')));
      const file = path.join(dir, name);
      expect(await writeTape(file, header, events)).to.equal(lines.length);
      expect((await openTape(file)).header).to.deep.equal(header);
      expect(await read(file)).to.deep.equal(events);
      expect(fs.readdirSync(dir)).not.to.include(`${name}.partial`);
    });
  }

  it('leaves nothing behind when its events fail while it is written', async () => {
    async function* failing(): AsyncGenerator<TapeEvent, void> {
      yield* await read(write([head, lines[0]].join('\n')));
      throw new RangeError('no more');
    }
    let thrown: unknown;
    await writeTape(path.join(dir, 'out.gz'), header, failing()).catch((error: unknown) => {
      thrown = error;
    });
    expect(thrown).to.be.instanceOf(RangeError);
    expect(fs.readdirSync(dir)).to.deep.equal(['t.jsonl']);
  });

  for (const [what, line, problem] of [
    ['is no JSON', '{', 'not a JSON object'],
    ['is a list', '[]', 'not a JSON object'],
    ['has no id', '{"type":"MARK","ts":1}', '"id" must be a text, it is missing'],
    ['has a time without a zone', '{"id":"1","type":"MARK","ts":"2024-01-01T00:00:00"}', '"ts"'],
    ['is of no type', '{"id":"1","type":"BYE","ts":1}', '"BYE" is no type of event'],
    [
      'names an unknown instrument',
      '{"id":"1","type":"MARK","ts":1,"symbol":"x:B","price":"1"}',
      'the header names no instrument "x:B"',
    ],
    [
      'has a price that is none',
      '{"id":"1","type":"MARK","ts":1,"symbol":"x:A","price":"1,5"}',
      '"price" must be a decimal, not "1,5"',
    ],
    [
      'has a negative quantity',
      '{"id":"1","type":"BUY","ts":1,"investor":"i","symbol":"x:A","qty":"-1","price":"1"}',
      '"qty" is negative: BUY and SELL say the direction',
    ],
    [
      'corrects what cannot be corrected',
      '{"id":"1","type":"CORRECT","ts":1,"ref":"0","set":{"investor":"j"}}',
      '"investor" cannot be corrected',
    ],
  ] as const) {
    it(`is refused with its line when one ${what}`, async () => {
      const found = await problemOf(`${head}\n${lines[4] ?? ''}\n${line}\n`);
      expect(found).to.match(/^t\.jsonl:3: /);
      expect(found).to.include(problem);
    });
  }

  it('is refused without its header', async () => {
    expect(await problemOf(`${lines[0] ?? ''}\n`)).to.match(/^t\.jsonl:1: the first line must be/);
    expect(await problemOf('')).to.equal('t.jsonl:1: the file is empty');
  });

  it('is refused when it is missing, cut short or no text', async () => {
    const missing = await openTape(path.join(dir, 'no')).catch((error: unknown) => error);
    expect(String(missing)).to.include('there is no such file');
    const long = Buffer.from([head, ...Array.from({ length: 5_000 }, () => lines[0])].join('\n'));
    const cut = write(gzipSync(long).subarray(0, 300), 'cut.gz');
    const thrown = await read(cut).catch((error: unknown) => error);
    expect(String(thrown)).to.include('it cannot be read: unexpected end of file');
    const binary = await read(write(Buffer.from([0xff, 0xfe, 0x0a]))).catch((e: unknown) => e);
    expect(String(binary)).to.include('it cannot be read');
  });
});
