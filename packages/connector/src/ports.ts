import type { TopicName, TopicRecords } from '@groundswell/schemas';

/** Where events go. */
export interface EventSink {
  /**
   * Append one record; resolves after the broker's ack.
   * @throws GroundswellError; retriable: the same call may succeed later
   */
  publish<T extends TopicName>(
    topic: T,
    key: string,
    eventId: string,
    record: TopicRecords[T],
  ): Promise<void>;
}

/** Position per stream: the lowest id that is not settled. */
export type Positions = Readonly<Record<string, number>>;

/** Where positions are kept (K10). One owner at a time: a later `acquire` fences the earlier one. */
export interface CursorStore {
  acquire(
    connector: string,
    shard: string,
  ): Promise<{ readonly epoch: number; readonly positions: Positions }>;
  /** @returns false when another owner took over: nothing was stored, and this one must end */
  save(connector: string, shard: string, epoch: number, positions: Positions): Promise<boolean>;
}

/** Time and chance; `systemClock` of runtime and `Math.random` in production. */
export interface ConnectorClock {
  nowMs(): number;
  nowUs(): number;
}
