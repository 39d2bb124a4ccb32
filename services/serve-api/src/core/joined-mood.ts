import { shareOfVoice, shrink } from '@groundswell/mood';
import type { SymbolSentimentJson } from '@groundswell/schemas';

/** The entity whose windows count every post that names an instrument. */
export const MARKET = 'market:all';

/** What a mood needs of the whole market's mood in the same window (S62). Null = that one is not known. */
export interface JoinedMood {
  readonly market_sentiment: number | null;
  readonly market_n: number | null;
  readonly sentiment_shrunk: number | null;
  readonly share_of_voice: number | null;
  readonly market_lineage: number | null;
  readonly market_revision: number | null;
}

export function joinMood(
  mood: SymbolSentimentJson,
  market: SymbolSentimentJson | null,
): JoinedMood {
  const { sentiment, weight_sum } = mood.weighted;
  const market_sentiment = market?.weighted.sentiment ?? null;
  return {
    market_sentiment,
    market_n: market?.n ?? null,
    sentiment_shrunk: shrink(weight_sum, sentiment, market_sentiment),
    share_of_voice: market === null ? null : shareOfVoice(mood.n, market.n),
    market_lineage: market?.lineage ?? null,
    market_revision: market?.revision ?? null,
  };
}
