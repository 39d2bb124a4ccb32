import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable } from '@groundswell/domain';
import type { KafkaClient } from './client.ts';
import { fromKafkaError } from './convert-error.ts';

const POLL_MS = 250;
const PATIENCE_MS = 120_000;

/**
 * Resolves when the group's coordinator has loaded its offsets. A broker that just started answers "coordinator is loading" for seconds, and
 * kafkajs ends a consumer that gets this answer to its *first* join, although it calls it retriable (K5).
 * @throws KafkaUnavailableError when it does not load in time
 */
export async function awaitCoordinator(
  client: KafkaClient,
  groupId: string,
  topics: readonly string[],
): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const admin = await client.admin();
      await admin.fetchOffsets({ groupId, topics: [...topics] });
      return;
    } catch (thrown) {
      const error = fromKafkaError(thrown, 'wait for the group coordinator');
      if (!isRetriable(error) || performance.now() > until) throw error;
      client.logger.debug('group coordinator is not ready', { groupId, error });
      await sleep(POLL_MS);
    }
  }
}
