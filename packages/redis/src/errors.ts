import { GroundswellError, toError } from '@groundswell/domain';

/** Redis did not answer in time, cannot be reached or refuses for now. */
export class RedisUnavailableError extends GroundswellError {
  constructor(cause?: unknown) {
    super('Redis is not available', { code: 'GW_REDIS_UNAVAILABLE', retriable: true, cause });
  }
}

/** Redis refused a command for good: a bug of ours. */
export class RedisRefusedError extends GroundswellError {
  constructor(cause: unknown) {
    super('Redis refused a command', { code: 'GW_REDIS_REFUSED', retriable: false, cause });
  }
}

/** First words of error replies that pass by themselves or by an operator's hand, not by another command. */
const PASSING =
  /^(LOADING|BUSY|OOM|READONLY|MISCONF|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM|UNBLOCKED)\b/;

/** Every error of the client library becomes one of ours: an error reply may be a bug, all others are outages. */
export function convertError(thrown: unknown): GroundswellError {
  if (thrown instanceof GroundswellError) return thrown;
  const error = toError(thrown);
  const refused = error.name === 'ReplyError' && !PASSING.test(error.message);
  return refused ? new RedisRefusedError(error) : new RedisUnavailableError(error);
}
