import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { requestsOf } from '../import/door.ts';
import { ImportError } from '../import/errors.ts';
import { planImport, type Constants, type ImportPlan } from '../import/plan.ts';
import { previewText, rejectsCsv } from '../import/preview.ts';
import { loadProfile, parseProfile, profileNames, type Profile } from '../import/profile.ts';
import { findTarget } from '../import/target.ts';
import { readDecimal, readTime } from '../import/values.ts';
import { statePaths } from '../platform/paths.ts';

const own = loadProfile('groundswell');
let folder: string;
before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gw-import-'))));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

async function planOf(
  text: string,
  profile: Profile = own,
  constants: Constants = {},
): Promise<ImportPlan> {
  const file = path.join(folder, `${Math.random()}.csv`);
  fs.writeFileSync(file, text);
  return planImport(file, profile, constants);
}

const HEADER = 'time,account,kind,symbol,quantity,price,fees,net_cash,currency\n';
const problemsOf = ({ rejected }: ImportPlan): string[] =>
  rejected.flatMap(({ line, problems }) =>
    problems.map(({ column, sentence }) => `${line} ${column}: ${sentence}`),
  );

async function refused(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    expect(thrown).to.be.instanceOf(ImportError);
    return (thrown as Error).message;
  }
  return expect.fail('it was accepted');
}

