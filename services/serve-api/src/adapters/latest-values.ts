import { isRetriable } from '@groundswell/domain';
import type { Counter, Logger } from '@groundswell/runtime';
import type { FeatureRecordJson } from '../core/item.ts';
import type { FeatureReader, LatestValues, OnlineReader } from '../ports.ts';

export function createLatestValues(
  online: OnlineReader,
  history: FeatureReader,
  served: Counter,
  log: Logger,
): LatestValues {
  return {
    async read(featureSet, entities, windowSizeMs) {
      const slots = await trustedSlots(online, featureSet, entities, windowSizeMs, log);
      if (slots !== null) {
        served.inc({ from: 'online' });
        return { servedFrom: 'online', records: slots };
      }
      const now = { atUs: null, knownAtUs: null };
      const values = await history.latest(featureSet, entities, windowSizeMs, now);
      served.inc({ from: 'history' });
      return { servedFrom: 'history', records: values.map((value) => value?.record ?? null) };
    },
  };
}

/** Null: Redis does not answer, or its cache epoch is absent because it was lost and is not yet rebuilt. */
async function trustedSlots(
  online: OnlineReader,
  featureSet: string,
  entities: readonly string[],
  windowSizeMs: number,
  log: Logger,
): Promise<(FeatureRecordJson | null)[] | null> {
  try {
    const keys = entities.map((entity) => ({ featureSet, entity, windowSizeMs }));
    const { epoch, slots } = await online.readSlots(keys);
    if (epoch === null) return null;
    return slots.map((slot) =>
      slot === null ? null : (JSON.parse(slot.json) as FeatureRecordJson),
    );
  } catch (thrown) {
    if (!isRetriable(thrown)) throw thrown;
    log.debug('online store does not answer');
    return null;
  }
}
