import { GroundswellError, toError } from '@groundswell/domain';
import { asUntrustedPeer } from '@groundswell/runtime';
import { KafkaRefusedError, KafkaUnauthenticatedError, KafkaUnavailableError } from './errors.ts';

/** kafkajs marks these as final although only the cluster is not there at the moment. */
const OUTAGES = new Set([
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
]);

/** A broker that wants our certificate, or another one, ends the handshake with one of these. */
const CERTIFICATE_REFUSED = /^ERR_SSL_(TLSV13|TLSV1|SSLV3)_ALERT_.*(CERTIFICATE|UNKNOWN_CA)/;

interface KafkaJsError extends Error {
  readonly code?: string;
  readonly retriable?: boolean;
  readonly type?: string;
}

/**
 * The one place where an error of kafkajs becomes ours (ER3). kafkajs calls every unknown error retriable; here only what it
 * *says* is retriable, or what is known to be an outage, is.
 */
export function fromKafkaError(thrown: unknown, doing: string): GroundswellError {
  if (thrown instanceof GroundswellError) return thrown;
  const error: KafkaJsError = toError(thrown);
  const root = rootOf(error);
  const fields = { doing, kafka: root.type ?? root.name };
  const untrusted = asUntrustedPeer(error, 'a Kafka broker');
  if (untrusted !== null) return untrusted;
  if (
    root.name === 'KafkaJSSASLAuthenticationError' ||
    root.type === 'SASL_AUTHENTICATION_FAILED' ||
    CERTIFICATE_REFUSED.test(root.code ?? '')
  ) {
    return new KafkaUnauthenticatedError('Kafka does not accept who we are', error, fields);
  }
  const outage = OUTAGES.has(error.name) || OUTAGES.has(root.name) || (root.retriable ?? false);
  return outage
    ? new KafkaUnavailableError(`Kafka is not available: ${root.message}`, error, fields)
    : new KafkaRefusedError(`Kafka refused: ${root.message}`, error, fields);
}

const FENCED_MEMBER = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS']);

/** The group has gone on without us, or is about to: what we ask in its name is void. */
export function isFencedMember(thrown: unknown): boolean {
  return FENCED_MEMBER.has(refusalOf(thrown) ?? '');
}

/** Kafka's own name for why a broker refused, `LEADER_NOT_AVAILABLE` for example; undefined where no broker did. */
export function refusalOf(thrown: unknown): string | undefined {
  return rootOf(toError(thrown)).type;
}

function rootOf(error: KafkaJsError): KafkaJsError {
  let root = error;
  for (let depth = 0; depth < 5 && root.cause instanceof Error; depth += 1) root = root.cause;
  return root;
}
