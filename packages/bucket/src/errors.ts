import { GroundswellError, toError } from '@groundswell/domain';
import { asUntrustedPeer } from '@groundswell/runtime';

/** The service did not answer, or refused for now. */
export class BucketUnavailableError extends GroundswellError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'GW_BUCKET_UNAVAILABLE', retriable: true, cause });
  }
}

/** The service refused for good: the key, the bucket or the object is not what it must be. */
export class BucketRefusedError extends GroundswellError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'GW_BUCKET_REFUSED', retriable: false, cause });
  }
}

/** What was asked, for the sentence of an error. */
export interface Asked {
  readonly endpoint: string;
  readonly bucket: string;
  readonly key?: string;
}

/** Codes of the S3 protocol, and what they mean for the person who reads the log of a job. No sentence quotes a key or a secret. */
const REFUSALS: Readonly<Record<string, (asked: Asked) => string>> = {
  InvalidAccessKeyId: ({ endpoint }) => `${endpoint} does not know the access key`,
  // versitygw's word for it.
  XAdminUserNotFound: ({ endpoint }) => `${endpoint} does not know the access key`,
  SignatureDoesNotMatch: ({ endpoint }) =>
    `${endpoint} refused the signature: the secret does not belong to the access key, or the region is another`,
  AuthorizationHeaderMalformed: ({ bucket }) => `bucket ${bucket} is in another region`,
  PermanentRedirect: ({ bucket }) => `bucket ${bucket} is at another endpoint`,
  RequestTimeTooSkewed: ({ endpoint }) => `the clock of this machine is not that of ${endpoint}`,
  NoSuchBucket: ({ endpoint, bucket }) => `${endpoint} has no bucket ${bucket}`,
  NoSuchKey: ({ bucket, key }) => `bucket ${bucket} has no object ${key ?? ''}`,
  AccessDenied: ({ bucket }) => `the key may not do this in bucket ${bucket}`,
};

interface Answered {
  readonly name: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Every error of the client library becomes one of ours: an answer that cannot change by itself is refused, all else an outage. */
export function convertError(thrown: unknown, asked: Asked): GroundswellError {
  if (thrown instanceof GroundswellError) return thrown;
  const error = toError(thrown);
  const { name, $metadata } = error as Answered;
  if (name === 'AbortError')
    return new BucketUnavailableError('the transfer was interrupted', error);
  const sentence = REFUSALS[name];
  if (sentence !== undefined) return new BucketRefusedError(sentence(asked), error);
  const untrusted = asUntrustedPeer(error, asked.endpoint);
  if (untrusted !== null) return untrusted;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status >= 300 && status < 500 && ![408, 429].includes(status)) {
    return new BucketRefusedError(`${asked.endpoint} answered ${status} ${name}`, error);
  }
  const why = (error as { readonly code?: unknown }).code;
  const text = typeof why === 'string' ? why : status === 0 ? name : `${status} ${name}`;
  return new BucketUnavailableError(`${asked.endpoint} did not answer (${text})`, error);
}
