import type { Metrics } from '@groundswell/runtime';

/** Metrics of social sources beside the connector's own. Labels are closed sets; nothing names an author or a text (S69). */
export type SocialMetrics = ReturnType<typeof createSocialMetrics>;

export function createSocialMetrics(metrics: Metrics) {
  return {
    /** By far the most posts name no instrument: `no_symbol` is the normal case. */
    skipped: metrics.counter({
      name: 'posts_skipped_total',
      help: 'Posts and deletions that are not published: no_symbol, unpublished.',
      labels: ['source', 'reason'],
    }),
    published: metrics.counter({
      name: 'posts_published_total',
      help: 'Records handed to the broker, by op.',
      labels: ['source', 'op'],
    }),
    mentions: metrics.counter({
      name: 'post_mentions_total',
      help: 'Instruments named in published posts; resolved is no where only an alias is missing.',
      labels: ['source', 'kind', 'resolved'],
    }),
    ignored: metrics.counter({
      name: 'frames_ignored_total',
      help: 'Frames of no interest by what they were; kind or operation means that the source knows more than we do.',
      labels: ['source', 'what'],
    }),
    authorsErased: metrics.counter({
      name: 'authors_erased_total',
      help: 'Deleted accounts of which posts were taken back.',
      labels: ['source'],
    }),
    indexSize: metrics.gauge({
      name: 'post_index_count',
      help: 'Published posts that are remembered for edits and deletions.',
      labels: ['source'],
    }),
  };
}
