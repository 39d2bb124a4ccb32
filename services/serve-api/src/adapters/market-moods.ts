import { isRetriable, parseIsoUs } from '@groundswell/domain';
import type { SymbolSentimentJson } from '@groundswell/schemas';
import type { FeatureRecordJson } from '../core/item.ts';
import { joinMood, MARKET, type JoinedMood } from '../core/joined-mood.ts';
import type { FeatureReader, MoodJoin } from '../ports.ts';

/** One read of history brings at most this many windows of the market; older ones stay unjoined. */
const MAX_WINDOWS = 1000;

/**
 * The market's mood in the windows of some moods. Of the newest window the caller has it already, as one more entity of its read;
 * the others come from history, and without Postgres they are not known.
 */
export function createMoodJoin(history: FeatureReader): MoodJoin {
  async function marketOf(
    moods: readonly SymbolSentimentJson[],
    knownAtUs: number | null,
  ): Promise<ReadonlyMap<string, SymbolSentimentJson>> {
    const [first] = moods;
    if (first === undefined) return new Map();
    const starts = moods.map(({ window_start }) => parseIsoUs(window_start).us);
    const last = Math.max(...starts);
    try {
      const found = await history.history({
        featureSet: first.feature_set,
        entity: MARKET,
        windowSizeMs: first.window_size_ms,
        fromUs: Math.max(
          Math.min(...starts),
          last - (MAX_WINDOWS - 1) * first.window_size_ms * 1000,
        ),
        toUs: last + 1,
        atUs: null,
        knownAtUs,
        afterUs: null,
        limit: MAX_WINDOWS,
      });
      const records = found.map(({ record }) => record as FeatureRecordJson).filter(isMood);
      return new Map(records.map((market) => [market.window_start, market]));
    } catch (thrown) {
      if (!isRetriable(thrown)) throw thrown;
      return new Map();
    }
  }

  return {
    async join(records, market, knownAtUs) {
      const moods = records.map((record) => (record !== null && isMood(record) ? record : null));
      const newest = market !== null && isMood(market) ? market : null;
      const others = moods.filter(
        (mood) => mood !== null && mood.window_start !== newest?.window_start,
      );
      const stored = await marketOf(others as SymbolSentimentJson[], knownAtUs);
      return moods.map((mood): JoinedMood | null => {
        if (mood === null) return null;
        const isNewest = mood.window_start === newest?.window_start;
        return joinMood(mood, isNewest ? newest : (stored.get(mood.window_start) ?? null));
      });
    },
  };
}

function isMood(record: FeatureRecordJson): record is SymbolSentimentJson {
  return 'weighted' in record;
}
