import {
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { isIP } from 'node:net';

/**
 * X.509 certificates made here, so that a test may have any it needs: an expired one, one with another name. Node can read them and
 * cannot make them; openssl need not be there. ECDSA on P-256 with SHA-256; RFC 5280, only what TLS needs.
 */
export interface Identity {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface Authority extends Identity {
  /** @param names DNS names and IPv4 addresses; the first one is also the common name */
  issue(names: readonly string[], validUntilMs?: number): Identity;
}

const DAY_MS = 86_400_000;

export function createAuthority(name: string, nowMs: number): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name, key: pair.privateKey };
  const validity = { fromMs: nowMs - 2 * DAY_MS, untilMs: nowMs + DAY_MS };
  const own = { subject: name, publicKey: pair.publicKey, issuer, ...validity };
  return {
    ...pem(certificate({ ...own, extensions: [isAuthority] }), pair.privateKey),
    issue(names, untilMs = validity.untilMs) {
      const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const of = {
        subject: names[0] ?? '',
        publicKey: leaf.publicKey,
        issuer,
        ...validity,
        untilMs,
      };
      return pem(certificate({ ...of, extensions: [namesExtension(names)] }), leaf.privateKey);
    },
  };
}

interface Template {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly fromMs: number;
  readonly untilMs: number;
  readonly extensions: readonly Buffer[];
}

function certificate(template: Template): Buffer {
  const { subject, publicKey, issuer, fromMs, untilMs, extensions } = template;
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)); // ecdsa-with-SHA256
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    commonName(issuer.name),
    sequence(time(fromMs), time(untilMs)),
    commonName(subject),
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
      type: 'spki',
      format: 'der',
    }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer.key);
  return sequence(body, algorithm, tagged(0x03, Buffer.from([0]), signature));
}

const isAuthority = sequence(
  oid(0x55, 0x1d, 0x13), // basicConstraints
  Buffer.from([0x01, 0x01, 0xff]), // critical
  tagged(0x04, sequence(Buffer.from([0x01, 0x01, 0xff]))),
);

function namesExtension(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIP(name) === 4
      ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
      : tagged(0x82, Buffer.from(name, 'latin1')),
  );
  return sequence(oid(0x55, 0x1d, 0x11), tagged(0x04, sequence(...entries))); // subjectAltName
}

function commonName(name: string): Buffer {
  const entry = sequence(oid(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(name, 'utf8')));
  return sequence(tagged(0x31, entry));
}

/** UTCTime, `YYMMDDHHMMSSZ`: until 2049. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`, 'latin1'));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}
function oid(...bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}
function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

/** DER: tag, length in as few bytes as it takes, content. */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function pem(der: Buffer, key: KeyObject): Identity {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
