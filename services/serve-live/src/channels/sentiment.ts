import { parseIsoUs } from '@groundswell/domain';
import {
  recordMaps,
  type SentimentData,
  type SymbolSentiment,
  type SymbolSentimentJson,
} from '@groundswell/schemas';
import { sentimentChannel } from '../core/channel-name.ts';
import type { ChannelItem } from '../core/latest-channel.ts';
import { encodeItem, type Route } from './update.ts';

/** `sentiment:<instrument>:<size>`: the recent windows of mood, each a value key of its own. */
export const routeMood: Route<SymbolSentiment> = (mood) => {
  const channel = sentimentChannel(mood.instrumentId, mood.windowSizeMs);
  if (channel === null) return null;
  const item = () => moodItem(recordMaps.SymbolSentiment.toJson(mood));
  return { kind: 'sentiment', channel, item };
};

/** A mood as history stores it and as the topic carries it give the same item. */
export function moodItem(mood: SymbolSentimentJson): ChannelItem {
  const windowStartUs = parseIsoUs(mood.window_start).us;
  const key = `${mood.feature_set}|${mood.entity}|${String(mood.window_size_ms)}|${String(windowStartUs)}`;
  return encodeItem(
    { key, lineage: mood.lineage, ver: mood.revision, data: dataOf(mood) },
    parseIsoUs(mood.ingest_time).us,
  );
}

/** Of no use to a client: the envelope of the event, and positions in topics that it cannot read. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'event_id',
  'op',
  'ref_event_id',
  'source',
  'feed',
  'sequence',
  'event_time_nanos_rem',
  'positions',
] satisfies (keyof SymbolSentimentJson)[]);

function dataOf(mood: SymbolSentimentJson): SentimentData {
  const kept = Object.entries(mood).filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(kept) as unknown as SentimentData;
}
