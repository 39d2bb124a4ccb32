import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createKafkaClient, createTopicAdmin } from '@groundswell/kafka';
import { createDatabase } from '@groundswell/postgres';
import { repositoryDir } from '../platform/paths.ts';
import type { ReplayReport } from '../replay/report.ts';
import { syntheticPosts } from './synthetic-posts.ts';
import { syntheticTape } from './synthetic-tape.ts';

const dataDir = path.join(repositoryDir, '../shared/data');
const hasData = fs.existsSync(dataDir);
const skipped = hasData ? '' : ' (skipped: ../shared/data is not there)';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool as a person does. */
async function run(tool: string, ...args: readonly string[]): Promise<Outcome> {
  const command = ['--conditions=@groundswell/source', path.join(repositoryDir, 'tools', tool)];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...command, ...args]);
    return { code: 0, stdout, stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`not run: ${name} is not set`);
  return value;
}

/** Topics and tables that a lane has left. */
async function remainsOf(lane: string): Promise<readonly string[]> {
  const kafka = createKafkaClient({
    brokers: environment('KAFKA_BROKERS').split(','),
    clientId: 'replay-test',
  });
  const database = createDatabase({
    url: environment('DATABASE_URL'),
    lane: 'live',
    applicationName: 'replay-test',
    maxConnections: 1,
  });
  try {
    const topics = (await createTopicAdmin(kafka).listTopics()).filter((t) => t.startsWith(lane));
    const schemas = await database.query<{ name: string }>(
      'SELECT nspname AS name FROM pg_namespace WHERE nspname = $1',
      [`gw_${lane.replaceAll('-', '_')}`],
    );
    return [...topics, ...schemas.map(({ name }) => name)];
  } finally {
    await kafka.close();
    await database.close();
  }
}

