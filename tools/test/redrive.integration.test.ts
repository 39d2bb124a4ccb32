import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import { expect } from 'chai';
import { canaryKeys, type CanaryKey } from '../observability/canary.ts';
import { openCanaryPublisher, type CanaryPublisher } from './support/canary-publisher.ts';
import { until } from './support/until.ts';

/** N6 and R17: a release refuses what is good, the next one repairs that, and what died is applied once. The parts build on each other. */
describe('dead letters that are sent again', function () {
  this.timeout(180_000);
  const [key] = canaryKeys(6) as [CanaryKey];
  const startUs = (Math.floor(Date.now() / 60_000) - 1) * 60_000_000;
  const bug = {
    BUG_FROM_US: String(startUs + 10 * 100_000),
    BUG_TO_US: String(startUs + 35 * 100_000),
  };
  let lane: ServiceLane;
  let trades: CanaryPublisher;
  let derive: RunningService | undefined;

  const program = ['--conditions=@groundswell/source', 'tools/operate.ts'];
  const wanted = (...more: string[]): readonly string[] => [
    ...['redrive', '--group', `${lane.lane}.derive-market`, '--topic', trades.topic],
    ...['--by', 'r.e.hearse', '--reason', 'the release after it', ...more],
  ];
  const environment = () => ({ ...process.env, GW_LANE: lane.lane });
  /** The program, as a person runs it. */
  const operate = (args: readonly string[]): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...args], {
      encoding: 'utf8',
      env: environment(),
    });
    return { status, said: stdout + stderr };
  };
  const counts = async () => {
    const [row] = await lane.database.query<Record<string, string>>(
      `SELECT next_offset AS next, n_applied AS applied, n_deduped AS deduped, n_late AS late, n_dead AS dead
       FROM checkpoint WHERE topic = $1 AND partition = $2`,
      [trades.topic, key.partition],
    );
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, n]) => [name, Number(n)]));
  };
  const next = (offset: number) =>
    until(`position ${offset}`, async () => (await counts())['next'] === offset);
  /** Attempts of every record in the log, in order. */
  const attempts = async () =>
    (await lane.read('market.trade.v1')).map(({ headers }) => headers['attempt'] ?? '');
  const release = async (entry: string): Promise<void> => {
    await derive?.kill('SIGTERM');
    derive = await lane.start(entry, bug);
  };

  before(async () => {
    lane = await openServiceLane(process.env);
    trades = await openCanaryPublisher(lane.lane, key, startUs);
    derive = await lane.start('tools/test/support/derive-market-with-a-bug.ts', bug);
    await trades.publish(0, 40);
    await next(40);
  });
  after(async () => {
    await trades.close();
    await lane.close();
  });

  it('are shown by kind', async () => {
    expect(await counts()).to.include({ applied: 15, dead: 25 });
    const { status, said } = operate(['dead-letters']);
    expect(status, said).to.equal(0);
    expect(said).to.match(/derive-market +\S+market\.trade\.v1 +VALIDATE +out_of_range +25 +0 +0 /);
    expect(operate(['dead-letters', '--refused-for', 'avro']).said).to.include('no dead letter');
  });

  it('are not sent without --yes, without a name, or by filters that none of them meets', async () => {
    const { status, said } = operate(wanted());
    expect(status, said).to.equal(0);
    expect(said).to.include('25 of 25 that wait would be sent').and.include('Nothing was sent.');
    expect(operate(wanted('--yes', '--reason', ' ')).status).to.equal(2);
    expect(operate(wanted('--yes', '--before', 'yesterday')).status).to.equal(2);
    expect(operate(wanted('--yes', '--before', '2020-01-01T00:00:00Z')).said).to.include('0 of 0');
    expect(operate(wanted('--yes', '--stage', 'DECODE')).said).to.include('0 of 0');
    expect(await attempts()).to.deep.equal(Array<string>(40).fill(''));
  });

  it('cost one record where nothing was repaired', async () => {
    const { status, said } = operate(wanted('--yes'));
    expect(status, said).to.equal(1);
    expect(said).to.include('1 sent, 1 dead again').and.include('25 still wait');
    expect((await attempts()).slice(40)).to.deep.equal(['1']);
    expect(await counts()).to.include({ next: 41, applied: 15, dead: 26 });
  });

  it('are applied once after the repair, with their headers and one attempt more', async () => {
    await release('services/derive-market/src/main.ts');
    const { status, said } = operate(wanted('--yes', '--limit', '3'));
    expect(status, said).to.equal(0);
    expect(said).to.include('3 sent, 0 dead again, 0 too late for a window, 22 still wait');
    expect(await counts()).to.include({ next: 44, applied: 18, deduped: 0, dead: 26 });
    const log = await lane.read('market.trade.v1');
    const [first, , , last] = log.slice(40);
    expect(first?.headers).to.deep.equal({ ...log[10]?.headers, attempt: '1' });
    expect(last?.record).to.deep.equal(log[13]?.record);
  });

  it('are sent once each by two people at once', async () => {
    const both = [0, 1].map(() =>
      spawn(process.execPath, [...program, ...wanted('--yes', '--limit', '20')], {
        env: environment(),
      }),
    );
    const codes = await Promise.all(both.map((one) => once(one, 'exit')));
    expect(codes).to.deep.equal([
      [0, null],
      [0, null],
    ]);
    expect(await attempts()).to.have.length(44 + 22);
    expect(await counts()).to.include({ next: 66, applied: 40, deduped: 0, late: 0, dead: 26 });
    expect(operate(wanted('--yes')).said).to.include('0 of 0');
  });

  it('make the values that they would have made', async () => {
    const [row] = await lane.database.query<{ trades: string }>(
      `SELECT sum((record->>'trade_count')::int) AS trades FROM (
         SELECT DISTINCT ON (window_start_us) record FROM feature_history WHERE window_size_ms = 1000
         ORDER BY window_start_us, revision DESC) AS newest`,
    );
    expect(Number(row?.trades)).to.equal(40);
  });

  it('stop where nobody decides them', async () => {
    await release('tools/test/support/derive-market-with-a-bug.ts');
    const dead = Number((await counts())['dead']);
    await trades.publish(20, 22);
    await until('two more letters', async () => (await counts())['dead'] === dead + 2);
    await derive?.kill('SIGTERM');
    const { status, said } = operate(wanted('--yes', '--wait-seconds', '1'));
    expect(status, said).to.equal(1);
    expect(said).to.include('1 sent').and.include('does it run?');
  });

  it('leave an audit row for each time that something was to be sent', async () => {
    const rows = await lane.database.query<{ what: { letters: number } }>(
      `SELECT action, operator, reason, what FROM operator_action ORDER BY id`,
    );
    expect(rows[0]).to.deep.include({
      ...{ action: 'dead_letters_redriven', operator: 'r.e.hearse' },
      reason: 'the release after it',
    });
    expect(rows.map(({ what }) => what.letters)).to.have.length(5);
  });
});
