import { randomBytes } from 'node:crypto';
import {
  createKafkaClient,
  createTopicAdmin,
  type KafkaClient,
  type KafkaClientOptions,
} from '@groundswell/kafka';
import { secretText } from '@groundswell/runtime';
import { serviceNames } from '../../deploy-acls/rights.ts';
import { createAuthority } from './certificates.ts';
import { startSecuredKafka, type SecuredKafka } from './secured-kafka.ts';

const HOUR_MS = 3_600_000;
/** kafkajs proves itself again 10 s before a session ends: here about every 5 s. */
export const SESSION_MS = 15_000;

export interface KafkaRig {
  readonly kafka: SecuredKafka;
  password(user: string): string;
  /** A client that may come in as this user, but for what is changed. */
  clientOf(user: string, change?: Partial<KafkaClientOptions>): KafkaClient;
  close(): Promise<void>;
}

/** A broker that knows the password of every service, and has listeners that are wrong in one way each. */
export async function openKafkaRig(): Promise<KafkaRig> {
  const authority = createAuthority('Groundswell test authority', Date.now());
  const passwords = Object.fromEntries(
    ['admin', ...serviceNames].map((user) => [user, randomBytes(12).toString('hex')]),
  );
  const password = (user: string): string => passwords[user] ?? '';
  const kafka = await startSecuredKafka({
    authority,
    identity: authority.issue(['127.0.0.1']),
    further: {
      EXPIRED: authority.issue(['127.0.0.1'], Date.now() - HOUR_MS),
      RENAMED: authority.issue(['kafka.example.com']),
      OPEN: null,
    },
    users: passwords,
    reauthenticateMs: SESSION_MS,
  });
  const clients: KafkaClient[] = [];
  const clientOf: KafkaRig['clientOf'] = (user, change = {}) => {
    const client = createKafkaClient({
      brokers: [kafka.broker],
      clientId: user,
      tls: { caFile: kafka.file('trusted.pem', authority.certificate) },
      sasl: { mechanism: 'SCRAM-SHA-512', username: user, password: secretText(password(user)) },
      ...change,
    });
    clients.push(client);
    return client;
  };
  return {
    kafka,
    password,
    clientOf,
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await kafka.stop();
    },
  };
}

/** What becomes of one who asks something. */
export function refusal(client: KafkaClient): Promise<Error & { code?: string }> {
  return createTopicAdmin(client)
    .listTopics()
    .then(
      () => new Error('was let in'),
      (thrown: unknown) => thrown as Error,
    );
}
