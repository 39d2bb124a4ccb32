import { z } from 'zod';
import { field, type Field, type FieldGroup, type GroupContext } from './config.ts';
import { secretFile, secretText, weaknessOf, type Secret } from './secret.ts';
import { tlsOptions, type TlsFiles } from './tls.ts';

/** Where Kafka is. `tls` null = plaintext; `sasl` null = who we are is our certificate, or nobody asks. */
export interface KafkaAccess {
  readonly brokers: readonly string[];
  readonly tls: TlsFiles | null;
  readonly sasl: KafkaSasl | null;
}
export interface KafkaSasl {
  readonly mechanism: 'SCRAM-SHA-512' | 'SCRAM-SHA-256';
  readonly username: string;
  readonly password: Secret;
}
export interface RegistryAccess {
  readonly url: string;
  readonly tls: TlsFiles;
  readonly user: { readonly name: string; readonly password: Secret } | null;
}
/** The URL says whether there is TLS: `sslmode=verify-full`, or `disable` (default). A password of its own wins over the URL's. */
export interface DatabaseAccess {
  readonly url: string;
  readonly tls: TlsFiles;
  readonly password: Secret | null;
}
/** `rediss://` is TLS. User and password of their own win over the URL's. */
export interface RedisAccess {
  readonly url: string;
  readonly tls: TlsFiles;
  readonly username: string | null;
  readonly password: Secret | null;
}

/** What managed services make: at least this long. */
const LEAST_PASSWORD_LENGTH = 16;

const text = (env: string, doc: string): Field<string | undefined> =>
  field(env, z.string().optional(), doc);

const caFile = (variable: string): Field<string | undefined> =>
  text(`${variable}_CA_FILE`, 'Authority of the other side, PEM; else the public ones.');

/** `X_PASSWORD`, or better `X_PASSWORD_FILE`, which is read again for each connection. */
const passwordFields = (variable: string) => ({
  password: text(`${variable}_PASSWORD`, 'Password; a file is better.'),
  passwordFile: text(`${variable}_PASSWORD_FILE`, 'File with the password.'),
});

type Texts = Readonly<Record<string, string | undefined>>;

const kafkaFields = (isNeeded: boolean) => ({
  brokers: field(
    'KAFKA_BROKERS',
    isNeeded ? z.string() : z.string().optional(),
    `Comma-separated host:port list.${isNeeded ? '' : ' Empty: none.'}`,
  ),
  ssl: field('KAFKA_SSL', z.enum(['true', 'false']).default('false'), 'true = TLS to the brokers.'),
  caFile: caFile('KAFKA'),
  certFile: text('KAFKA_CERT_FILE', 'Our certificate, PEM, where brokers ask for one.'),
  keyFile: text('KAFKA_KEY_FILE', 'Key of our certificate, PEM.'),
  mechanism: field(
    'KAFKA_SASL_MECHANISM',
    z.enum(['SCRAM-SHA-512', 'SCRAM-SHA-256']).optional(),
    'How we prove who we are; empty: not by a password.',
  ),
  username: text('KAFKA_SASL_USERNAME', 'User name.'),
  ...passwordFields('KAFKA_SASL'),
});

/** For who can do without: no brokers, no Kafka. */
export const kafkaAccessIfAny: FieldGroup<KafkaAccess | null> = {
  fields: kafkaFields(false),
  build: (values, context) =>
    values['brokers'] === undefined ? null : kafkaOf(values as Texts, context),
};

export const kafkaAccess: FieldGroup<KafkaAccess> = {
  fields: kafkaFields(true),
  build: (values, context) => kafkaOf(values as Texts, context),
};

function kafkaOf(given: Texts, context: GroupContext): KafkaAccess {
  const { brokers = '', ssl } = given;
  const tls = ssl === 'true' ? files(given, 'KAFKA', context) : null;
  if (tls === null) refusePlaintext('kafka', 'KAFKA_SSL: is false', 'set it to true', context);
  const list = brokers.split(',').map((part) => part.trim());
  return { brokers: list, tls, sasl: saslOf(given, tls, context) };
}

function saslOf(given: Texts, tls: TlsFiles | null, context: GroupContext): KafkaSasl | null {
  const { mechanism, username } = given;
  const password = secretOf(given, 'KAFKA_SASL', context);
  if (mechanism === undefined) {
    if (username !== undefined || password !== null) {
      context.refuse('KAFKA_SASL_MECHANISM: is not set, but a user or password is.');
    } else if (tls !== null && tls.certFile === undefined && context.isProduction) {
      context.refuse(
        'KAFKA_SASL_MECHANISM: is not set, and no KAFKA_CERT_FILE either: we cannot prove who we are.',
      );
    }
    return null;
  }
  if (username === undefined || password === null) {
    context.refuse('KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD_FILE: both are needed.');
    return null;
  }
  // Production has said so already.
  if (tls === null && !context.isProduction && !context.allowsPlaintext('kafka')) {
    context.refuse('KAFKA_SSL: is false, so a listener in between could act in our name.');
  }
  return { mechanism: mechanism as KafkaSasl['mechanism'], username, password };
}

