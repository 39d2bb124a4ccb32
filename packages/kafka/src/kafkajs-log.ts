import kafkajs, { type logCreator } from 'kafkajs';
import type { Logger } from '@groundswell/runtime';

/** Said by every cluster that is just starting or moving a coordinator: no news for anyone (run-and-deploy.md section 2). */
const EXPECTED =
  /coordinator is (loading|not available)|not the correct coordinator|load in progress|rebalanc|re-?joining/i;

/**
 * kafkajs's log in ours. It reports as ERROR what it then repairs by itself, so its errors are warnings here: what really fails
 * reaches the caller as an exception, and is logged where it is handled.
 */
export function kafkaJsLogCreator(logger: Logger): logCreator {
  const { logLevel } = kafkajs;
  return () =>
    ({ namespace, level, log }) => {
      const { message, error, ...rest } = log as { message: string; error?: string } & Record<
        string,
        unknown
      >;
      const fields = {
        component: namespace,
        detail: message,
        ...pick(rest, ['topic', 'partition', 'groupId', 'memberId', 'broker', 'retryCount']),
        ...(error === undefined ? {} : { reason: error }),
      };
      const expected = EXPECTED.test(message) || EXPECTED.test(error ?? '');
      if (level <= logLevel.WARN && !expected) logger.warn('kafkajs reports', fields);
      else logger.debug('kafkajs reports', fields);
    };
}

function pick(from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]));
}
