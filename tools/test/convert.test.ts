import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { convertAig } from '../convert/aig.ts';
import type { Conversion } from '../convert/converter.ts';
import { convertSentfin, convertTfns, convertTweets } from '../convert/labelled.ts';
import { convertPyfolio } from '../convert/pyfolio.ts';
import { convertTenInvestors } from '../convert/ten-investors.ts';
import { formatEvent } from '../tape/index.ts';

describe('a converter', () => {
  let dir = '';
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'gw-convert-'));
  });
  afterEach(() => {
    fs.rmSync(dir, { recursive: true });
  });
  const write = (name: string, ...rows: readonly string[]): string => {
    const file = path.join(dir, name);
    fs.writeFileSync(file, `${rows.join('\n')}\n`);
    return file;
  };
  const linesOf = async ({ events }: Conversion): Promise<unknown[]> => {
    const lines: unknown[] = [];
    for await (const event of events) lines.push(JSON.parse(formatEvent(event)));
    return lines;
  };
  const problemOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error: unknown) => String(error).slice(String(error).indexOf(dir) + dir.length + 1),
    );
  const aigHeader =
    'ms_since_ny_midnight,price_decicents,size,exchange,sale_condition_hex,suspicious';

  it('reads AIG prints in New York time and lets regular ones set the price in the session', async () => {
    const file = write(
      'aig.csv',
      aigHeader,
      '14400688,491800,300,P,2000,0',
      '34200000,489050,100,Q,20,0',
      '34200000,489055,100,Q,21,0',
    );
    // 2013-10-07T00:00:00-04:00 = 1381118400000
    expect(await linesOf(convertAig(file))).to.deep.equal([
      {
        id: 'aig:20131007:1',
        type: 'TRADE',
        ts: 1_381_132_800_688,
        seq: 1,
        symbol: 'equity:AIG',
        price: '49.18',
        size: '300',
        conditions: ['2000'],
      },
      {
        id: 'aig:20131007:2',
        type: 'TRADE',
        ts: 1_381_152_600_000,
        seq: 2,
        symbol: 'equity:AIG',
        price: '48.905',
        size: '100',
        price_ok: false,
        conditions: ['20'],
      },
      {
        id: 'aig:20131007:3',
        type: 'TRADE',
        ts: 1_381_152_600_000,
        seq: 3,
        symbol: 'equity:AIG',
        price: '48.9055',
        size: '100',
        conditions: ['21'],
      },
    ]);
  });

  it('sorts the ten investors by time, reads Rome wall clock, and puts marks before executions', async () => {
    const transactions = write(
      't.csv',
      'seq,investor,type,asset,quantity,price,datetime',
      '1,b,B,MB,10,8.5866666667,2017-07-03T09:00:00Z',
      '2,b,S,MB,0,9,2017-07-03T09:00:00Z',
      '3,a,S,X.ADE,5,100,2017-01-03T09:00:00Z',
    );
    const prices = write('p.csv', 'asset,datetime,price', 'X.ADE,2017-07-03T09:00:00Z,101.5');
    const conversion = await convertTenInvestors({ transactions, prices });
    const lines = (await linesOf(conversion)) as { id: string; ts: number; qty?: string }[];
    expect(lines.map(({ id }) => id)).to.deep.equal(['ten:3', 'ten:mark:1', 'ten:1', 'ten:2']);
    // 08:00 UTC in winter, 07:00 UTC in summer
    expect(lines[0]?.ts).to.equal(Date.UTC(2017, 0, 3, 8));
    expect(lines[2]?.ts).to.equal(Date.UTC(2017, 6, 3, 7));
    expect(lines[3]?.qty).to.equal('0');
    expect(conversion.header.instruments.map(({ id }) => id)).to.deep.equal([
      'borsa:MB',
      'borsa:X.ADE',
    ]);
  });

  it('turns the sign of a pyfolio amount into a side', async () => {
    const file = write(
      'py.csv',
      ',amount,price,sid,symbol,txn_dollars',
      '2004-01-09 00:00:00+00:00,448,15.54,0,AMD,-6961.92',
      '2004-01-09 00:00:00+00:00,-4357,4.82375000001,1,CERN,21017.07875',
    );
    const lines = (await linesOf(await convertPyfolio(file))) as Record<string, unknown>[];
    expect(
      lines.map(({ type, qty, price }) => `${String(type)} ${String(qty)} ${String(price)}`),
    ).to.deep.equal(['BUY 448 15.54', 'SELL 4357 4.82375000001']);
    expect(lines[0]).to.include({ ts: Date.UTC(2004, 0, 9), symbol: 'equity:AMD' });
  });

  it('makes every labelled headline a post that names what it is about', async () => {
    const file = write(
      'sentfin.jsonl',
      '{"id":"2","text":"A Bank up, B & Co. down","label":null,"entities":{"A Bank":"positive","B & Co.":"negative"}}',
      '{"id":"5","text":"A Bank holds","label":"neutral","entities":{"A bank":"neutral"}}',
    );
    const conversion = await convertSentfin(file);
    expect(conversion.header.instruments.map(({ id, title }) => `${id} ${title}`)).to.deep.equal([
      'headline:a-bank A Bank',
      'headline:b-co B & Co.',
    ]);
    const [first, second] = (await linesOf(conversion)) as Record<string, unknown>[];
    expect(first).to.include({ id: 'sentfin-2', type: 'POST', text: 'A Bank up, B & Co. down' });
    expect(first).not.to.have.property('label');
    expect(second).to.include({ label: 'neutral', lang: 'en' });
    expect(Number(second?.['ts']) - Number(first?.['ts'])).to.equal(5000);
  });

  it('takes the mean of raters as a label from half a point on', async () => {
    const rated = [0.5, -0.5, 0.49].map((mean, id) =>
      JSON.stringify({ id: String(id), text: 't', human_mean: mean }),
    );
    const lines = (await linesOf(await convertTweets(write('t.jsonl', ...rated)))) as {
      label: string;
    }[];
    expect(lines.map(({ label }) => label)).to.deep.equal(['positive', 'negative', 'neutral']);
  });

  it('says where a labelled file is wrong, without its text', async () => {
    const file = write('tfns.jsonl', '{"id":"1","text":"secret words","label":"bullish"}');
    const problem = await convertTfns(file).catch((thrown: unknown) => (thrown as Error).message);
    expect(problem).to.equal(`${file}:1: "label" is missing or of another kind`);
  });

  for (const [what, rows, problem] of [
    ['lacks a column', ['a,b'], 'aig.csv:1: the header line lacks "ms_since_ny_midnight"'],
    ['has a short row', [aigHeader, '1,2'], 'aig.csv:2: 2 fields instead of 6'],
    [
      'has a price that is no number',
      [aigHeader, '14400688,x,300,P,2000,0'],
      'aig.csv:2: "price_decicents" is no whole number: "x"',
    ],
    [
      'has conditions that are no bit set',
      [aigHeader, '14400688,1,300,P,zz,0'],
      'aig.csv:2: "sale_condition_hex" is no bit set: zz',
    ],
  ] as const) {
    it(`names file and line of a file that ${what}`, async () => {
      const file = write('aig.csv', ...rows);
      expect(await problemOf(linesOf(convertAig(file)))).to.include(problem);
    });
  }
});
