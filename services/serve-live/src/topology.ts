import type { LogVersion } from '@groundswell/domain';
import { topics, type TopicName, type TopicRecords } from '@groundswell/schemas';
import { routeInvestor } from './channels/investor.ts';
import { routeBar } from './channels/market.ts';
import { routePost } from './channels/posts.ts';
import { createPriceRoute } from './channels/price.ts';
import { routeMood } from './channels/sentiment.ts';
import { routeGap, routeStatus } from './channels/sources.ts';
import type { Route, Update } from './channels/update.ts';
import type { ChannelName } from './core/channel-name.ts';

/** One topic's way to its channels. */
export interface TopicRoute {
  readonly topic: TopicName;
  /** Channels that it feeds. */
  readonly kind: ChannelName['kind'];
  /** Records per partition that are read again at start, for channels whose values no store holds. */
  readonly tailRecords: number;
  readonly route: (record: unknown, place: LogVersion) => Update | null;
}

/** Open this first: topic -> channel. Every replica reads every partition of all of them, in a group of its own. */
export function createTopology(): readonly TopicRoute[] {
  return [
    follow(
      'market.trade.v1',
      'price',
      2000,
      createPriceRoute(topics['market.trade.v1'].futureBoundMs),
    ),
    follow('feature.symbol.market.v1', 'market', 0, routeBar),
    follow('feature.symbol.sentiment.v1', 'sentiment', 0, routeMood),
    follow('social.mention.v1', 'posts', 0, routePost),
    follow('feature.investor.behaviour.v1', 'investor', 0, routeInvestor),
    follow('control.source-status.v1', 'sources', 500, routeStatus),
    follow('control.gap.v1', 'sources', 500, routeGap),
  ];
}

/** The catalogue types the record; the codec of the topic gives nothing else. */
function follow<T extends TopicName>(
  topic: T,
  kind: ChannelName['kind'],
  tailRecords: number,
  route: Route<TopicRecords[T]>,
): TopicRoute {
  return {
    topic,
    kind,
    tailRecords,
    route: (record, place) => route(record as TopicRecords[T], place),
  };
}
