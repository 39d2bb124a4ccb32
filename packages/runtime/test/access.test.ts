import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { asUntrustedPeer, fields, loadConfig, secretText, type Fields } from '../src/index.ts';

const GOOD = 'q7Rr0bTz1kXv9LmN4sWd';
const all = {
  kafka: fields.kafka,
  registry: fields.registry,
  database: fields.database,
  redis: fields.redis,
  key: fields.key('INVESTOR_HMAC_KEY_V1', 'Key.'),
};
/** A production that is in order. */
const safe = {
  NODE_ENV: 'production',
  KAFKA_BROKERS: 'kafka:9093',
  KAFKA_SSL: 'true',
  KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
  KAFKA_SASL_USERNAME: 'serve-api',
  KAFKA_SASL_PASSWORD: GOOD,
  SCHEMA_REGISTRY_URL: 'https://registry/apis/ccompat/v7',
  DATABASE_URL: `postgresql://app:${GOOD}@db/groundswell?sslmode=verify-full`,
  REDIS_URL: `rediss://api:${GOOD}@redis:6380`,
  INVESTOR_HMAC_KEY_V1: `${GOOD}${GOOD}`,
};

function complaint(declared: Fields, env: Record<string, string>): string {
  try {
    loadConfig(declared, env);
    return '';
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

describe('how parts are reached', () => {
  it('needs nothing but addresses on a laptop', () => {
    const env = {
      KAFKA_BROKERS: '127.0.0.1:9092',
      SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081',
      DATABASE_URL: 'postgres://groundswell:groundswell@127.0.0.1:5432/groundswell',
      REDIS_URL: 'redis://127.0.0.1:6379',
      INVESTOR_HMAC_KEY_V1: 'sixteen letters!',
    };
    expect(loadConfig(all, env).kafka).to.deep.equal({
      brokers: ['127.0.0.1:9092'],
      tls: null,
      sasl: null,
    });
  });

  it('starts in production when everything is protected', () => {
    const { kafka, redis } = loadConfig(all, safe);
    expect(kafka.tls).to.deep.equal({});
    expect(kafka.sasl).to.include({ mechanism: 'SCRAM-SHA-512', username: 'serve-api' });
    expect(redis.url).to.equal(safe.REDIS_URL);
  });

  const refusals: Readonly<Record<string, readonly [Record<string, string>, RegExp]>> = {
    'plaintext Kafka': [{ KAFKA_SSL: 'false' }, /KAFKA_SSL: is false: production has no plaintext/],
    'Kafka that nobody proves to be anyone to': [
      { KAFKA_SASL_MECHANISM: '', KAFKA_SASL_USERNAME: '', KAFKA_SASL_PASSWORD: '' },
      /KAFKA_SASL_MECHANISM: is not set/,
    ],
    'a plaintext registry': [{ SCHEMA_REGISTRY_URL: 'http://registry' }, /is not https/],
    'plaintext Postgres': [
      { DATABASE_URL: `postgresql://app:${GOOD}@db/groundswell` },
      /DATABASE_URL: has no sslmode=verify-full/,
    ],
    'Postgres that is not checked': [
      { DATABASE_URL: `postgresql://app:${GOOD}@db/groundswell?sslmode=require` },
      /sslmode=require does not check who answers/,
    ],
    'plaintext Redis': [{ REDIS_URL: `redis://api:${GOOD}@redis` }, /REDIS_URL: is not rediss/],
    'Redis without a password': [{ REDIS_URL: 'rediss://redis' }, /REDIS_URL: the password is em/],
    'the password of the local platform': [
      { DATABASE_URL: 'postgresql://groundswell:groundswellgroundswell@db/x?sslmode=verify-full' },
      /DATABASE_URL: the password is a default/,
    ],
    'a short password': [{ KAFKA_SASL_PASSWORD: 'Xk39fQ' }, /fewer than 16 characters/],
    'a key that will do on a laptop': [{ INVESTOR_HMAC_KEY_V1: GOOD }, /fewer than 32 characters/],
    'a key of one letter': [{ INVESTOR_HMAC_KEY_V1: 'a'.repeat(40) }, /repeats a few characters/],
    'certificates that are not checked': [
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      /NODE_TLS_REJECT_UNAUTHORIZED: 0 accepts every certificate/,
    ],
    'an authority that is not there': [{ DATABASE_CA_FILE: '/nowhere/ca.crt' }, /cannot be read/],
    'a password file that is not there': [{ REDIS_PASSWORD_FILE: '/nowhere' }, /cannot be read/],
  };
  for (const [name, [change, sentence]] of Object.entries(refusals)) {
    it(`refuses ${name} in production, in one sentence`, () => {
      const message = complaint(all, { ...safe, ...change });
      expect(message).to.match(sentence);
      expect(message.split('\n')).to.have.length(2);
      expect(message).not.to.include(GOOD);
    });
  }

  it('refuses Postgres that is not checked anywhere: sslmode=require looks safe and is not', () => {
    const env = { DATABASE_URL: 'postgresql://app@db/x?sslmode=no-verify' };
    expect(complaint({ database: fields.database }, env)).to.match(/sslmode=no-verify/);
  });

  it('lets an operator name parts that are reached in plaintext, and only those', () => {
    const open = { ...safe, KAFKA_SSL: 'false', REDIS_URL: 'redis://redis' };
    expect(complaint(all, { ...open, GW_ALLOW_PLAINTEXT: 'kafka, redis' })).to.equal('');
    expect(complaint(all, { ...open, GW_ALLOW_PLAINTEXT: 'kafka' })).to.match(/REDIS_URL/);
  });

  it('sends no password to brokers without TLS', () => {
    const env = {
      KAFKA_BROKERS: 'kafka:9092',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'u',
      KAFKA_SASL_PASSWORD: 'p',
    };
    expect(complaint({ kafka: fields.kafka }, env)).to.match(/KAFKA_SSL: is false/);
  });
});

describe('secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gw-secret-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('are read from their file again each time', () => {
    const file = join(folder, 'password');
    writeFileSync(file, `${GOOD}\n`);
    const env = { ...safe, KAFKA_SASL_PASSWORD: '', KAFKA_SASL_PASSWORD_FILE: file };
    const { sasl } = loadConfig({ kafka: fields.kafka }, env).kafka;
    expect(sasl?.password.read()).to.equal(GOOD);
    writeFileSync(file, 'another');
    expect(sasl?.password.read()).to.equal('another');
  });

  it('show nowhere', () => {
    const config = { user: 'u', password: secretText(GOOD) };
    const shown = [
      JSON.stringify(config),
      inspect(config, { depth: 9 }),
      config.password.toString(),
    ];
    expect(shown.join(' ')).to.include('[secret]').and.not.include(GOOD);
  });
});

describe('the other side of a connection', () => {
  const coded = (code: string): Error => Object.assign(new Error('x'), { code });

  it('is untrusted for its authority, name, dates, or for speaking no TLS', () => {
    for (const code of [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'CERT_HAS_EXPIRED',
      'ERR_SSL_WRONG_VERSION_NUMBER',
    ]) {
      const wrapped = new Error('gave up', { cause: coded(code) });
      expect(asUntrustedPeer(wrapped, 'Kafka')).to.include({
        code: 'GW_UNTRUSTED_PEER',
        retriable: false,
      });
    }
  });

  it('is not untrusted for being away', () => {
    for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND']) {
      expect(asUntrustedPeer(coded(code), 'Kafka')).to.equal(null);
    }
  });
});
