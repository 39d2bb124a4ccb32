import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { createKafkaClient, createRecordSink, createTopicAdmin } from '@groundswell/kafka';
import { makeRig, setting, type Rig } from './rig.ts';

describe('the flow of records', function () {
  this.timeout(60_000);
  const topic = `flow-${randomUUID().slice(0, 8)}`;
  const kafka = createKafkaClient({
    brokers: setting('KAFKA_BROKERS').split(','),
    clientId: 'flow-test',
  });
  const admin = createTopicAdmin(kafka);
  let rig: Rig;

  before(async () => {
    rig = await makeRig();
    await admin.ensureTopics([
      {
        name: topic,
        partitions: 2,
        retentionMs: 3_600_000,
        maxMessageBytes: 100_000,
        cleanup: 'delete',
      },
    ]);
    const sink = createRecordSink(kafka);
    const value = Buffer.from('x');
    await sink.send(
      topic,
      1,
      Array.from({ length: 7 }, () => ({ key: value, value, headers: {} })),
    );
    await sink.stop();
    // Two tasks read all of it, as of a broadcast topic; the second is behind.
    await rig.database.query(
      `INSERT INTO checkpoint (grp, task, topic, partition, partition_count, first_offset, next_offset, n_applied, n_dead, partition_clock_us)
       VALUES ('g', 0, $1, 0, 2, 0, 0, 0, 0, NULL), ('g', 0, $1, 1, 2, 0, 6, 5, 1, 2000000),
         ('g', 1, $1, 0, 2, 0, 0, 0, 0, NULL), ('g', 1, $1, 1, 2, 0, 4, 4, 0, 1000000)`,
      [topic],
    );
  });
  after(async () => {
    await rig.drop();
    await admin.deleteTopics([topic]);
    await kafka.close();
  });

  it('shows how far each group is behind the log, and what it decided', async () => {
    const api = await rig.startApi();
    const { body, status, text } = await api.get('/v1/ops/flow', 'ops');
    expect(status, text).to.equal(200);
    const [flow, ...others] = body.flows;
    expect(others).to.deep.equal([]);
    expect(flow).to.include({
      group: 'g',
      topic,
      partitions: 2,
      next_offset: '4',
      log_end: '7',
      lag_records: 3,
      newest_event_time: '1970-01-01T00:00:02.000000Z',
      applied: 9,
      dead: 1,
    });
  });

  it('shows the checkpoints without the ends while no broker is known', async () => {
    const api = await rig.startApi({ withoutKafka: true });
    const { body } = await api.get('/v1/ops/flow', 'ops');
    expect(body.flows[0]).to.include({ next_offset: '4', log_end: null, lag_records: null });
  });
});
