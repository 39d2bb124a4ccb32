import kafkajs, {
  type Admin,
  type Kafka,
  type KafkaConfig,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs';
import type { KafkaSasl, Logger, TlsFiles } from '@groundswell/runtime';
import { registerCompressionCodecs } from './compression.ts';
import { fromKafkaError } from './convert-error.ts';
import { socketFactory, type Dial } from './dial.ts';
import { kafkaJsLogCreator } from './kafkajs-log.ts';
import { patchKafkaJs } from './kafkajs-patch.ts';

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
  /** TLS to every broker, never less (S72). @default null: plaintext */
  readonly tls?: TlsFiles | null;
  /** How we prove who we are. @default null: not at all, or by the certificate of `tls` */
  readonly sasl?: KafkaSasl | null;
  readonly clientId: string;
  readonly logger?: Logger;
  /** How to reach a broker; for networks in between, and for faults in tests. @default a plain TCP connection */
  readonly dial?: Dial;
  /** Decode fetched records as kafkajs does, for the whole process. @default false: by position, when asked for (PF3) */
  readonly stockDecoding?: boolean;
  /** How long one request may take. @default 30000 */
  readonly requestTimeoutMs?: number;
  /** How long it tries to reach the cluster, where `instance` is not told otherwise. @default about 13 s */
  readonly retry?: RetryOptions;
}

/** The door to one Kafka cluster. What is made from it lives until its own `stop()` or until `close()`. */
export interface KafkaClient {
  readonly logger: Logger;
  /**
   * A kafkajs instance of its own: members of one group must not share kafkajs's cache of committed offsets.
   * `retry`: how long it tries to reach the cluster. @default what the client was made with
   */
  instance(retry?: RetryOptions): Kafka;
  /** The shared admin connection, opened when first asked for. @throws KafkaUnavailableError */
  admin(): Promise<Admin>;
  /** Have `stop` called by `close()`; the returned function takes that back. */
  own(stop: () => Promise<void>): () => void;
  close(): Promise<void>;
}

/** Gives up after about 13 s; what calls us decides how to go on (K5 back-off). */
const RETRY = { initialRetryTime: 200, retries: 6, maxRetryTime: 10_000 };

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

export function createKafkaClient(options: KafkaClientOptions): KafkaClient {
  patchKafkaJs(options.stockDecoding !== true);
  registerCompressionCodecs();
  const logger = options.logger ?? silent;
  const { dial, sasl = null, tls = null } = options;
  const config: KafkaConfig = {
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: 3000,
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: kafkaJsLogCreator(logger.child({ part: 'kafkajs' })),
    socketFactory: socketFactory(tls, dial),
    ...(sasl === null ? {} : { sasl: saslOptions(sasl) }),
  };
  const instance = (retry: RetryOptions = options.retry ?? RETRY): Kafka =>
    new kafkajs.Kafka({ ...config, retry });
  const owned = new Set<() => Promise<void>>();
  let admin: Promise<Admin> | undefined;

  const connectAdmin = async (): Promise<Admin> => {
    const connection = instance().admin();
    try {
      await connection.connect();
    } catch (thrown) {
      admin = undefined;
      throw fromKafkaError(thrown, 'connect');
    }
    return connection;
  };

  return {
    logger,
    instance,
    admin: () => (admin ??= connectAdmin()),
    own: (stop) => {
      owned.add(stop);
      return () => owned.delete(stop);
    },
    close: async () => {
      for (const stop of [...owned].reverse()) await stop();
      owned.clear();
      const connected = await admin?.catch(() => undefined);
      admin = undefined;
      await connected?.disconnect();
    },
  };
}

/** kafkajs takes the password from here at each authentication: also when a session is renewed before the broker ends it. */
function saslOptions({ mechanism, username, password }: KafkaSasl): SASLOptions {
  return {
    mechanism: mechanism === 'SCRAM-SHA-512' ? 'scram-sha-512' : 'scram-sha-256',
    username,
    get password() {
      return password.read();
    },
  };
}
