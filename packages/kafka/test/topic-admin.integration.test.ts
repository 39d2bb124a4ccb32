import { createKafkaClient, createTopicAdmin, type TopicSpec } from '@groundswell/kafka';
import { expect } from 'chai';
import { testBrokers, uniqueName } from './support/env.ts';

const CHANGES = 5;

describe('topics as the catalogue wants them, on a real broker', function () {
  this.timeout(120_000);
  const client = createKafkaClient({ brokers: testBrokers(), clientId: 'topic-admin' });
  const busy = createKafkaClient({ brokers: testBrokers(), clientId: 'topic-admin-busy' });
  const made: string[] = [];

  after(async () => {
    await createTopicAdmin(client).deleteTopics(made);
    await Promise.all([client.close(), busy.close()]);
  });

  const specOf = (name: string, partitions: number): TopicSpec => {
    made.push(name);
    return {
      name,
      partitions,
      retentionMs: 3_600_000,
      maxMessageBytes: 1_048_576,
      cleanup: 'delete',
    };
  };

  it('has been heard of by the broker when it says so, however busy that is with other topics', async () => {
    const admin = createTopicAdmin(client);
    const spec = specOf(uniqueName('settings'), 1);
    await admin.ensureTopics([spec]);
    const others = Array.from({ length: CHANGES }, () => specOf(uniqueName('busy'), 30));
    const noise = Promise.all(others.map((other) => createTopicAdmin(busy).ensureTopics([other])));
    const outcomes = [];
    for (let change = 1; change <= CHANGES; change += 1) {
      const wanted = { ...spec, retentionMs: spec.retentionMs + change };
      await admin.ensureTopics([wanted]);
      outcomes.push((await admin.ensureTopics([wanted])).get(spec.name));
    }
    await noise;
    expect(outcomes).to.deep.equal(Array.from({ length: CHANGES }, () => 'unchanged'));
  });
});
