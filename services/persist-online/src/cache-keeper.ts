import { isRetriable } from '@groundswell/domain';
import type { TopicName } from '@groundswell/schemas';
import type { LogRange, TopicPartition } from '@groundswell/stream';
import type { Logger } from '@groundswell/runtime';
import { CacheRebuildingError } from './errors.ts';
import type { ProjectionMetrics } from './metrics.ts';
import type { CacheEpoch, CacheStore, FeatureHistory, HistoryCursor } from './ports.ts';
import { historyWrite } from './steps/to-cache-write.ts';
import type { ProjectionGroup } from './topology.ts';

export interface CacheKeeperDeps {
  readonly store: CacheStore;
  readonly history: FeatureHistory;
  readonly groups: readonly ProjectionGroup[];
  /** Log ranges of a topic of the catalogue, in this lane. */
  readonly logRanges: (topic: TopicName) => Promise<ReadonlyMap<number, LogRange>>;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly metrics: ProjectionMetrics;
  readonly log: Logger;
}

/** Keeps the cache trustworthy: adopts its epoch when it is whole, rebuilds it when it is not (processing.md section 6). */
export interface CacheKeeper {
  /** Epoch under which this process projects; null until `ensure` succeeded. */
  current(): CacheEpoch | null;
  /**
   * The epoch of a cache that holds everything up to its positions. Calls at the same time share one answer.
   * @throws retriable: Redis, Postgres or Kafka is down, or another process rebuilds
   */
  ensure(): Promise<CacheEpoch>;
  /**
   * Compare with the stored epoch and `ensure` if it changed: an idle topic would never tell that the cache was lost. And let readers
   * trust a server that was started anew once it has caught up.
   */
  check(): Promise<void>;
  /** Positions held in memory are void: called with each new epoch, whoever rebuilt, and after a restart of the server. */
  onChange(listener: () => void): void;
}

interface GroupRange extends TopicPartition, LogRange {
  readonly rebuiltFrom: ProjectionGroup['rebuiltFrom'];
}

const PAGE = 500;
/** A rebuild whose process died is taken over after this long. */
const MARKER_TTL_MS = 15_000;

export function createCacheKeeper(deps: CacheKeeperDeps): CacheKeeper {
  const { store, history, metrics, log } = deps;
  const listeners: (() => void)[] = [];
  let epoch: CacheEpoch | null = null;
  let running: Promise<CacheEpoch> | null = null;
  /** A server that nobody has confirmed, and what the log held when it was first seen. */
  let unconfirmed: { readonly serverId: string; readonly ranges: readonly GroupRange[] } | null =
    null;

  async function ensure(): Promise<CacheEpoch> {
    const before = epoch?.text;
    epoch = (await wholeCache()) ?? (await rebuild());
    if (epoch.text !== before) for (const listener of listeners) listener();
    return epoch;
  }

  /** The stored epoch, if its lineage is the state store's and the log holds every position. */
  async function wholeCache(): Promise<CacheEpoch | null> {
    const stored = await store.epoch();
    if (stored === null || stored.lineage < (await knownLineage(stored.lineage))) return null;
    const ranges = await logRanges();
    const positions = await store.positions(ranges);
    const isWhole = ranges.every(({ startOffset, endOffset }, i) => {
      const position = positions[i] ?? null;
      return position !== null && startOffset <= position && position <= endOffset;
    });
    return isWhole ? stored : null;
  }

  /** While Postgres is down a cache with an epoch is still the best there is. */
  async function knownLineage(otherwise: number): Promise<number> {
    try {
      return await history.lineage();
    } catch (thrown) {
      if (!isRetriable(thrown)) throw thrown;
      log.warn('lineage not checked, Postgres does not answer', { lineage: otherwise });
      return otherwise;
    }
  }

  async function logRanges(): Promise<readonly GroupRange[]> {
    const found: GroupRange[] = [];
    for (const { projections, rebuiltFrom } of deps.groups) {
      for (const topic of Object.keys(projections) as TopicName[]) {
        for (const [partition, range] of await deps.logRanges(topic)) {
          found.push({ topic, partition, rebuiltFrom, ...range });
        }
      }
    }
    return found;
  }

  async function rebuild(): Promise<CacheEpoch> {
    const id = deps.newId();
    const startedMs = deps.nowMs();
    if (!(await store.beginRebuild(id, MARKER_TTL_MS))) throw new CacheRebuildingError('elsewhere');
    try {
      // Another process may have finished while we asked for the marker.
      const built = (await wholeCache()) ?? (await fill(id));
      if (built.rebuildId !== id) {
        await store.abandonRebuild(id);
        return built;
      }
      const seconds = (deps.nowMs() - startedMs) / 1000;
      metrics.rebuilds.inc({ outcome: 'complete' });
      metrics.rebuildSeconds.observe(seconds);
      log.info('cache rebuilt', { lineage: built.lineage, rebuildId: id, seconds });
      return built;
    } catch (thrown) {
      metrics.rebuilds.inc({ outcome: 'lost' });
      // Best effort: when Redis is down, the marker ends by itself.
      await store.abandonRebuild(id).catch(() => undefined);
      throw thrown;
    }
  }

  async function fill(id: string): Promise<CacheEpoch> {
    log.info('cache is being rebuilt', { rebuildId: id });
    // A record is published only after its history row was committed: what stands before these ends is in history when it is read
    // after them, and what is read twice is compared twice.
    const ranges = await logRanges();
    const serverId = await store.serverId();
    const lineage = await history.lineage();
    let after: HistoryCursor | null = null;
    for (;;) {
      const page = await history.latestPage(after, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      const writes = page.map(historyWrite).filter((write) => store.accepts(write));
      if ((await store.writeRebuilt(id, MARKER_TTL_MS, writes)) === null) {
        throw new CacheRebuildingError('lost');
      }
      after = last;
    }
    const built: CacheEpoch = { lineage, rebuildId: id, text: `${lineage}:${id}` };
    const starts = ranges.map(({ topic, partition, rebuiltFrom, startOffset, endOffset }) => ({
      topic,
      partition,
      nextOffset: rebuiltFrom === 'history' ? endOffset : startOffset,
    }));
    if (!(await store.completeRebuild(id, serverId, built, starts)))
      throw new CacheRebuildingError('lost');
    return built;
  }

  /**
   * A server that was started anew came back with what stood on its disk: its epoch is good, its values may be older than what was
   * served before, and its positions say how old. It may be trusted when they have reached what the log held after its start, since
   * everything that was ever served from here came out of the log before that.
   */
  async function confirmServer(): Promise<void> {
    const serverId = await store.serverId();
    if ((await store.confirmedServer()) === serverId) {
      unconfirmed = null;
      return;
    }
    if (unconfirmed?.serverId !== serverId) {
      log.warn('redis was started anew and is not trusted yet', { serverId });
      await ensureOnce();
      unconfirmed = { serverId, ranges: await logRanges() };
      for (const listener of listeners) listener();
    }
    const { ranges } = unconfirmed;
    const positions = await store.positions(ranges);
    const isCaughtUp = ranges.every(({ endOffset }, i) => (positions[i] ?? -1n) >= endOffset);
    if (!isCaughtUp) return;
    await store.confirmServer(serverId);
    log.info('redis has caught up and is trusted', { serverId });
  }

  const ensureOnce = (): Promise<CacheEpoch> =>
    (running ??= ensure().finally(() => {
      running = null;
    }));

  return {
    current: () => epoch,
    ensure: ensureOnce,
    check: async () => {
      const stored = await store.epoch();
      if (stored?.text !== epoch?.text) await ensureOnce();
      await confirmServer();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
