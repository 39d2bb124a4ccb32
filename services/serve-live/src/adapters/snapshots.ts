import { isRetriable } from '@groundswell/domain';
import {
  createFeatureReader,
  createLatestReader,
  createReferenceReader,
  type Database,
} from '@groundswell/postgres';
import type { OnlineReader } from '@groundswell/redis';
import type {
  InvestorBehaviourJson,
  MentionJson,
  SymbolMarketJson,
  SymbolSentimentJson,
} from '@groundswell/schemas';
import type { Snapshot, SnapshotReader } from '../ports.ts';

const BAR = 'market.bar';
const MOOD = 'sentiment.window';
const BEHAVIOUR = 'investor.behaviour';
const ANY_TIME = { atUs: null, knownAtUs: null };

/**
 * Feature values come from Postgres: it commits a value before the value is published, so whatever the log brought before the read
 * is in the answer, and a channel that starts between the two misses nothing. Redis is written after the log and may be behind
 * it, so it only stands in while Postgres is down, and its answer is not final. The state of sources lives in Redis alone.
 */
export function createSnapshotReader(database: Database, online: OnlineReader): SnapshotReader {
  const history = createFeatureReader(database);
  const reference = createReferenceReader(database);
  const latest = createLatestReader(database);

  async function storedWindows<T extends SymbolMarketJson | SymbolSentimentJson>(
    featureSet: string,
    entities: readonly string[],
    windowSizeMs: number,
    windowCount: number,
  ): Promise<Snapshot<T>> {
    const newest = await history.latest(featureSet, entities, windowSizeMs, ANY_TIME);
    const spanUs = windowSizeMs * windowCount * 1000;
    const found = await Promise.all(
      newest
        .filter((value) => value !== null)
        .map((value) =>
          history.history({
            ...ANY_TIME,
            featureSet,
            entity: value.entity,
            windowSizeMs,
            fromUs: value.windowStartUs - spanUs + windowSizeMs * 1000,
            toUs: value.windowStartUs + 1,
            afterUs: null,
            limit: windowCount,
          }),
        ),
    );
    const records = found.flat().sort((a, b) => a.windowStartUs - b.windowStartUs);
    return { records: records.map(({ record }) => record as unknown as T), isComplete: true };
  }

  async function cached<T>(
    featureSet: string,
    entities: readonly string[],
    windowSizeMs: number,
  ): Promise<Snapshot<T>> {
    const keys = entities.map((entity) => ({ featureSet, entity, windowSizeMs }));
    const { slots } = await online.readSlots(keys);
    const records = slots.flatMap((it) => (it === null ? [] : [JSON.parse(it.json) as T]));
    return { records, isComplete: false };
  }

  return {
    async bars(instrument, windowSizeMs, feeds, windowCount) {
      const seen = feeds.map((feed) => `${instrument}@${feed}`);
      try {
        const primary = (await reference.instrument(instrument))?.primaryFeed;
        const known = primary == null ? [] : [`${instrument}@${primary}`];
        const entities = [...new Set([...seen, ...known])];
        return await storedWindows<SymbolMarketJson>(BAR, entities, windowSizeMs, windowCount);
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        return cached<SymbolMarketJson>(BAR, seen, windowSizeMs);
      }
    },

    async moods(instrument, windowSizeMs, windowCount) {
      try {
        return await storedWindows<SymbolSentimentJson>(
          MOOD,
          [instrument],
          windowSizeMs,
          windowCount,
        );
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        return cached<SymbolSentimentJson>(MOOD, [instrument], windowSizeMs);
      }
    },

    /** Posts stand in Postgres alone: while it is down the channel cannot be opened. */
    async posts(instrument, count) {
      const found = await latest.page<MentionJson>({
        topic: 'social.mention.v1',
        key: instrument,
        fromUs: null,
        toUs: null,
        after: null,
        limit: count,
      });
      return { records: found.map(({ record }) => record).reverse(), isComplete: true };
    },

    async investor(investorKey) {
      try {
        const [value] = await history.latest(BEHAVIOUR, [investorKey], 0, ANY_TIME);
        const records = value == null ? [] : [value.record as InvestorBehaviourJson];
        return { records, isComplete: true };
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        return cached<InvestorBehaviourJson>(BEHAVIOUR, [investorKey], 0);
      }
    },

    async sources() {
      try {
        const { statuses, openGaps, epoch } = await online.readSources();
        return { records: [...statuses, ...openGaps], isComplete: epoch !== null };
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        // The tail of the topic was read at start: what is known is shown, and asked for again later.
        return { records: [], isComplete: false };
      }
    },
  };
}
