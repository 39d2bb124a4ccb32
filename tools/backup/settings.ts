import type { BucketAccess } from '@groundswell/bucket';
import {
  field,
  secretFile,
  secretText,
  tlsOptions,
  type FieldGroup,
  type Secret,
} from '@groundswell/runtime';
import { z } from 'zod';

type Texts = Readonly<Record<string, string | undefined>>;

const secretFields = (variable: string, what: string) => ({
  text: field(variable, z.string().optional(), `${what}; a file is better.`),
  file: field(`${variable}_FILE`, z.string().optional(), `File with it.`),
});

/** `X`, or better `X_FILE`. */
function secret(variable: string, what: string): FieldGroup<Secret> {
  return {
    fields: secretFields(variable, what),
    build(values, context) {
      const { text, file } = values as Texts;
      const found = file === undefined ? secretText(text ?? '') : secretFile(file);
      const problem = problemOf(found);
      if (problem !== null) context.refuse(`${variable} or ${variable}_FILE: ${problem}. ${what}.`);
      return found;
    },
  };
}

function problemOf(found: Secret): string | null {
  try {
    return found.read() === '' ? 'is not set' : null;
  } catch {
    return 'the file cannot be read';
  }
}

const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|localhost)$/;

/** Dumps hold personal data: they never travel in plaintext, whatever GW_ALLOW_PLAINTEXT says. */
const isSafe = (text: string): boolean => {
  if (!URL.canParse(text)) return true; // said already
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
};

/** Base URLs only: what else an address could carry would be dropped in silence, a password among it. */
const isBase = (text: string): boolean => {
  if (!URL.canParse(text)) return true;
  const { username, pathname, search } = new URL(text);
  return username === '' && pathname === '/' && search === '';
};

const endpoint = z
  .url()
  .refine(isSafe, 'must be https')
  .refine(isBase, 'must be a scheme, a host and no more');

/** The bucket of backups: BACKUP_*. */
export const bucketSettings: FieldGroup<BucketAccess> = {
  fields: {
    endpoint: field('BACKUP_ENDPOINT', endpoint, 'Base URL of a service that speaks S3.'),
    region: field('BACKUP_REGION', z.string().min(1), 'Region that signatures name.'),
    bucket: field('BACKUP_BUCKET', z.string().min(3), 'Bucket that is there already.'),
    accessKeyId: secret('BACKUP_ACCESS_KEY_ID', 'Access key of the bucket'),
    secretAccessKey: secret('BACKUP_SECRET_ACCESS_KEY', 'Secret of the access key'),
    caFile: field('BACKUP_CA_FILE', z.string().optional(), 'Its authority, PEM; else the public.'),
  },
  build(values, context) {
    const { caFile, ...given } = values as Omit<BucketAccess, 'tls'> & { readonly caFile?: string };
    const tls = caFile === undefined ? {} : { caFile };
    try {
      tlsOptions(tls, '');
    } catch {
      context.refuse('BACKUP_CA_FILE: cannot be read.');
    }
    return { ...given, tls };
  },
};