export const registryAccess: FieldGroup<RegistryAccess> = {
  fields: {
    url: field('SCHEMA_REGISTRY_URL', z.url(), 'Base URL of the schema registry.'),
    caFile: caFile('SCHEMA_REGISTRY'),
    username: text('SCHEMA_REGISTRY_USERNAME', 'User name, where it asks for one.'),
    ...passwordFields('SCHEMA_REGISTRY'),
  },
  build: (values, context) => {
    const given = values as Texts;
    const { url = '', username } = given;
    const password = secretOf(given, 'SCHEMA_REGISTRY', context);
    if (!url.startsWith('https:')) {
      refusePlaintext('registry', 'SCHEMA_REGISTRY_URL: is not https', 'use https', context);
    }
    if (new URL(url).username !== '') {
      context.refuse('SCHEMA_REGISTRY_URL: carries a user; use SCHEMA_REGISTRY_USERNAME.');
    }
    if ((username === undefined) !== (password === null)) {
      context.refuse('SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD_FILE: both or none.');
    }
    const user = username === undefined || password === null ? null : { name: username, password };
    return { url, tls: files(given, 'SCHEMA_REGISTRY', context), user };
  },
};

export const databaseAccess: FieldGroup<DatabaseAccess> = {
  fields: {
    url: field('DATABASE_URL', z.url(), 'postgresql:// URL; sslmode is verify-full or disable.'),
    caFile: caFile('DATABASE'),
    certFile: text('DATABASE_CERT_FILE', 'Our certificate, PEM, where the server asks for one.'),
    keyFile: text('DATABASE_KEY_FILE', 'Key of our certificate, PEM.'),
    ...passwordFields('DATABASE'),
  },
  build: (values, context) => {
    const given = values as Texts;
    const url = given['url'] ?? '';
    const mode = new URL(url).searchParams.get('sslmode') ?? 'disable';
    if (mode !== 'verify-full' && mode !== 'disable') {
      context.refuse(
        `DATABASE_URL: sslmode=${mode} does not check who answers; use verify-full, or disable.`,
      );
    }
    if (mode === 'disable') {
      const what = 'DATABASE_URL: has no sslmode=verify-full';
      refusePlaintext('postgres', what, 'add it', context);
    }
    const password = secretOf(given, 'DATABASE', context);
    if (password === null) checkInUrl(url, 'DATABASE_URL', 'postgres', context);
    return { url, tls: files(given, 'DATABASE', context), password };
  },
};

export const redisAccess: FieldGroup<RedisAccess> = {
  fields: {
    url: field('REDIS_URL', z.url(), 'rediss:// URL, redis:// without TLS.'),
    caFile: caFile('REDIS'),
    username: text('REDIS_USERNAME', 'ACL user.'),
    ...passwordFields('REDIS'),
  },
  build: (values, context) => {
    const given = values as Texts;
    const { url = '', username = null } = given;
    if (!url.startsWith('rediss:')) {
      refusePlaintext('redis', 'REDIS_URL: is not rediss://', 'use rediss://', context);
    }
    const password = secretOf(given, 'REDIS', context);
    if (password === null) checkInUrl(url, 'REDIS_URL', 'redis', context);
    return { url, tls: files(given, 'REDIS', context), username, password };
  },
};

/** Plaintext is refused in production unless the operator has named the part (S71): a network policy has to stand in then. */
function refusePlaintext(part: string, what: string, remedy: string, context: GroupContext): void {
  if (!context.isProduction || context.allowsPlaintext(part)) return;
  context.refuse(
    `${what}: production has no plaintext; ${remedy}, or name ${part} in GW_ALLOW_PLAINTEXT.`,
  );
}

/** Certificates are read once here, so that a wrong path is one sentence at start and not an outage. */
function files(given: Texts, variable: string, context: GroupContext): TlsFiles {
  const { caFile: ca, certFile: cert, keyFile: key } = given;
  const found: TlsFiles = {
    ...(ca === undefined ? {} : { caFile: ca }),
    ...(cert === undefined ? {} : { certFile: cert }),
    ...(key === undefined ? {} : { keyFile: key }),
  };
  if ((cert === undefined) !== (key === undefined)) {
    context.refuse(`${variable}_CERT_FILE and ${variable}_KEY_FILE: both or none.`);
  }
  try {
    tlsOptions(found, '');
  } catch {
    context.refuse(`${variable}_CA_FILE, _CERT_FILE or _KEY_FILE: cannot be read.`);
  }
  return found;
}

/** @param variable stem of the two variables: one of them, the file if both */
function secretOf(given: Texts, variable: string, context: GroupContext): Secret | null {
  const { password, passwordFile } = given;
  if (passwordFile === undefined && password === undefined) return null;
  const secret = passwordFile === undefined ? secretText(password ?? '') : secretFile(passwordFile);
  const name = `${variable}_PASSWORD${passwordFile === undefined ? '' : '_FILE'}`;
  try {
    checkStrength(secret.read(), name, context);
  } catch {
    context.refuse(`${name}: the file cannot be read.`);
  }
  return secret;
}

function checkInUrl(url: string, name: string, part: string, context: GroupContext): void {
  const password = decodeURIComponent(new URL(url).password);
  // What is reached in plaintext by decision may also be open by decision; a password that is there must be one.
  if (password !== '' || !context.allowsPlaintext(part)) checkStrength(password, name, context);
}

function checkStrength(password: string, name: string, context: GroupContext): void {
  const weakness = context.isProduction ? weaknessOf(password, LEAST_PASSWORD_LENGTH) : null;
  if (weakness !== null) context.refuse(`${name}: the password ${weakness}.`);
}
