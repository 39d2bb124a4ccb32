import { createKafkaPart } from '../../platform/parts/kafka.ts';
import { PortPicker } from '../../platform/ports.ts';
import type { Authority, Identity } from './certificates.ts';
import { runPart, type RunningPart, type WriteFile } from './run-part.ts';

export interface SecuredKafka {
  readonly broker: string;
  /** Address of a further listener. */
  listener(name: string): string;
  readonly file: WriteFile;
  readonly stop: RunningPart['stop'];
}

export interface SecuredKafkaOptions {
  readonly authority: Authority;
  /** What the broker shows to clients. */
  readonly identity: Identity;
  /** More listeners, in capitals: what each shows to clients, null = plaintext. */
  readonly further?: Readonly<Record<string, Identity | null>>;
  /** Passwords by user; `admin` may do everything. */
  readonly users: Readonly<Record<string, string>>;
  /** How long a client may go on without proving again who it is, ms. */
  readonly reauthenticateMs?: number;
}

/**
 * One more real broker, as a managed service runs it: TLS and SCRAM-SHA-512 for everybody, StandardAuthorizer that forbids what no rule
 * allows. Broker and controller talk over TLS with certificates on both sides.
 */
export async function startSecuredKafka(options: SecuredKafkaOptions): Promise<SecuredKafka> {
  const { authority, identity, users, reauthenticateMs = 0, further = {} } = options;
  const ports = new PortPicker('free', []);
  const [port, controllerPort] = [await ports.pick(0), await ports.pick(0)];
  const more = new Map<string, number>();
  for (const name of Object.keys(further)) more.set(name, await ports.pick(0));
  const inside = authority.issue(['127.0.0.1']);
  const addresses = [
    `SASL_SSL://127.0.0.1:${port}`,
    ...[...more].map(([name, its]) => `${name}://127.0.0.1:${its}`),
  ];
  const running = await runPart((context, file) =>
    createKafkaPart(context, port, controllerPort, {
      users,
      settings: {
        listeners: [...addresses, `CONTROLLER://127.0.0.1:${controllerPort}`].join(','),
        'advertised.listeners': addresses.join(','),
        'listener.security.protocol.map': [
          'SASL_SSL:SASL_SSL,CONTROLLER:SSL',
          ...Object.entries(further).map(
            ([name, shown]) => `${name}:${shown ? 'SASL_SSL' : 'PLAINTEXT'}`,
          ),
        ].join(','),
        ...Object.fromEntries(
          Object.entries(further).flatMap(([name, shown]) =>
            shown === null ? [] : Object.entries(listenerSettings(name, shown, file)),
          ),
        ),
        'inter.broker.listener.name': 'SASL_SSL',
        'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
        'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
        'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${SCRAM_MODULE} username="admin" password="${users['admin'] ?? ''}";`,
        'connections.max.reauth.ms': String(reauthenticateMs),
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:admin;User:CN=127.0.0.1',
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': file('ca.pem', authority.certificate),
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': keystore(file, 'inside.pem', inside),
        ...keystoreSettings('SASL_SSL', identity, file),
        'listener.name.controller.ssl.client.auth': 'required',
        'group.coordinator.rebalance.protocols': 'classic',
      },
    }),
  );
  const listener = (name: string): string => `127.0.0.1:${more.get(name) ?? 0}`;
  return { broker: `127.0.0.1:${port}`, listener, file: running.file, stop: running.stop };
}

const SCRAM_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule required';

type Settings = Readonly<Record<string, string>>;

function listenerSettings(name: string, identity: Identity, file: WriteFile): Settings {
  const jaas = `listener.name.${name.toLowerCase()}.scram-sha-512.sasl.jaas.config`;
  return { [jaas]: `${SCRAM_MODULE};`, ...keystoreSettings(name, identity, file) };
}

function keystoreSettings(name: string, identity: Identity, file: WriteFile): Settings {
  const prefix = `listener.name.${name.toLowerCase()}.ssl.keystore`;
  return {
    [`${prefix}.type`]: 'PEM',
    [`${prefix}.location`]: keystore(file, `${name}.pem`, identity),
  };
}

function keystore(file: WriteFile, name: string, { key, certificate }: Identity): string {
  return file(name, key + certificate);
}