describe('rows of the own format', () => {
  it('become items with the signs of the wire and the cash that follows from them', async () => {
    const { rows, rejected } = await planOf(
      `${HEADER}2024-03-11T10:00:00-04:00,a,buy,AIG,8,25,4,,USD\n` +
        '2024-03-12T10:00:00Z,a,SELL,AIG,8,27,-6,,USD\n' +
        '2024-03-13,a,DIVIDEND,AIG,,,,3.5,USD\n' +
        '2024-03-13,a,FEE,,,,,2,USD\n' +
        '2024-03-14,a,WITHDRAWAL,,,,,-100,USD\n',
    );
    expect(rejected).to.deep.equal([]);
    expect(rows.map(({ item }) => [item.quantity, item.fees ?? '', item.net_cash])).to.deep.equal([
      ['8', '4', '-204'],
      ['-8', '6', '210'],
      ['0', '', '3.5'],
      ['0', '', '-2'],
      ['0', '', '-100'],
    ]);
    expect(rows[0]?.item).to.include({ kind: 'BUY', event_time: '2024-03-11T14:00:00.000000Z' });
    expect(rows[2]?.item.event_time).to.equal('2024-03-13');
  });

  it('are rejected one by one, with line, column and a sentence each', async () => {
    const plan = await planOf(
      `${HEADER}2024-03-11,a,BUY,AIG,8,25,,,USD\n` +
        'yesterday,a,BUY,AIG,eight,25,,,USD\n' +
        '2024-02-30,a,BUY,AIG,8,25,,,USD\n' +
        '2024-03-11,a,BUY,AIG,0,25,,,USD\n' +
        '2024-03-11,a,SELL,AIG,-8,25,,,USD\n' +
        '2024-03-11,a,SELL,,8,25,,,USD\n' +
        '2024-03-11,a,BUY,AIG,8,,,,USD\n' +
        '2024-03-11,,BUY,AIG,8,25,,,USD\n' +
        '2024-03-11,a,HOLD,AIG,8,25,,,dollars and more\n' +
        '2024-03-11,a,FEE,,,,,,USD\n' +
        '2024-03-11,a,BUY,AIG\n' +
        ',a,BUY,AIG,8,25,,,\n',
    );
    expect(plan.rows).to.have.length(1);
    expect(problemsOf(plan)).to.deep.equal([
      '3 time: "yesterday" is no time of the form 2024-03-11T14:30:00-04:00 (ISO 8601)',
      '3 quantity: "eight" is no decimal with "." as its mark',
      '4 time: "2024-02-30" names a day or an hour that does not exist',
      '5 quantity: a quantity of 0 is no execution',
      '6 quantity: a SELL has no sign: the kind says which way it goes',
      '7 symbol: a SELL needs it',
      '8 price: a BUY needs it',
      '9 account: the file has none: name one with --account',
      `10 kind: "HOLD" is no kind: use BUY, SELL, SHORT, COVER, DIVIDEND, INTEREST, FEE, TAX, DEPOSIT, WITHDRAWAL, TRANSFER_IN, TRANSFER_OUT, SPLIT, MERGER, SPINOFF, OPTION_EXERCISE, OPTION_ASSIGNMENT, OPTION_EXPIRATION, OTHER`,
      '10 currency: "DOLLARS AND MORE" is no currency: 3 to 5 letters, as in USD',
      '11 net_cash: a FEE needs it',
      '12 : the row has 4 fields, the header 9',
      '13 time: it is empty',
      '13 currency: it is empty',
    ]);
    expect(plan.rows.length + plan.rejected.length).to.equal(12);
  });

  it('keep quoted fields, line numbers behind them, a byte order mark and gzip', async () => {
    const text =
      '\ufefftime,account,kind,net_cash,currency,order_id\n' +
      '2024-03-11,"a ""b"", c",FEE,1,USD,"x\ny"\n2024-03-11,a,FEE,x,USD,\n';
    const file = path.join(folder, 'packed.csv.gz');
    fs.writeFileSync(file, gzipSync(text));
    const plan = await planImport(file, own);
    expect(plan.rows[0]?.item.account).to.equal('a "b", c');
    expect(problemsOf(plan)[0]).to.match(/^4 net_cash/);
  });

  it('take what they lack from the command line', async () => {
    const text = 'time,kind,net_cash,currency\n2024-03-11,FEE,1,USD\n';
    const { rows } = await planOf(text, own, { account: 'mine', investor: 'me' });
    expect(rows[0]?.item).to.include({ account: 'mine', investor: 'me' });
  });

  it('go back to the person with what is wrong, in a file that can be mended and imported', async () => {
    const plan = await planOf(`${HEADER}2024-03-11,"a,b",BUY,AIG,x,25,,,USD\n2024-03-11,a\n`);
    const text = rejectsCsv(plan.header, plan.rejected, own.delimiter);
    expect(text).to.contain('"a,b"').and.to.contain('line 2, column quantity');
    const again = await planOf(text.replace(',x,', ',8,'));
    expect([again.rows.length, again.rejected.length]).to.deep.equal([1, 1]);
  });

  it('are shown before they are imported', async () => {
    const plan = await planOf(`${HEADER}2024-03-11,a,BUY,AIG,8,25,,,USD\n2024-03-11,a,BUY\n`);
    const text = previewText(plan);
    expect(text).to.match(/2 +2024-03-11 +a +BUY +AIG +8 +25 +-200 USD/);
    expect(text).to.contain('rows       1 to import, 1 rejected');
    expect(text).to.contain('line 3: the row has 3 fields, the header 9');
    expect(text).to.contain(plan.hash);
  });
});

describe('the identity of rows (E10)', () => {
  const fill = '2024-03-11T10:00:00Z,a,BUY,AIG,8,25,,,USD\n';
  const other = '2024-03-11T10:00:00Z,a,BUY,AIG,9,25,,,USD\n';
  const numbers = ({ rows }: ImportPlan) =>
    rows.map(({ item }) => [item.quantity, item.occurrence, item.sequence]);

  it('numbers equal fills, and fills of one instant', async () => {
    expect(numbers(await planOf(HEADER + fill + other + fill))).to.deep.equal([
      ['8', 0, 0],
      ['9', 0, 1],
      ['8', 1, 2],
    ]);
  });

  it('is that of the facts, not of their spelling or of what the ledger does not need', async () => {
    const spelled = '2024-03-11T11:00:00+01:00,a,buy,AIG,8.0,25.00,1,-200,USD\n';
    const { rows } = await planOf(HEADER + fill + spelled);
    expect(rows.map(({ item }) => item.occurrence)).to.deep.equal([0, 1]);
  });

  it('is the same in another export that overlaps', async () => {
    const earlier = '2024-03-10T10:00:00Z,a,BUY,AIG,1,20,,,USD\n';
    const [first, second] = [
      await planOf(HEADER + fill + fill),
      await planOf(HEADER + earlier + fill + fill + other),
    ];
    expect(second.rows.slice(1, 3).map(({ item }) => item)).to.deep.equal(
      first.rows.map(({ item }) => item),
    );
  });

  it('makes the same requests of the same file, and other ones of another', async () => {
    const ids = async (text: string) => requestsOf((await planOf(text)).rows).map(({ id }) => id);
    expect(await ids(HEADER + fill)).to.deep.equal(await ids(HEADER + fill));
    expect(await ids(HEADER + fill)).not.to.deep.equal(await ids(HEADER + other));
    const many = await planOf(HEADER + fill.repeat(1001));
    const requests = requestsOf(many.rows);
    expect(requests.map(({ rows }) => rows.length)).to.deep.equal([500, 500, 1]);
    // Equal fills in different requests are told apart by the file, not by the request.
    expect(requests[2]?.rows[0]?.item.occurrence).to.equal(1000);
  });
});

