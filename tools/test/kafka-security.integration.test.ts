import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import {
  createAclAdmin,
  createRecordSink,
  createTopicAdmin,
  type KafkaClient,
  type KafkaClientOptions,
} from '@groundswell/kafka';
import { secretFile, secretText } from '@groundswell/runtime';
import { kafkaRights, topics } from '@groundswell/schemas';
import { rightsInLane, serviceNames } from '../deploy-acls/rights.ts';
import { createAuthority } from './secured/certificates.ts';
import { openKafkaRig, refusal, SESSION_MS, type KafkaRig } from './secured/kafka-rig.ts';
import { openRawBroker, type RawBroker } from './secured/raw-broker.ts';
import { countedPassword, readInto } from './secured/sessions.ts';

/** S72 and S73 on a real broker with TLS, SCRAM-SHA-512 and an authorizer that forbids what no rule allows. */

const TRADES = 'market.trade.v1';

describe('Kafka with TLS, passwords and rights', function () {
  this.timeout(300_000);
  let rig: KafkaRig;
  const clientOf = (user: string, change: Partial<KafkaClientOptions> = {}): KafkaClient =>
    rig.clientOf(user, change);

  before('a broker that knows every service', async function () {
    this.timeout(600_000);
    rig = await openKafkaRig();
    await createAclAdmin(clientOf('admin')).ensureRights(serviceNames, rightsInLane('live'));
    // By the user that does it in production: its rights suffice.
    await createTopicAdmin(clientOf('deploy-schemas')).ensureTopics(Object.values(topics));
  });
  after(() => rig.close());

  describe('trust (S72)', () => {
    const stranger = createAuthority('Groundswell test authority', Date.now());
    // What is refused stays refused: nobody waits for it to change.
    const visit = (change: Partial<KafkaClientOptions>) =>
      refusal(clientOf('serve-api', { retry: { retries: 1, initialRetryTime: 100 }, ...change }));
    const untrusted = { code: 'GW_UNTRUSTED_PEER', retriable: false };

    it('refuses a broker whose certificate another authority signed', async () => {
      const tls = { caFile: rig.kafka.file('stranger.pem', stranger.certificate) };
      expect(await visit({ tls })).to.include(untrusted);
    });

    it('refuses a private authority that nobody named', async () => {
      expect(await visit({ tls: {} })).to.include(untrusted);
    });

    for (const [listener, reason] of [
      ['EXPIRED', 'CERT_HAS_EXPIRED'],
      ['RENAMED', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ] as const) {
      it(`refuses a broker by its certificate: ${reason}`, async () => {
        const error = await visit({ brokers: [rig.kafka.listener(listener)] });
        expect(error).to.include(untrusted);
        expect(error.message).to.include(reason);
      });
    }

    it('never goes on without TLS: one that speaks none looks as if it were away', async () => {
      const error = await visit({ brokers: [rig.kafka.listener('OPEN')] });
      expect(error).to.include({ code: 'GW_KAFKA_UNAVAILABLE', retriable: true });
    });

    it('is let in by no broker without its password, and says which side refused', async () => {
      const sasl = {
        mechanism: 'SCRAM-SHA-512',
        username: 'serve-api',
        password: secretText('wrong-password'),
      } as const;
      const error = await visit({ sasl });
      expect(error).to.include({ code: 'GW_KAFKA_UNAUTHENTICATED', retriable: false });
      expect(`${error.message} ${String(error.cause)}`).not.to.include('wrong-password');
      // Kafka hangs up on one who says nothing about itself, as it does when it goes away.
      expect(await visit({ sasl: null })).to.include({
        code: 'GW_KAFKA_UNAVAILABLE',
      });
    });

    it('takes a rotated password from its file without a new client', async () => {
      const file = rig.kafka.file('password', 'not-yet-the-right-one');
      const client = clientOf('serve-api', {
        sasl: {
          mechanism: 'SCRAM-SHA-512',
          username: 'serve-api',
          password: secretFile(file),
        },
      });
      expect(await refusal(client)).to.include({ code: 'GW_KAFKA_UNAUTHENTICATED' });
      writeFileSync(file, `${rig.password('serve-api')}\n`);
      expect((await createTopicAdmin(client).listTopics()).length).to.equal(
        Object.keys(topics).length,
      );
    });
  });

  describe('sessions that end (S72)', () => {
    const counted = (user: string) => countedPassword(user, rig.password(user));
    const start = (user: string, sasl: KafkaClientOptions['sasl'], seen: string[]) =>
      readInto(seen, clientOf(user, { sasl: sasl ?? null }), user, TRADES);
    const recordOf = (text: string) => ({
      key: Buffer.from('k'),
      value: Buffer.from(text),
      headers: {},
    });

    it('are renewed in time: nothing is lost over several of them', async () => {
      const reader = counted('derive-market');
      const writer = counted('connect-market');
      const seen: string[] = [];
      const { source, crash } = start('derive-market', reader.sasl, seen);
      const sink = createRecordSink(clientOf('connect-market', { sasl: writer.sasl }));
      const sent: string[] = [];
      const until = Date.now() + 2.5 * SESSION_MS;
      while (Date.now() < until) {
        const text = `trade ${sent.length}`;
        await sink.send(TRADES, 0, [recordOf(text)]);
        sent.push(text);
        await pause(250);
      }
      const complete = (async () => {
        while (seen.length < sent.length) await pause(100);
        return null;
      })();
      expect(await Promise.race([complete, crash])).to.equal(null);
      expect(seen).to.deep.equal(sent);
      expect(reader.state.proofs).to.be.greaterThan(3);
      expect(writer.state.proofs).to.be.greaterThan(3);
      await source.stop();
      await sink.stop();
    });

    it('end for one whose password no longer counts, with a code that says so', async () => {
      const reader = counted('derive-market');
      const seen: string[] = [];
      const { source, crash } = start('derive-market', reader.sasl, seen);
      const reads = async (): Promise<null> => {
        while (seen.length === 0) await pause(100);
        return null;
      };
      expect(await Promise.race([reads(), crash])).to.equal(null);
      reader.state.current = 'taken back';
      expect(await crash).to.include({ code: 'GW_KAFKA_UNAUTHENTICATED', retriable: false });
      await source.stop();
    });
  });

  describe('rights (S73)', () => {
    const brokers = new Map<string, RawBroker>();
    before(async () => {
      for (const user of serviceNames) brokers.set(user, await openRawBroker(clientOf(user)));
    });
    after(async () => {
      await Promise.all([...brokers.values()].map((broker) => broker.close()));
    });
    const can = async (answer: Promise<string | null> | undefined): Promise<boolean> => {
      const error = await answer;
      if (error === null || error === undefined) return true;
      expect(error).to.match(/^(TOPIC|GROUP)_AUTHORIZATION_FAILED$/);
      return false;
    };

    it('let each service read and write what the catalogue says, topic by topic, and nothing else', async () => {
      const wrong: string[] = [];
      let tried = 0;
      for (const [service, { topics: own }] of Object.entries(kafkaRights)) {
        for (const topic of Object.keys(topics)) {
          const listed: readonly string[] = (own as Record<string, readonly string[]>)[topic] ?? [];
          const broker = brokers.get(service);
          const found = {
            read: await can(broker?.read(topic)),
            write: await can(broker?.write(topic)),
          };
          for (const operation of ['read', 'write'] as const) {
            tried += 1;
            if (found[operation] !== listed.includes(operation)) {
              wrong.push(`${service} ${found[operation] ? 'can' : 'cannot'} ${operation} ${topic}`);
            }
          }
        }
      }
      expect(wrong).to.deep.equal([]);
      expect(tried).to.equal(serviceNames.length * Object.keys(topics).length * 2);
    });

    it('let each reader see the positions of its own groups only', async () => {
      for (const [service, { groups }] of Object.entries(kafkaRights)) {
        for (const other of ['derive-market', 'derive-sentiment-score', 'serve-live.0a1b2c3d']) {
          const mine = groups === 'own' && other.startsWith(service);
          const seen = await can(brokers.get(service)?.readPositions(other));
          expect(seen, `${service} on ${other}`).to.equal(mine || groups === 'describe');
        }
      }
    });

    it('make no topic by accident, not even for an admin', async () => {
      const admin = await openRawBroker(clientOf('admin'));
      expect(await admin.write('market.oops.v1')).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
      await admin.close();
      expect(await createTopicAdmin(clientOf('admin')).listTopics()).not.to.include(
        'market.oops.v1',
      );
    });

    it('are given and taken by the deploy step, which changes nothing the second time', async () => {
      const acls = createAclAdmin(clientOf('admin'));
      const rights = rightsInLane('live');
      const nothing = { created: 0, removed: 0, unchanged: rights.length };
      expect(await acls.ensureRights(serviceNames, rights)).to.deep.equal(nothing);
      const stray = {
        user: 'serve-api',
        resource: 'topic',
        name: 'brokerage.transaction.v1',
        isPrefix: false,
        operation: 'read',
      } as const;
      await acls.ensureRights(serviceNames, [...rights, stray]);
      expect(await acls.ensureRights(serviceNames, rights)).to.include({ removed: 1 });
    });

    it('are not for services to change', async () => {
      const acls = createAclAdmin(clientOf('deploy-schemas'));
      const error = await acls
        .ensureRights(['deploy-schemas'], [])
        .catch((thrown: unknown) => thrown as Error);
      expect(error).to.include({ code: 'GW_KAFKA_REFUSED', retriable: false });
    });
  });
});
