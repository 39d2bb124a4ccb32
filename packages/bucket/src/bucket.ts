import { addAbortListener } from 'node:events';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { tlsOptions, type Secret, type TlsFiles } from '@groundswell/runtime';
import { BucketUnavailableError, convertError, type Asked } from './errors.ts';
import { upload, type Source } from './upload.ts';

/** Where a bucket of a service that speaks S3 is, and who we are there. */
export interface BucketAccess {
  /** Base URL of the service, without the bucket. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly tls: TlsFiles;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly storedAt: Date;
}

export interface Opened {
  /** Throws as the methods do when the connection ends before the object. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Hexadecimal; null when whoever stored it gave none. */
  readonly sha256: string | null;
}

/** The door to the S3 client. Every method throws BucketRefusedError, BucketUnavailableError or UntrustedPeerError. */
export interface Bucket {
  /** Stores a file whole or not at all: until its last byte is there nothing has the name, nor when `signal` interrupts it. */
  put(key: string, source: Source, signal?: AbortSignal): Promise<void>;
  /** Every object whose key begins so, in the order of keys. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** An object, and what it was stored with. */
  open(key: string, signal?: AbortSignal): Promise<Opened>;
  remove(key: string): Promise<void>;
  close(): void;
}

const CONNECT_MS = 10_000;
/** A connection on which nothing moves for so long is given up. */
const IDLE_MS = 60_000;
const ATTEMPTS = 4;

export function createBucket(access: BucketAccess): Bucket {
  const { endpoint, bucket } = access;
  const client = clientOf(access);
  const asking = async <T>(key: string | undefined, body: () => Promise<T>): Promise<T> => {
    try {
      return await body();
    } catch (thrown) {
      throw convertError(thrown, askedFor(key));
    }
  };
  const askedFor = (key: string | undefined): Asked => ({
    endpoint,
    bucket,
    ...(key === undefined ? {} : { key }),
  });
  return {
    put: (key, source, signal) =>
      asking(key, () => upload(client, { Bucket: bucket, Key: key }, source, signal)),
    list: (prefix) => asking(undefined, () => listAll(client, bucket, prefix)),
    open: (key, signal) =>
      asking(key, async () => {
        const request = new GetObjectCommand({ Bucket: bucket, Key: key });
        const options = signal === undefined ? {} : { abortSignal: signal };
        const { Body, Metadata } = await client.send(request, options);
        const body = chunksOf(Body as Readable, askedFor(key), signal);
        return { body, sha256: Metadata?.['sha256'] ?? null };
      }),
    remove: (key) =>
      asking(key, async () => {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      }),
    close: () => {
      client.destroy();
    },
  };
}

function clientOf(access: BucketAccess): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, tls } = access;
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId: accessKeyId.read(), secretAccessKey: secretAccessKey.read() },
    // The bucket in the path: a certificate of one name will do.
    forcePathStyle: true,
    // The default adds checksums as trailers, which services other than Amazon's refuse. The signature covers a hash of each part anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // With it the client's transport takes an agent of its own for larger bodies, which knows nothing of the authority below.
    expectContinueHeader: false,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
      httpsAgent: { keepAlive: true, ...tlsOptions(tls, new URL(endpoint).hostname) },
    },
  });
}

/** The client converts no error, and hears no interruption, once an answer has begun. */
async function* chunksOf(
  stream: Readable,
  asked: Asked,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const interrupt = (): void =>
    void stream.destroy(new BucketUnavailableError('the transfer was interrupted'));
  const listener = signal === undefined ? undefined : addAbortListener(signal, interrupt);
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (thrown) {
    throw convertError(thrown, asked);
  } finally {
    listener?.[Symbol.dispose]();
  }
}

async function listAll(
  client: S3Client,
  bucket: string,
  prefix: string,
): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    );
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key === undefined) continue;
      found.push({ key: Key, bytes: Size ?? 0, storedAt: LastModified ?? new Date(0) });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return found;
}
