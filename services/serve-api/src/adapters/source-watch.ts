import { isRetriable } from '@groundswell/domain';
import type { SourceStates } from '../core/freshness.ts';
import type { OnlineReader, SourceWatch } from '../ports.ts';

const MAX_AGE_MS = 1_000;

/** Reads the states of sources at most once a second for all requests; without Redis nothing is known of them. */
export function createSourceWatch(reader: OnlineReader, nowMs: () => number): SourceWatch {
  let latest: Promise<SourceStates> | null = null;
  let readMs = -Infinity;

  async function read(): Promise<SourceStates> {
    try {
      return await reader.readSources();
    } catch (thrown) {
      if (!isRetriable(thrown)) throw thrown;
      return { statuses: [], openGaps: [] };
    }
  }

  return {
    current: () => {
      if (latest === null || nowMs() - readMs > MAX_AGE_MS) {
        readMs = nowMs();
        latest = read();
        latest.catch(() => {
          latest = null;
        });
      }
      return latest;
    },
  };
}
