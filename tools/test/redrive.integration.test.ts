import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PostgresRefusedError, decodeHeaders } from '@groundswell/postgres';
import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import { expect } from 'chai';
import { canaryKeys, type CanaryKey } from '../observability/canary.ts';
import { openCanaryPublisher, type CanaryPublisher } from './support/canary-publisher.ts';
import { OPERATE, runOperate } from './support/run-operate.ts';
import { until } from './support/until.ts';

/** N6 and R17: a release refuses what is good, the next one repairs that, and what died is applied once. The parts build on each other. */
describe('dead letters that are sent again', function () {
  this.timeout(180_000);
  const [key, other] = canaryKeys(6) as [CanaryKey, CanaryKey];
  const startUs = (Math.floor(Date.now() / 60_000) - 1) * 60_000_000;
  const bug = {
    BUG_FROM_US: String(startUs + 10 * 100_000),
    BUG_TO_US: String(startUs + 35 * 100_000),
  };
  let lane: ServiceLane;
  let trades: CanaryPublisher;
  let others: CanaryPublisher;
  let derive: RunningService | undefined;
  /** Sent by the run that was told to end. */
  let interrupted = 0;

  const wanted = (...more: string[]): readonly string[] => [
    ...['redrive', '--group', `${lane.lane}.derive-market`, '--topic', trades.topic],
    ...['--by', 'r.e.hearse', '--reason', 'the release after it', ...more],
  ];
  const operate = (args: readonly string[]) => runOperate(lane.lane, args);
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
  const waiting = async (): Promise<number> => {
    const [row] = await lane.database.query<{ n: string }>(
      `SELECT count(*) AS n FROM dead_letter d LEFT JOIN redriven_letter r USING (topic, partition, record_offset)
       WHERE r.topic IS NULL`,
    );
    return Number(row?.n);
  };
  /** Attempts of every record in the log, in order. */
  const attempts = async () =>
    (await lane.read('market.trade.v1'))
      .filter(({ partition }) => partition === key.partition)
      .map(({ headers }) => headers['attempt'] ?? '');
  const release = async (entry: string): Promise<void> => {
    await derive?.kill('SIGTERM');
    derive = await lane.start(entry, bug);
  };

  before(async () => {
    lane = await openServiceLane(process.env);
    trades = await openCanaryPublisher(lane.lane, key, startUs);
    others = await openCanaryPublisher(lane.lane, other, startUs);
    derive = await lane.start('tools/test/support/derive-market-with-a-bug.ts', bug);
    await trades.publish(0, 40);
    await others.publish(10, 12);
    await next(40);
    await until('27 letters', async () => (await waiting()) === 27);
  });
  after(async () => {
    await trades.close();
    await others.close();
    await lane.close();
  });

  it('are shown by kind', async () => {
    expect(await counts()).to.include({ applied: 15, dead: 25 });
    const { status, said } = operate(['dead-letters']);
    expect(status, said).to.equal(0);
    expect(said).to.match(/derive-market +\S+market\.trade\.v1 +VALIDATE +out_of_range +27 +0 +0 /);
    expect(operate(['dead-letters', '--refused-for', 'avro']).said).to.include('no dead letter');
  });

  it('are not sent without --yes, without a name, or by filters that none of them meets', async () => {
    const { status, said } = operate(wanted());
    expect(status, said).to.equal(0);
    expect(said).to.include('27 of 27 that wait would be sent').and.include('Nothing was sent.');
    expect(operate(wanted('--yes', '--reason', ' ')).status).to.equal(2);
    expect(operate(wanted('--yes', '--before', 'yesterday')).status).to.equal(2);
    expect(operate(wanted('--yes', '--before', '2020-01-01T00:00:00Z')).said).to.include('0 of 0');
    expect(operate(wanted('--yes', '--stage', 'DECODE')).said).to.include('0 of 0');
    expect(await attempts()).to.deep.equal(Array<string>(40).fill(''));
  });

  it('cost one record where nothing was repaired', async () => {
    const { status, said } = operate(wanted('--yes'));
    expect(status, said).to.equal(1);
    expect(said).to.include('1 sent, 1 dead again').and.include('27 still wait');
    expect((await attempts()).slice(40)).to.deep.equal(['1']);
    expect(await counts()).to.include({ next: 41, applied: 15, dead: 26 });
  });

  it('are applied once after the repair, with their headers and one attempt more', async () => {
    await release('services/derive-market/src/main.ts');
    const { status, said } = operate(wanted('--yes', '--limit', '3'));
    expect(status, said).to.equal(0);
    expect(said).to.include('3 sent, 0 dead again, 0 late; 24 still wait');
    expect(await counts()).to.include({ next: 44, applied: 18, deduped: 0, dead: 26 });
    const all = await lane.read('market.trade.v1');
    const log = all.filter(({ partition }) => partition === key.partition);
    const [first, , , last] = log.slice(40);
    expect(first?.headers).to.deep.equal({ ...log[10]?.headers, attempt: '1' });
    expect(last?.record).to.deep.equal(log[13]?.record);
  });

  it('end after a lot when the program is told to end, and go on with the next run', async () => {
    const child = spawn(process.execPath, [...OPERATE, ...wanted('--yes', '--per-second', '1')], {
      env: { ...process.env, GW_LANE: lane.lane },
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      if (!said.includes(' of 24 sent') && text.includes(' of 24 sent')) child.kill('SIGTERM');
      said += text.toString();
    });
    expect(await once(child, 'exit')).to.deep.equal([1, null]);
    expect(said).to.include('Interrupted after a lot');
    interrupted = 24 - (await waiting());
    expect(interrupted).to.be.within(1, 2);
  });

  it('wait behind the others when they died again', async () => {
    const { status, said } = operate(wanted('--yes', '--limit', String(23 - interrupted)));
    expect(status, said).to.equal(0);
    const rows = await lane.database.query(
      `SELECT d.partition, d.attempt FROM dead_letter d LEFT JOIN redriven_letter r USING (topic, partition, record_offset)
       WHERE r.topic IS NULL`,
    );
    expect(rows).to.deep.equal([{ partition: key.partition, attempt: 1 }]);
  });

  it('are sent once each by two people at once, of whom one is told so', async () => {
    const session = await lane.database.session();
    await session.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [
      `redrive ${lane.database.schema} ${lane.lane}.derive-market ${trades.topic}`,
    ]);
    const { status, said } = operate(wanted('--yes'));
    await session.close();
    expect(status, said).to.equal(1);
    expect(said).to.include('Another redrive').and.include('0 sent');
    const both = [0, 1].map(() =>
      spawn(process.execPath, [...OPERATE, ...wanted('--yes')], {
        env: { ...process.env, GW_LANE: lane.lane },
      }),
    );
    await Promise.all(both.map((one) => once(one, 'exit')));
    expect((await attempts()).slice(40).toSorted()).to.deep.equal([
      ...Array<string>(25).fill('1'),
      '2',
    ]);
    expect(await counts()).to.include({ next: 66, applied: 40, deduped: 0, late: 0, dead: 26 });
    expect(operate(wanted('--yes')).said).to.include('0 of 0');
  });

  it('make the values that they would have made', async () => {
    const [row] = await lane.database.query<{ trades: string }>(
      `SELECT sum((record->>'trade_count')::int) AS trades FROM (
         SELECT DISTINCT ON (window_start_us) record FROM feature_history WHERE window_size_ms = 1000 AND entity = $1
         ORDER BY window_start_us, revision DESC) AS newest`,
      [key.entity],
    );
    expect(Number(row?.trades)).to.equal(40);
  });

  it('keep headers as strange as they came, and stop no task by them', async () => {
    const dead = Number((await counts())['dead']);
    const producer = trades.kafka.instance().producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const value = Buffer.from([7, 7, 7, 7, 7, 7]);
    await producer.send({
      topic: trades.topic,
      messages: [
        {
          ...{ key: key.entity, value, partition: key.partition },
          headers: { 'a\u0000b': 'x', attempt: '99999999999', empty: '' },
        },
      ],
    });
    await producer.disconnect();
    await until('one more letter', async () => (await counts())['dead'] === dead + 1);
    const [row] = await lane.database.query<{ attempt: number; headers: Uint8Array }>(
      `SELECT attempt, record_headers AS headers FROM dead_letter WHERE reason = 'bad_magic'`,
    );
    expect(row?.attempt).to.equal(0);
    expect(decodeHeaders(row?.headers ?? null)).to.deep.equal({
      ...{ 'a\u0000b': [Buffer.from('x')], attempt: [Buffer.from('99999999999')] },
      empty: [Buffer.alloc(0)],
    });
    const { said } = operate(wanted('--yes', '--refused-for', 'bad_magic'));
    expect(said).to.include('1 sent, 1 dead again, 0 late (1 without an id: not known)');
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

  it('are not sent to a topic whose newest record replaces the others', () => {
    const args = wanted('--topic', `${lane.lane}.social.post.v1`, '--yes');
    const { status, said } = operate(args);
    expect({ status, said }).to.include({ status: 1 });
    expect(said).to.include('would bring back what was taken back');
  });

  it('are left alone where they died before the time that their topic keeps', async () => {
    await lane.database.query(
      `INSERT INTO dead_letter (grp, task, topic, partition, record_offset, stage, reason, error_class, attempt, failed_at_us, code_version)
       VALUES ($1, 0, $2, 0, -1, 'DECODE', 'from_long_ago', 'E', 0, $3, '0')`,
      [`${lane.lane}.derive-market`, trades.topic, (Date.now() - 169 * 3_600_000) * 1000],
    );
    const { said } = operate(wanted('--yes', '--refused-for', 'from_long_ago'));
    expect(said).to.include('1 died before the 168 h that the topic keeps').and.include('0 of 0');
  });

  it('leave an audit row for each time, and each letter says which', async () => {
    const rows = await lane.database.query(
      `SELECT (a.what->>'letters')::int AS wanted, count(r.topic)::int AS sent, a.operator, a.reason
       FROM operator_action a LEFT JOIN redriven_letter r ON r.action_id = a.id
       WHERE a.action = 'dead_letters_redriven' GROUP BY a.id ORDER BY a.id`,
    );
    const by = { operator: 'r.e.hearse', reason: 'the release after it' };
    const sent = [
      ...[
        { wanted: 27, sent: 1 },
        { wanted: 3, sent: 3 },
      ],
      ...[
        { wanted: 24, sent: interrupted },
        { wanted: 23 - interrupted, sent: 23 - interrupted },
      ],
      { wanted: 1, sent: 1 },
    ];
    expect(rows.slice(0, 5)).to.deep.equal(sent.map((one) => ({ ...one, ...by })));
  });

  it('cannot be written down as another action than was done', async () => {
    const shapes = [
      `'position_moved', 'g', NULL, 1, 1, 1, 2, NULL`,
      `'position_moved', 'g', 't', 1, 1, 1, NULL, NULL`,
      `'lineage_raised', NULL, NULL, NULL, NULL, 1, NULL, NULL`,
      `'dead_letters_redriven', 'g', NULL, NULL, NULL, NULL, NULL, '{}'`,
      `'dead_letters_redriven', 'g', 't', NULL, NULL, NULL, NULL, NULL`,
      `'dead_letters_erased', 'g', 't', NULL, NULL, NULL, NULL, '{}'`,
    ];
    for (const shape of shapes) {
      const thrown = await lane.database
        .query(
          `INSERT INTO operator_action (operator, reason, action, grp, topic, task, partition, from_value, to_value, what)
           VALUES ('o', 'r', ${shape})`,
        )
        .catch((error: unknown) => error);
      expect(thrown, shape).to.be.instanceOf(PostgresRefusedError);
    }
  });
});
