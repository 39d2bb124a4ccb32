import { GroundswellError } from '@groundswell/domain';

/** Another process rebuilds the cache, or our own rebuild was lost on the way: try again soon. */
export class CacheRebuildingError extends GroundswellError {
  constructor(reason: 'elsewhere' | 'lost' | 'behind') {
    super('the cache is not ready', {
      code: 'GW_CACHE_REBUILDING',
      retriable: true,
      fields: { reason },
    });
  }
}