describe('decimals and times of a profile', () => {
  it('read a decimal comma and groups, and refuse groups that are none', () => {
    const german = { decimal: ',', thousands: '.' } as const;
    expect(readDecimal('1.234.567,89', 'price', german)).to.equal('1234567.89');
    expect(readDecimal('-0,5', 'price', german)).to.equal('-0.5');
    expect(readDecimal(' ', 'price', german)).to.equal(null);
    expect(() => readDecimal('1.50', 'price', german)).to.throw('is no decimal');
    expect(() => readDecimal('1,50', 'price', own)).to.throw('is no decimal');
    expect(() => readDecimal('', 'price', own)).not.to.throw();
  });

  it('round what is finer than 18 decimals half to even, once (T7)', () => {
    expect(readDecimal('0.1234567890123456785', 'price', own)).to.equal('0.123456789012345678');
    expect(readDecimal('28.5866666667', 'price', own)).to.equal('28.5866666667');
  });

  const rule = (more: Partial<Profile['time']>): Profile['time'] => ({ ...own.time, ...more });
  const newYork = rule({ zone: 'America/New_York' });

  it('read wall clocks of the zone on both sides of a change of clocks', () => {
    expect(readTime('2024-03-09 10:00', newYork).text).to.equal('2024-03-09T15:00:00.000000Z');
    expect(readTime('2024-03-11 10:00', newYork).text).to.equal('2024-03-11T14:00:00.000000Z');
    // Of an hour that comes twice, the first.
    expect(readTime('2024-11-03 01:30:00.25', newYork).text).to.equal(
      '2024-11-03T05:30:00.250000Z',
    );
  });

  it('refuse an hour that clocks went forward over', () => {
    expect(() => readTime('2024-03-10 02:30:00', newYork)).to.throw(
      '2024-03-10 02:30:00 did not exist in America/New_York: clocks went forward over it',
    );
  });

  it('believe a zone that the text names, unless the profile knows better', () => {
    const text = '2016-07-01T09:00:00Z';
    expect(readTime(text, newYork).text).to.equal('2016-07-01T09:00:00.000000Z');
    const rome = rule({ zone: 'Europe/Rome', ignore_zone: true });
    expect(readTime(text, rome).text).to.equal('2016-07-01T07:00:00.000000Z');
  });

  it('read other forms by their pattern, and dates alone as dates', () => {
    const german = rule({ format: 'dd.MM.yyyy HH:mm:ss', zone: 'Europe/Berlin' });
    expect(readTime('1.7.2024 09:30:00', german).text).to.equal('2024-07-01T07:30:00.000000Z');
    expect(() => readTime('2024-07-01', german)).to.throw('is no time of the form dd.MM.yyyy');
    const american = rule({ format: 'MM/dd/yyyy' });
    expect(readTime('07/01/2024', american)).to.deep.equal({
      text: '2024-07-01',
      us: Date.parse('2024-07-01T12:00:00Z') * 1000,
    });
    expect(readTime('2004-01-09 00:00:00+00:00', rule({ precision: 'day' })).text).to.equal(
      '2004-01-09',
    );
  });
});

