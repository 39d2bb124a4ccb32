import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseE18 } from '@groundswell/domain';
import { batchLedger, type Booking, type InvestorValues } from '@groundswell/oracle';
import { createDatabase } from '@groundswell/postgres';
import { expect } from 'chai';
import { openImportLane, type ImportLane } from '../import/lane.ts';
import { planImport, type ImportPlan } from '../import/plan.ts';
import { loadProfile, type Profile } from '../import/profile.ts';
import { importPlan, type ImportResult } from '../import/run.ts';
import { repositoryDir } from '../platform/paths.ts';

const pyfolioFile = path.join(repositoryDir, '../shared/data/pyfolio/test_txn.csv.gz');
const hasPyfolio = fs.existsSync(pyfolioFile);
const skipped = hasPyfolio ? '' : ' (skipped: ../shared/data/pyfolio is not there)';

/** Two equal fills, a fill of the same instant, fees, cash, and two rows that cannot be read. */
const OWN = `time,account,investor,kind,symbol,quantity,price,fees,net_cash,currency
2024-03-01T10:00:00Z,main,ann,DEPOSIT,,,,,1000,USD
2024-03-04T10:00:00-05:00,main,ann,BUY,AIG,2,50,1,,USD
2024-03-04T10:00:00-05:00,main,ann,BUY,AIG,2,50,1,,USD
2024-03-04T10:00:00-05:00,main,ann,SELL,AIG,3,52.5,0.5,,USD
2024-03-05T10:00:00-05:00,main,ann,BUY,AIG,none,50,,,USD
2024-03-06,main,ann,DIVIDEND,AIG,,,,2.5,USD
2024-03-07T10:00:00-05:00,other,bob,SHORT,AIG,4,51,,,USD
2024-03-08T10:00:00-05:00,other,bob,COVER,AIG,4,50,,,USD
2024-03-08T10:00:00-05:00,other,bob,BUY,AIG,0,50,,,USD
`;

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`not run: ${name} is not set`);
  return value;
}

/** What must come of the rows, by their own account: the lane's pseudonyms stay in the lane. */
function expectedOf(plan: ImportPlan): readonly InvestorValues[] {
  const bookings = plan.rows.map(({ item, line }): Booking => {
    const time = item.event_time;
    const size = (text = '0') => parseE18(text.replace('-', ''));
    const type = { SHORT: 'SELL', COVER: 'BUY' }[item.kind as string] ?? item.kind;
    return {
      kind: 'booking',
      id: String(line),
      investor: item.investor ?? item.account,
      currency: item.currency,
      type: type as Booking['type'],
      tsUs: Date.parse(time.length === 10 ? `${time}T12:00:00Z` : time) * 1000,
      seq: item.sequence,
      instrumentId: item.symbol ?? null,
      qtyE18: size(item.quantity),
      priceE18: size(item.price),
      feeE18: size(item.fees),
      amountE18: type === 'DIVIDEND' ? parseE18(item.net_cash) : size(item.net_cash),
    };
  });
  return [...batchLedger(bookings, []).investors.values()];
}

