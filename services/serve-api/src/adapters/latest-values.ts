import { isRetriable } from '@groundswell/domain';
import type { Counter, Logger } from '@groundswell/runtime';
import { AnsweredVersions, slotVersionOf } from '../core/answered-versions.ts';
import type { FeatureRecordJson } from '../core/item.ts';
import type { FeatureReader, LatestValues, OnlineReader } from '../ports.ts';

const NOW = { atUs: null, knownAtUs: null };

/**
 * Online while it can be trusted, else history. No answer goes back behind one that was given: where the online store is behind an
 * answer out of history, history is asked again.
 */
export function createLatestValues(
  online: OnlineReader,
  history: FeatureReader,
  served: Counter,
  log: Logger,
): LatestValues {
  const answered = new AnsweredVersions();

  /** Null: Redis does not answer, its data may not be trusted, or are older than what was answered. */
  async function fromOnline(
    featureSet: string,
    entities: readonly string[],
    windowSizeMs: number,
  ): Promise<(FeatureRecordJson | null)[] | null> {
    try {
      const keys = entities.map((entity) => ({ featureSet, entity, windowSizeMs }));
      const { epoch, slots } = await online.readSlots(keys);
      if (epoch === null) return null;
      // All are looked at, so that every slot that has caught up is forgotten.
      const behind = entities.filter((entity, i) =>
        answered.isBehind(slotName(featureSet, entity, windowSizeMs), slots[i] ?? null),
      );
      if (behind.length > 0) return null;
      return slots.map((slot) =>
        slot === null ? null : (JSON.parse(slot.json) as FeatureRecordJson),
      );
    } catch (thrown) {
      if (!isRetriable(thrown)) throw thrown;
      log.debug('online store does not answer');
      return null;
    }
  }

  async function fromHistory(
    featureSet: string,
    entities: readonly string[],
    windowSizeMs: number,
  ): Promise<(FeatureRecordJson | null)[]> {
    const values = await history.latest(featureSet, entities, windowSizeMs, NOW);
    return values.map((value) => {
      if (value === null) return null;
      const slot = slotName(featureSet, value.entity, windowSizeMs);
      answered.note(slot, slotVersionOf(value.record));
      return value.record;
    });
  }

  return {
    async read(featureSet, entities, windowSizeMs) {
      const slots = await fromOnline(featureSet, entities, windowSizeMs);
      const servedFrom = slots === null ? 'history' : 'online';
      const records = slots ?? (await fromHistory(featureSet, entities, windowSizeMs));
      served.inc({ from: servedFrom });
      return { servedFrom, records };
    },
  };
}

function slotName(featureSet: string, entity: string, windowSizeMs: number): string {
  return `${featureSet}|${entity}|${windowSizeMs}`;
}