describe('profiles', () => {
  it('are all readable, under their own names', () => {
    expect(profileNames()).to.include.members(['groundswell', 'pyfolio', 'ten-investors']);
    for (const name of profileNames()) expect(loadProfile(name).profile).to.equal(name);
  });

  it('of pyfolio tell side by sign, of the ten investors by letter', async () => {
    const pyfolio = await planOf(
      ',amount,price,sid,symbol,txn_dollars\n2004-01-09 00:00:00+00:00,-3,15.5,1,AMD,46.5\n',
      loadProfile('pyfolio'),
    );
    expect(pyfolio.rows[0]?.item).to.include({
      account: 'pyfolio',
      kind: 'SELL',
      quantity: '-3',
      net_cash: '46.5',
      event_time: '2004-01-09',
    });
    const ten = await planOf(
      'seq,investor,type,asset,quantity,price,datetime\n1,44382,B,3NGS,130,32.765,2017-10-30T17:35:00Z\n2,44382,X,3NGS,1,1,2017-10-30T17:35:00Z\n',
      loadProfile('ten-investors'),
    );
    expect(ten.rows[0]?.item).to.include({
      account: '44382',
      investor: '44382',
      kind: 'BUY',
      currency: 'EUR',
      event_time: '2017-10-30T16:35:00.000000Z',
    });
    expect(problemsOf(ten)).to.deep.equal(['3 type: "X" is no kind: use B, S']);
  });

  it('that are wrong say where', () => {
    const text = fs.readFileSync('tools/import/profiles/pyfolio.yaml', 'utf8');
    const wrong = (from: string, to: string) => () => parseProfile(text.replace(from, to), 'mine');
    expect(wrong('zone: UTC', 'zone: Mars/Base')).to.throw('Profile mine: time.zone');
    expect(wrong('sign: quantity', 'sign: maybe')).to.throw('Profile mine: sign');
    expect(wrong('title:', 'titel:')).to.throw('Profile mine');
    expect(wrong('profile: pyfolio', '\t- [')).to.throw('Profile mine is no YAML');
    expect(() => loadProfile('nobody')).to.throw('There is no profile nobody: use groundswell');
  });
});

describe('what cannot be imported at all', () => {
  it('is told in a sentence', async () => {
    expect(await refused(planImport(path.join(folder, 'none.csv'), own))).to.match(/^There is no/);
    expect(await refused(planOf(''))).to.match(/is empty\.$/);
    expect(await refused(planOf('a,b\n1,2\n'))).to.match(
      /has no column "time", "kind", "currency", which the profile groundswell needs\. It has: a, b\.$/,
    );
    expect(await refused(planOf(`${HEADER}"2024\n`))).to.match(/, line \d+ cannot be read: /);
  });

  it('finds the platform that runs or that is named, and none where none is', () => {
    expect(() => findTarget({}, statePaths(path.join(folder, 'nowhere')))).to.throw(
      ImportError,
      'No platform runs here',
    );
    const paths = statePaths(path.join(folder, 'state'));
    fs.mkdirSync(path.dirname(paths.run), { recursive: true });
    fs.mkdirSync(path.dirname(paths.urls), { recursive: true });
    const run = {
      supervisorPid: process.pid,
      addresses: { postgres: 'postgres://here' },
      pids: {},
    };
    fs.writeFileSync(paths.run, JSON.stringify(run));
    expect(() => findTarget({}, paths)).to.throw(ImportError, 'No platform runs here');
    fs.writeFileSync(paths.urls, JSON.stringify({ 'connect-brokerage': 'http://door' }));
    const found = findTarget({}, paths);
    expect(found).to.include({ databaseUrl: 'postgres://here', lane: 'live' });
    expect(found.door).to.include({ url: 'http://door', sender: 'csv-import' });
    expect(found.door.secret).to.match(/^whsec_/);
    const named = {
      INGEST_URL: 'http://x/',
      INGEST_SECRET: 'whsec_x',
      DATABASE_URL: 'postgres://y',
    };
    expect(findTarget(named, paths).door).to.deep.equal({
      url: 'http://x',
      sender: 'csv-import',
      secret: 'whsec_x',
    });
  });
});
