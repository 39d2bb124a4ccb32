import { PostgresRefusedError } from '@groundswell/postgres';
import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import { expect } from 'chai';
import { canaryKeys, type CanaryKey } from '../observability/canary.ts';
import { openCanaryPublisher, type CanaryPublisher } from './support/canary-publisher.ts';
import { runOperate } from './support/run-operate.ts';
import { until } from './support/until.ts';

/** R10 and its remedy: the log loses records that a task still needs. The parts of it build on each other. */
describe('what a person does by hand to a task that stopped', function () {
  this.timeout(180_000);
  const [key] = canaryKeys(6) as [CanaryKey];
  const startUs = (Math.floor(Date.now() / 60_000) - 1) * 60_000_000;
  let lane: ServiceLane;
  let trades: CanaryPublisher;
  let derive: RunningService;
  /** Where the task stopped. */
  let at = 0;

  const operate = (...args: string[]) => runOperate(lane.lane, args);
  const move = (from: number, to: number, ...more: string[]) =>
    operate(
      ...['move', '--group', `${lane.lane}.derive-market`, '--topic', trades.topic],
      ...['--partition', String(key.partition), '--from', String(from), '--to', String(to)],
      ...['--by', 'r.e.hearse', '--reason', 'rehearsal', ...more],
    );
  const position = async () => {
    const [row] = await lane.database.query<Record<string, string>>(
      `SELECT first_offset AS first, next_offset AS next, n_applied AS applied, n_deduped AS deduped, n_dead AS dead
       FROM checkpoint WHERE topic = $1 AND partition = $2`,
      [trades.topic, key.partition],
    );
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, n]) => [name, Number(n)]));
  };
  const audit = () =>
    lane.database.query(
      'SELECT action, operator, task, from_value::int AS "from", to_value::int AS "to", reason FROM operator_action ORDER BY id',
    );
  const next = (offset: number) =>
    until(`position ${offset}`, async () => (await position())['next'] === offset);

  before(async () => {
    lane = await openServiceLane(process.env);
    trades = await openCanaryPublisher(lane.lane, key, startUs);
    await trades.publish(0, 30);
    derive = await lane.start('services/derive-market/src/main.ts', {});
    await next(30);
  });
  after(async () => {
    await trades.close();
    await lane.close();
  });

  it('begins with a task that stops before a lost range, and stays where it is', async () => {
    void derive.kill('SIGSTOP');
    await trades.publish(30, 50);
    const admin = await trades.kafka.admin();
    await admin.fetchTopicOffsets(trades.topic);
    await admin.deleteTopicRecords({
      topic: trades.topic,
      partitions: [{ partition: key.partition, offset: '40' }],
    });
    void derive.kill('SIGCONT');
    await until('the task to stop', () => derive.output().includes('GW_GAP'));
    // A fetch that was under way may have brought a few more.
    at = (await position())['next'] ?? 0;
    expect(at).to.be.within(30, 39);
    expect(operate('positions').said).to.match(
      new RegExp(
        `derive-market +${trades.topic} +${key.partition} +${key.partition} +0 +${at} +0 `,
      ),
    );
  });

  it('says what a move would do, and changes nothing without --yes', async () => {
    const before = await position();
    const { status, said } = move(at, 40);
    expect(status, said).to.equal(0);
    expect(said)
      .to.include(`${40 - at} offsets skipped`)
      .and.include('Nothing was changed');
    expect(await position()).to.deep.equal(before);
    expect(await audit()).to.deep.equal([]);
  });

  it('moves nothing that stands elsewhere, and asks why', async () => {
    const { status, said } = move(at + 1, 40, '--yes');
    expect({ status, said }).to.include({ status: 1 });
    expect(said)
      .to.include(`stands at ${at + 1}`)
      .and.not.include('    at ');
    expect(move(at, 40, '--yes', '--reason', ' ')).to.include({ status: 2 });
    expect(move(at, at, '--yes')).to.include({ status: 2 });
    expect(await audit()).to.deep.equal([]);
  });

  it('goes over the range: it counts dead, the old owner is fenced, and the service goes on', async () => {
    const { status, said } = move(at, 40, '--yes');
    expect(status, said).to.equal(0);
    await derive.kill('SIGTERM');
    derive = await lane.start('services/derive-market/src/main.ts', {});
    await next(50);
    expect(await position()).to.deep.equal({
      ...{ first: 0, next: 50, applied: at + 10, deduped: 0, dead: 40 - at },
    });
    const [epoch] = await lane.database.query<{ epoch: string }>(
      'SELECT owner_epoch AS epoch FROM checkpoint WHERE topic = $1 AND partition = $2',
      [trades.topic, key.partition],
    );
    expect(Number(epoch?.epoch)).to.be.greaterThan(startUs / 1e6);
    expect(await audit()).to.deep.equal([
      {
        ...{ action: 'position_moved', operator: 'r.e.hearse', task: key.partition },
        ...{ from: at, to: 40, reason: 'rehearsal' },
      },
    ]);
  });

  it('goes back: the lineage is raised, and what was seen is not counted twice', async () => {
    await derive.kill('SIGTERM');
    const before = operate('lineage').said;
    const { status, said } = move(50, 45, '--yes');
    expect(status, said).to.equal(0);
    expect(said).to.match(/lineage raised to \d{10}/);
    expect(operate('lineage').said).to.not.equal(before);
    derive = await lane.start('services/derive-market/src/main.ts', {});
    await next(50);
    expect(await position()).to.deep.equal({
      ...{ first: -5, next: 50, applied: at + 10, deduped: 5, dead: 40 - at },
    });
  });

  it('raises the lineage by itself, with a name and a reason', async () => {
    expect(operate('lineage', 'raise', '--reason', 'restored')).to.include({ status: 2 });
    expect(operate('lineage', 'raise', '--by', 'r.e.hearse')).to.include({ status: 2 });
    const { status, said } = operate(
      'lineage',
      'raise',
      '--by',
      'r.e.hearse',
      '--reason',
      'restored',
    );
    expect(status, said).to.equal(0);
    expect((await audit()).at(-1)).to.include({ action: 'lineage_raised', reason: 'restored' });
    for (const change of [
      'DELETE FROM operator_action',
      "UPDATE operator_action SET reason = 'x'",
    ]) {
      const thrown: unknown = await lane.database.query(change).catch((error: unknown) => error);
      expect(thrown, change).to.be.instanceOf(PostgresRefusedError);
    }
  });
});