describe('npm run replay', function () {
  this.timeout(240_000);
  let dir = '';
  before(() => {
    environment('KAFKA_BROKERS');
    environment('SCHEMA_REGISTRY_URL');
    environment('DATABASE_URL');
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'gw-replay-'));
  });
  after(() => {
    fs.rmSync(dir, { recursive: true, force: true });
  });

  async function replay(tape: string, ...args: readonly string[]): Promise<ReplayReport> {
    const json = path.join(dir, 'report.json');
    const { code, stdout, stderr } = await run('replay.ts', tape, '--json', json, ...args);
    expect(code, `${stdout}${stderr}`).to.equal(0);
    return JSON.parse(fs.readFileSync(json, 'utf8')) as ReplayReport;
  }

  it('plays disorder, repeats, late events, corrections and defects, equals the oracle, and cleans up', async () => {
    const tape = path.join(dir, 'synthetic.jsonl');
    fs.writeFileSync(tape, syntheticTape(7));
    const report = await replay(tape);
    expect(report.deadLetters).to.deep.equal({ quantity_not_positive: 1, size_not_positive: 1 });
    expect(report.verdicts['market.trade.v1']).to.include({ dead: 1 });
    expect(report.verdicts['market.trade.v1']?.late).to.be.greaterThan(5);
    expect(report.verdicts['market.trade.v1']?.deduped).to.be.greaterThan(5);
    expect(report.verdicts['brokerage.transaction.v1']?.deduped).to.be.greaterThan(5);
    expect(report.bars.equal).to.be.greaterThan(100);
    expect(report.late.equal).to.be.greaterThan(5);
    expect(report.ledgers).to.deep.include({ different: 0 });
    expect(report.investors).to.have.length(3);
    expect(await remainsOf(report.lane)).to.be.empty;
  });

  it('plays posts, edits and deletions through the intake of live posts, equals the oracle, and says how scorers agree with people', async () => {
    const tape = path.join(dir, 'posts.jsonl');
    fs.writeFileSync(tape, syntheticPosts(7));
    const report = await replay(tape);
    // Some name no instrument: the intake keeps what it would keep of a live feed.
    expect(report.verdicts['social.post.v1']?.applied).to.be.within(250, 447);
    expect(report.verdicts['social.mention.v1']?.applied).to.be.greaterThan(500);
    expect(report.moods).to.deep.include({ different: 0 });
    expect(report.moods.equal).to.be.greaterThan(1000);
    expect(report.agreements).to.have.length(3);
    for (const { accuracy } of report.agreements) expect(accuracy.value).to.be.above(0.7);
  });

  it('stops on Ctrl-C and leaves nothing behind', async () => {
    const tape = path.join(dir, 'slow.jsonl');
    fs.writeFileSync(tape, syntheticTape(8));
    const child = spawn(
      process.execPath,
      [
        '--conditions=@groundswell/source',
        path.join(repositoryDir, 'tools/replay.ts'),
        tape,
        '--speed',
        '1',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const exited = once(child, 'exit');
    let said = '';
    child.stderr.setEncoding('utf8');
    for await (const text of child.stderr as AsyncIterable<string>) {
      said += text;
      // Plain progress comes every five seconds: the publication is under way.
      if (said.includes('published')) child.kill('SIGINT');
    }
    expect(await exited).to.deep.equal([130, null]);
    const lane = /creating lane (\S+)/.exec(said)?.[1];
    expect(lane).to.match(/^replay-[0-9a-f]{8}$/);
    expect(await remainsOf(lane ?? '')).to.be.empty;
  });

  it('says where a tape is wrong, and ends with 1', async () => {
    const tape = path.join(dir, 'bad.jsonl');
    fs.writeFileSync(tape, `${syntheticTape(7).split('\n')[0] ?? ''}\n{"id":1}\n`);
    const { code, stderr } = await run('replay.ts', tape);
    expect(code).to.equal(1);
    expect(stderr.trim()).to.equal(`${tape}:2: "id" must be a text, not 1`);
  });

  (hasData ? it : it.skip)(
    `gives the vendor's minute bars of AIG in at least 426 of 433 minutes${skipped}`,
    async () => {
      const tape = path.join(dir, 'aig.jsonl.gz');
      const ticks = path.join(dataDir, 'lean/aig_20131007_trade_ticks.csv.gz');
      expect(await run('convert.ts', 'aig', '--ticks', ticks, '--out', tape)).to.include({
        code: 0,
      });
      const bars = path.join(dataDir, 'lean/aig_20131007_minute_bars.csv');
      const report = await replay(tape, '--bars', bars);
      const vendor = report.vendor ?? { equal: 0, different: 0 };
      expect(vendor.equal + vendor.different).to.equal(433);
      expect(vendor.equal).to.be.at.least(426);
      expect(report.bars).to.include({ different: 0 });
      expect(report.verdicts['market.trade.v1']).to.include({ applied: 25_351 });
    },
  );

  (hasData ? it : it.skip)(
    `ends the ten investors with the P&L of the oracle to the last digit${skipped}`,
    async () => {
      const tape = path.join(dir, 'ten.jsonl.gz');
      const ledger = path.join(dataDir, 'ledger');
      const converted = await run(
        'convert.ts',
        'ten-investors',
        '--transactions',
        path.join(ledger, 'ten_investors_transactions.csv.gz'),
        '--prices',
        path.join(ledger, 'ten_investors_marketprices_of_held_assets.csv.gz'),
        '--out',
        tape,
      );
      expect(converted).to.include({ code: 0 });
      const report = await replay(tape);
      // 31 fields of 10 investors
      expect(report.ledgers).to.deep.equal({ equal: 380, different: 0, examples: [] });
      expect(report.deadLetters).to.deep.equal({ quantity_not_positive: 8 });
      expect(report.verdicts['brokerage.transaction.v1']).to.include({ applied: 4_909, dead: 8 });
      const listed = (of: 'unpriced' | 'quarantined') =>
        report.investors
          .flatMap((line) => line[of].map((symbol) => `${line.investor} ${symbol}`))
          .sort();
      expect(listed('unpriced')).to.deep.equal(['8ZQ32 borsa:HER', 'QZNZN borsa:I.ABI']);
      expect(listed('quarantined')).to.deep.equal([
        '44382 borsa:GAS3L',
        '62NQ8 borsa:WUNI13',
        '784ZZ borsa:EEMS',
      ]);
    },
  );
});
