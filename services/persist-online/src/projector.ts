import { InvariantError, isRetriable, toError } from '@groundswell/domain';
import type { TopicName } from '@groundswell/schemas';
import {
  UndecodableError,
  type BatchControl,
  type FetchedBatch,
  type LogRecord,
  type RecordCodec,
  type RecordSource,
  type SourceHandlers,
  type TopicPartition,
} from '@groundswell/stream';
import type { Logger } from '@groundswell/runtime';
import type { CacheKeeper } from './cache-keeper.ts';
import { CacheRebuildingError } from './errors.ts';
import type { FollowedPosition } from './lag-watch.ts';
import type { ProjectionMetrics } from './metrics.ts';
import type { CacheEpoch, CacheStore, CacheWrite, WriteCounts } from './ports.ts';
import { topicsOf, type ProjectionGroup } from './topology.ts';

export interface ProjectorDeps {
  readonly group: ProjectionGroup;
  readonly source: RecordSource;
  readonly store: CacheStore;
  readonly keeper: CacheKeeper;
  readonly codecs: Readonly<
    Partial<Record<TopicName, Pick<RecordCodec<unknown>, 'prepare' | 'decode'>>>
  >;
  readonly physicalTopic: (name: TopicName) => string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly onFatal: (error: Error) => void;
  readonly metrics: ProjectionMetrics;
  readonly log: Logger;
}

const RETRY_MS = 500;
/** Group offsets are for lag tools only. */
const COMMIT_EVERY_MS = 1_000;
/** A broken producer must not fill the disk with our log. */
const LOG_EVERY_MS = 10_000;

/**
 * One consumer group that writes its topics into the cache. Positions stand in the cache and move with its values; memory only
 * mirrors them. States per partition: unpositioned (after an assignment, until the stored position was read) -> following.
 */
export class Projector implements SourceHandlers {
  readonly #deps: ProjectorDeps;
  readonly #logical: ReadonlyMap<string, TopicName>;
  #followed = new Map<string, Followed>();
  #ours: readonly NamedPartition[] = [];
  #generation = 0;
  #assigned = false;
  #committedMs = 0;
  #loggedMs = -Infinity;

  constructor(deps: ProjectorDeps) {
    this.#deps = deps;
    this.#logical = new Map(topicsOf(deps.group).map((name) => [deps.physicalTopic(name), name]));
  }

  /** Are the positions of the present assignment known? */
  isFollowing(): boolean {
    return this.#assigned;
  }

  /** Next record of each partition of the present assignment whose position is known. */
  positions(): readonly FollowedPosition[] {
    return [...this.#followed.values()].map(({ at, nextOffset }) => ({ ...at, nextOffset }));
  }

  onAssigned(partitions: readonly number[]): void {
    this.onLost();
    const names = topicsOf(this.#deps.group);
    this.#ours = names.flatMap((topic) => partitions.map((partition) => ({ topic, partition })));
    // A member without partitions has nothing to wait for.
    this.#assigned = partitions.length === 0;
    this.follow();
  }

  /** Go to the stored positions: after an assignment, and when the cache has another epoch. */
  follow(): void {
    this.#follow(this.#ours, this.#generation).catch((thrown: unknown) => {
      this.onCrash(toError(thrown));
    });
  }

  onLost(): void {
    this.#generation += 1;
    this.#assigned = false;
    this.#ours = [];
    this.#followed = new Map();
  }

  onCrash(error: Error): void {
    this.#deps.onFatal(error);
  }

  /** Read the stored positions and begin to fetch there; goes on trying through outages while the assignment lasts. */
  async #follow(ours: readonly NamedPartition[], generation: number): Promise<void> {
    while (generation === this.#generation && ours.length > 0) {
      try {
        await this.#deps.keeper.ensure();
        const stored = await this.#deps.store.positions(ours);
        if (generation !== this.#generation) return;
        // Null: lost since `ensure`, which then rebuilds.
        if (!stored.includes(null)) {
          ours.forEach((at, i) => {
            const position = stored[i];
            if (typeof position !== 'bigint') throw new InvariantError('a position is missing');
            this.#moveTo(at, position);
            const topic = this.#deps.physicalTopic(at.topic);
            this.#deps.source.seek({ topic, partition: at.partition }, position);
          });
          this.#assigned = true;
          return;
        }
      } catch (thrown) {
        if (!isRetriable(thrown)) throw thrown;
        this.#deps.log.warn('cannot follow yet', { error: toError(thrown) });
      }
      await this.#deps.sleep(RETRY_MS);
    }
  }

