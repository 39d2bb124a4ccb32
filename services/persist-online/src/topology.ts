import type { TopicName, TopicRecords } from '@groundswell/schemas';
import {
  behaviourWrite,
  gapWrite,
  marketWrite,
  sentimentWrite,
  sourceStatusWrite,
  type ToCacheWrite,
} from './steps/to-cache-write.ts';

/**
 * Feature and control topics -> the cache. A lost cache gets its features from history, so their topics go on from the end of the
 * log; states of sources stand only in their topics, which are short and read again from the start.
 */
export const topology = {
  features: {
    service: 'persist-online',
    rebuiltFrom: 'history',
    projections: {
      'feature.symbol.market.v1': marketWrite,
      'feature.symbol.sentiment.v1': sentimentWrite,
      'feature.investor.behaviour.v1': behaviourWrite,
    },
  },
  sources: {
    service: 'persist-online-sources',
    rebuiltFrom: 'log',
    projections: {
      'control.source-status.v1': sourceStatusWrite,
      'control.gap.v1': gapWrite,
    },
  },
} as const satisfies Readonly<Record<string, ProjectionGroup>>;

/** Topics with one partition count, read by one consumer group. */
export interface ProjectionGroup {
  /** Name of the consumer group in the live lane. */
  readonly service: string;
  readonly rebuiltFrom: 'history' | 'log';
  readonly projections: { readonly [T in TopicName]?: ToCacheWrite<TopicRecords[T]> };
}

export function topicsOf(group: ProjectionGroup): readonly TopicName[] {
  return Object.keys(group.projections) as TopicName[];
}
