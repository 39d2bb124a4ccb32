import type { GapJson, SourceStatusJson } from '@groundswell/schemas';
import type { Redis } from './connection.ts';
import { parseEpoch, type CacheEpoch } from './epoch.ts';
import type { SlotKey } from './keys.ts';
import { unpackValue, type VersionedValue } from './versioned-value.ts';

/** Values of one MGET (PF25). */
const CHUNK = 500;

export interface SlotsAnswer {
  /**
   * Null: the cache was lost and not yet rebuilt, or its server was started anew and nobody has confirmed since that nothing is
   * missing; what `slots` holds may be incomplete or old.
   */
  readonly epoch: CacheEpoch | null;
  /** In the order of the keys. Null = unknown, never 0 (I12). */
  readonly slots: readonly (VersionedValue | null)[];
}

export interface SourcesAnswer {
  readonly epoch: CacheEpoch | null;
  readonly statuses: readonly SourceStatusJson[];
  /** Holes that are still open. */
  readonly openGaps: readonly GapJson[];
}

/** The reading side of the cache. Every function throws RedisUnavailableError while Redis is down. */
export interface OnlineReader {
  readSlots(of: readonly SlotKey[]): Promise<SlotsAnswer>;
  readSources(): Promise<SourcesAnswer>;
}

export function createOnlineReader(redis: Redis): OnlineReader {
  const { keys } = redis;

  /**
   * Epoch, confirmed server and values come from one MGET, so neither a flush nor a restart can fall between them. Chunks under two
   * epochs are not to be trusted. Which server answers is asked after the values: if it was started anew meanwhile, the ids differ.
   */
  async function readValues(names: readonly string[]): Promise<{
    readonly epoch: CacheEpoch | null;
    readonly values: readonly (VersionedValue | null)[];
  }> {
    const values: (VersionedValue | null)[] = [];
    const epochs = new Set<string | null>();
    let isConfirmed = true;
    for (let from = 0; from === 0 || from < names.length; from += CHUNK) {
      const chunk = names.slice(from, from + CHUNK);
      const [epoch = null, server = null, ...found] = await redis.run((it) =>
        it.mgetBuffer(keys.epoch, keys.server, ...chunk),
      );
      epochs.add(epoch?.toString() ?? null);
      if (server?.toString() !== (await redis.serverId())) isConfirmed = false;
      for (const bytes of found) values.push(bytes === null ? null : unpackValue(bytes));
    }
    const [text = null] = epochs;
    return { epoch: epochs.size === 1 && isConfirmed ? parseEpoch(text) : null, values };
  }

  async function readIndexed(
    index: string,
    keyOf: (id: string) => string,
  ): Promise<{ readonly epoch: CacheEpoch | null; readonly found: readonly unknown[] }> {
    const ids = (await redis.run((it) => it.smembers(index))).sort();
    const { epoch, values } = await readValues(ids.map(keyOf));
    const found = values.flatMap((value) =>
      value === null ? [] : [JSON.parse(value.json) as unknown],
    );
    return { epoch, found };
  }

  return {
    readSlots: async (of) => {
      const { epoch, values } = await readValues(of.map((one) => keys.slot(one)));
      return { epoch, slots: values };
    },
    readSources: async () => {
      const statuses = await readIndexed(keys.sourceIndex, (id) => keys.source(id));
      const gaps = await readIndexed(keys.gapIndex, (id) => keys.gap(id));
      return {
        epoch: gaps.epoch,
        statuses: statuses.found as SourceStatusJson[],
        openGaps: (gaps.found as GapJson[]).filter((gap) => !gap.closed),
      };
    },
  };
}
