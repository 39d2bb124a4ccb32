import { InvariantError } from '@groundswell/domain';
import type { TopicPartition } from '@groundswell/stream';
import type { Redis } from './connection.ts';
import { BadKeyError, type SlotKey } from './keys.ts';
import { parseEpoch, type CacheEpoch } from './epoch.ts';
import { packValue, type SlotVersion } from './versioned-value.ts';

/** Keys of one Lua call: the limit of `unpack` leaves room for more, latency does not (PF25). */
const CHUNK = 500;

/** One versioned value on its way into a slot. */
export interface SlotWrite {
  readonly target:
    { readonly slot: SlotKey } | { readonly source: string } | { readonly gap: string };
  readonly version: SlotVersion;
  readonly record: unknown;
}

export interface ProjectionCounts {
  applied: number;
  /** Older than what the slot holds. */
  superseded: number;
  /** The same version with the same content again. */
  same: number;
  /** The same version with other content: a broken promise of the producer (I7). */
  conflicts: number;
}

export type ProjectionOutcome =
  | { readonly kind: 'ok'; readonly counts: ProjectionCounts }
  /** The cache epoch or the position is gone: rebuild before going on. */
  | { readonly kind: 'rebuild' }
  /** Another one moved the position, or Redis lost its last second: go on from there. */
  | { readonly kind: 'moved'; readonly position: bigint };

export interface ProjectionBatch extends TopicPartition {
  /** Cache epoch under which the position was read. */
  readonly epoch: CacheEpoch;
  readonly expectedOffset: bigint;
  readonly nextOffset: bigint;
  readonly writes: readonly SlotWrite[];
}

/** The writing side of the cache: versioned slots and, in the same atomic step, the position of their source. */
export interface ProjectionStore {
  /** May this value become a key? False = its names could reach outside it (S44). */
  accepts(write: SlotWrite): boolean;
  epoch(): Promise<CacheEpoch | null>;
  positions(of: readonly TopicPartition[]): Promise<(bigint | null)[]>;
  /** Values of a batch, then its position; more than 500 values take several calls, of which only the last moves the position. */
  project(batch: ProjectionBatch): Promise<ProjectionOutcome>;
  /** Become the one who rebuilds; false while another one does. Renewed by each page. */
  beginRebuild(id: string, ttlMs: number): Promise<boolean>;
  /** Null = the rebuild was lost (flush, expiry): begin again. */
  writeRebuilt(
    id: string,
    ttlMs: number,
    writes: readonly SlotWrite[],
  ): Promise<ProjectionCounts | null>;
  /** Which server process takes the writes now. */
  serverId(): Promise<string>;
  /** The server process that readers may trust; null = none was confirmed yet. */
  confirmedServer(): Promise<string | null>;
  /** Let readers trust this server process. On another one it has no effect: there the ids differ. */
  confirmServer(serverId: string): Promise<void>;
  /** False = the rebuild was lost, or not all of it was taken by this server process: begin again. */
  completeRebuild(
    id: string,
    serverId: string,
    epoch: CacheEpoch,
    positions: readonly (TopicPartition & { readonly nextOffset: bigint })[],
  ): Promise<boolean>;
  /** Let others begin at once after a failed rebuild. */
  abandonRebuild(id: string): Promise<void>;
}

export function createProjectionStore(redis: Redis): ProjectionStore {
  const { keys } = redis;

  function keyOf({ target }: SlotWrite): string {
    if ('slot' in target) return keys.slot(target.slot);
    return 'source' in target ? keys.source(target.source) : keys.gap(target.gap);
  }

  /** Sets name the sources and gaps that exist; a member without a value is harmless, so they are written first. */
  async function addToIndexes(writes: readonly SlotWrite[]): Promise<void> {
    const sources = new Set<string>();
    const gaps = new Set<string>();
    for (const { target } of writes) {
      if ('source' in target) sources.add(target.source);
      else if ('gap' in target) gaps.add(target.gap);
    }
    if (sources.size > 0) await redis.run((it) => it.sadd(keys.sourceIndex, ...sources));
    if (gaps.size > 0) await redis.run((it) => it.sadd(keys.gapIndex, ...gaps));
  }

  async function apply(
    guard: readonly [key: string, value: string],
    position: readonly [key: string, expected: string, next: string],
    writes: readonly SlotWrite[],
  ): Promise<ProjectionOutcome> {
    await addToIndexes(writes);
    const total: ProjectionCounts = { applied: 0, superseded: 0, same: 0, conflicts: 0 };
    const [positionKey, expected, next] = position;
    for (let from = 0; from === 0 || from < writes.length; from += CHUNK) {
      const chunk = writes.slice(from, from + CHUNK);
      const isLast = from + CHUNK >= writes.length;
      const reply = await redis.script(
        'project',
        [guard[0], positionKey, ...chunk.map(keyOf)],
        [
          guard[1],
          expected,
          isLast ? next : expected,
          ...chunk.map((write) => packValue(write.version, write.record)),
        ],
      );
      const [code, ...rest] = reply as [string, number, number, number, number, string];
      if (code === 'rebuild') return { kind: 'rebuild' };
      if (code === 'moved') return { kind: 'moved', position: BigInt(rest[4]) };
      total.applied += rest[0];
      total.superseded += rest[1];
      total.same += rest[2];
      total.conflicts += rest[3];
    }
    return { kind: 'ok', counts: total };
  }

  return {
    accepts: (write) => {
      try {
        return keyOf(write) !== '';
      } catch (thrown) {
        if (thrown instanceof BadKeyError) return false;
        throw thrown;
      }
    },
    epoch: async () => parseEpoch(await redis.run((it) => it.get(keys.epoch))),
    positions: async (of) => {
      if (of.length === 0) return [];
      const texts = await redis.run((it) => it.mget(...of.map((one) => keys.position(one))));
      return texts.map((text) => (text === null ? null : BigInt(text)));
    },
    project: (batch) => {
      if (batch.nextOffset < batch.expectedOffset) {
        throw new InvariantError('a position may only move forward');
      }
      return apply(
        [keys.epoch, batch.epoch.text],
        [keys.position(batch), String(batch.expectedOffset), String(batch.nextOffset)],
        batch.writes,
      );
    },
    beginRebuild: async (id, ttlMs) =>
      (await redis.run((it) => it.set(keys.rebuild, id, 'PX', ttlMs, 'NX'))) === 'OK',
    writeRebuilt: async (id, ttlMs, writes) => {
      if ((await redis.run((it) => it.pexpire(keys.rebuild, ttlMs))) === 0) return null;
      const outcome = await apply([keys.rebuild, id], [keys.epoch, '', ''], writes);
      return outcome.kind === 'ok' ? outcome.counts : null;
    },
    serverId: () => redis.serverId(),
    confirmedServer: () => redis.run((it) => it.get(keys.server)),
    confirmServer: async (serverId) => {
      await redis.run((it) => it.set(keys.server, serverId));
    },
    completeRebuild: async (id, serverId, epoch, positions) =>
      (await redis.script(
        'complete-rebuild',
        [keys.rebuild, keys.epoch, keys.server, ...positions.map((one) => keys.position(one))],
        [id, epoch.text, serverId, ...positions.map(({ nextOffset }) => String(nextOffset))],
      )) === 1,
    abandonRebuild: async (id) => {
      if ((await redis.run((it) => it.get(keys.rebuild))) === id) {
        await redis.run((it) => it.del(keys.rebuild));
      }
    },
  };
}