describe('npm run import', function () {
  this.timeout(240_000);
  const signal = new AbortController().signal;
  const lane = `import-test-${process.pid}`;
  let opened: ImportLane;
  let dir: string;

  before(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'gw-import-'));
    const platform = {
      kafkaBrokers: environment('KAFKA_BROKERS'),
      schemaRegistryUrl: environment('SCHEMA_REGISTRY_URL'),
      databaseUrl: environment('DATABASE_URL'),
      from: 'the platform of the tests',
      stop: () => Promise.resolve(),
    };
    opened = await openImportLane(platform, {
      lane,
      env: process.env,
      signal,
      onFatal: (error) => {
        throw error;
      },
      nowMs: Date.now,
      keep: false,
    });
  });
  after(async () => {
    await opened.close();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  async function importFile(
    file: string,
    profile: Profile,
  ): Promise<{ readonly plan: ImportPlan; readonly result: ImportResult }> {
    const plan = await planImport(file, profile);
    const observer = { signal, nowMs: Date.now, posted: () => undefined };
    return { plan, result: await importPlan(plan, profile, opened.target, observer) };
  }

  function write(name: string, text: string): string {
    const file = path.join(dir, name);
    fs.writeFileSync(file, text);
    return file;
  }

  /** Money and counts of the investors, in an order that does not depend on their pseudonyms. */
  const sums = (values: readonly Pick<InvestorValues, 'n' | 'realised_pnl' | 'cash' | 'fees'>[]) =>
    values
      .map(({ n, realised_pnl: realised, cash, fees }) => `${n} ${realised} ${cash} ${fees}`)
      .toSorted();

  it('makes the ledgers of the oracle, and keeps aside what it cannot read', async () => {
    const { plan, result } = await importFile(write('own.csv', OWN), loadProfile('groundswell'));
    expect(result.accepted).to.equal(7);
    expect(result.rejected.map(({ line }) => line)).to.deep.equal([6, 10]);
    expect(result.instruments.created).to.deep.equal(['equity:AIG']);
    expect(result.wasImported).to.equal(false);
    const investors = await opened.settled();
    expect(sums(investors)).to.deep.equal(sums(expectedOf(plan)));
    // By hand: 1000 - 101 - 101 + 157 + 2.5, and (204 - 200).
    expect(sums(investors)).to.deep.equal(['2 4 4 0', '5 5.5 957.5 2.5']);
    expect(investors.flatMap(({ holdings }) => holdings)[0]).to.include({
      instrument_id: 'equity:AIG',
      quantity: '1',
    });
  });

  it('changes nothing the second time, in the same file or in one that overlaps', async () => {
    const before = await opened.settled();
    const again = await importFile(path.join(dir, 'own.csv'), loadProfile('groundswell'));
    expect(again.result).to.include({ accepted: 7, wasImported: true });
    expect(await opened.settled()).to.deep.equal(before);
    // Another export: other lines, columns and spellings, the same facts, and one more fill that is equal to two others.
    const [header = '', deposit = '', ...rows] = OWN.trimEnd().split('\n');
    const overlapping = [header, ...rows.slice(0, 2), rows[0], deposit.replace('1000', '1000.00')];
    const other = await importFile(
      write('overlap.csv', overlapping.join('\n')),
      loadProfile('groundswell'),
    );
    expect(other.result).to.include({ accepted: 4, wasImported: false });
    const [ann] = (await opened.settled()).filter(({ n }) => n > 5);
    expect(ann).to.include({ n: 6, cash: '856.5', conflict_count: 0 });
  });

  it('gives days to the zone of the listing', async () => {
    const database = createDatabase({
      url: environment('DATABASE_URL'),
      lane,
      applicationName: 'import-test',
    });
    try {
      const rows = await database.query<{ zone: string }>(
        "SELECT zone FROM instrument WHERE id = 'equity:AIG'",
      );
      expect(rows).to.deep.equal([{ zone: 'America/New_York' }]);
    } finally {
      await database.close();
    }
  });

  (hasPyfolio ? it : it.skip)(`takes 9,367 executions of pyfolio, twice${skipped}`, async () => {
    const { plan, result } = await importFile(pyfolioFile, loadProfile('pyfolio'));
    expect(result).to.include({ accepted: 9367, wasImported: false });
    const [expected] = expectedOf(plan);
    const ofPyfolio = async () => (await opened.settled()).find(({ n }) => n === 9367);
    const first = await ofPyfolio();
    expect(sums(first ? [first] : [])).to.deep.equal(sums(expected ? [expected] : []));
    expect(first?.turnover.at(-1)).to.include({ trade_count: 9367 });
    expect((await importFile(pyfolioFile, loadProfile('pyfolio'))).result.wasImported).to.equal(
      true,
    );
    expect(await ofPyfolio()).to.deep.equal(first);
  });
});