  /** @throws retriable during outages: the source pauses the partition and asks again */
  async onBatch(batch: FetchedBatch, control: BatchControl): Promise<bigint> {
    const topic = this.#logical.get(batch.topic);
    if (topic === undefined) throw new InvariantError('a topic that nobody asked for');
    const at: NamedPartition = { topic, partition: batch.partition };
    const followed = this.#followed.get(nameOf(at));
    if (followed === undefined) return batch.fetchedOffset;
    const expectedOffset = followed.nextOffset;
    if (batch.fetchedOffset !== expectedOffset) return this.#afterJump(followed);

    const records = batch.records.filter(({ offset }) => offset >= expectedOffset);
    const writes = await this.#decode(topic, records);
    const epoch = await this.#epochFor(writes);
    if (control.isStale()) return expectedOffset;
    const outcome = await this.#deps.store.project({
      ...at,
      epoch,
      expectedOffset,
      nextOffset: batch.endOffset,
      writes,
    });
    if (control.isStale()) return expectedOffset;
    switch (outcome.kind) {
      case 'ok':
        this.#count(topic, outcome.counts);
        this.#moveTo(at, batch.endOffset);
        await this.#reportProgress();
        return batch.endOffset;
      case 'moved':
        return this.#moveTo(at, outcome.position);
      case 'rebuild':
        this.#deps.log.warn('the cache was lost', { topic, partition: batch.partition });
        return this.#restore(at);
    }
  }

  /** A batch that does not begin at our position. If the log no longer holds the position, the keeper rebuilds the cache. */
  async #afterJump({ at, nextOffset }: Followed): Promise<bigint> {
    const ranges = await this.#deps.source.logRanges(this.#deps.physicalTopic(at.topic));
    const range = ranges.get(at.partition);
    const isHeld =
      range === undefined || (range.startOffset <= nextOffset && nextOffset <= range.endOffset);
    if (isHeld) return nextOffset;
    this.#deps.log.warn('the log does not hold the position', { ...at, nextOffset, ...range });
    return this.#restore(at);
  }

  async #restore(at: NamedPartition): Promise<bigint> {
    await this.#deps.keeper.ensure();
    const [stored = null] = await this.#deps.store.positions([at]);
    if (stored === null) throw new CacheRebuildingError('lost');
    return this.#moveTo(at, stored);
  }

  #moveTo(at: NamedPartition, nextOffset: bigint): bigint {
    this.#followed.set(nameOf(at), { at, nextOffset });
    return nextOffset;
  }

  /** A value of a newer lineage than the cache's: the state store was moved back or rebuilt, and so must the cache be. */
  async #epochFor(writes: readonly CacheWrite[]): Promise<CacheEpoch> {
    const { keeper } = this.#deps;
    const newest = writes.reduce((max, { version }) => Math.max(max, version.lineage), 0);
    const current = keeper.current();
    if (current !== null && current.lineage >= newest) return current;
    const epoch = await keeper.ensure();
    // The answer may have been under way before the lineage rose, or Postgres could not be asked: again, soon.
    if (epoch.lineage < newest) throw new CacheRebuildingError('behind');
    return epoch;
  }

  async #decode(topic: TopicName, records: readonly LogRecord[]): Promise<CacheWrite[]> {
    const codec = this.#deps.codecs[topic];
    const toWrite = this.#deps.group.projections[topic] as
      ((record: unknown, offset: bigint) => CacheWrite) | undefined;
    if (codec === undefined || toWrite === undefined)
      throw new InvariantError('no codec', { topic });
    await codec.prepare(records.map(({ value }) => value));
    const writes: CacheWrite[] = [];
    for (const { value, offset } of records) {
      try {
        const write = toWrite(codec.decode(value), offset);
        if (this.#deps.store.accepts(write)) writes.push(write);
        else this.#skip(topic, offset, 'bad_name');
      } catch (thrown) {
        if (!(thrown instanceof UndecodableError)) throw thrown;
        this.#skip(topic, offset, String(thrown.fields['reason']));
      }
    }
    return writes;
  }

  /** Feature and control topics are our own and written through the same codec: such a record is a bug of a producer of ours. */
  #skip(topic: TopicName, offset: bigint, reason: string): void {
    this.#deps.metrics.skipped.inc({ topic, reason });
    if (this.#deps.nowMs() - this.#loggedMs < LOG_EVERY_MS) return;
    this.#loggedMs = this.#deps.nowMs();
    this.#deps.log.error('record skipped', { topic, offset, reason });
  }

  #count(topic: TopicName, counts: WriteCounts): void {
    const { values, conflicts } = this.#deps.metrics;
    values.inc({ topic, outcome: 'applied' }, counts.applied);
    values.inc({ topic, outcome: 'superseded' }, counts.superseded);
    values.inc({ topic, outcome: 'same' }, counts.same);
    if (counts.conflicts === 0) return;
    conflicts.inc({ topic }, counts.conflicts);
    this.#deps.log.error('version conflict', { topic, count: counts.conflicts });
  }

  async #reportProgress(): Promise<void> {
    const nowMs = this.#deps.nowMs();
    if (nowMs - this.#committedMs < COMMIT_EVERY_MS) return;
    this.#committedMs = nowMs;
    const offsets = [...this.#followed.values()].map(({ at, nextOffset }) => ({
      topic: this.#deps.physicalTopic(at.topic),
      partition: at.partition,
      nextOffset,
    }));
    try {
      await this.#deps.source.commit(offsets);
    } catch (thrown) {
      if (!isRetriable(thrown)) throw thrown;
      this.#deps.log.debug('group offsets not committed', { error: toError(thrown) });
    }
  }
}

interface Followed {
  readonly at: NamedPartition;
  readonly nextOffset: bigint;
}

interface NamedPartition extends TopicPartition {
  readonly topic: TopicName;
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`;
}
