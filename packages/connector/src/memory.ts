import type { TopicName } from '@groundswell/schemas';
import type { CursorStore, EventSink, Positions } from './ports.ts';

/** Cursor store in memory; passes the same contract as the one on Postgres. */
export function createMemoryCursorStore(): CursorStore & {
  positions(connector: string): Positions;
} {
  const rows = new Map<string, { epoch: number; positions: Positions }>();
  return {
    acquire(connector, shard) {
      const key = `${connector}/${shard}`;
      const before = rows.get(key) ?? { epoch: 0, positions: {} };
      const row = { epoch: before.epoch + 1, positions: before.positions };
      rows.set(key, row);
      return Promise.resolve(row);
    },
    save(connector, shard, epoch, positions) {
      const key = `${connector}/${shard}`;
      if (rows.get(key)?.epoch !== epoch) return Promise.resolve(false);
      rows.set(key, { epoch, positions });
      return Promise.resolve(true);
    },
    positions: (connector) => rows.get(`${connector}/0`)?.positions ?? {},
  };
}

export interface SinkRecord {
  readonly topic: TopicName;
  readonly key: string;
  readonly eventId: string;
  readonly record: unknown;
}

/** Runs before each ack: reject to refuse, stay pending to hold the ack back. */
export type SinkGate = (record: SinkRecord) => Promise<void>;

/** Log in memory. */
export function createMemorySink(gate: SinkGate = () => Promise.resolve()): EventSink & {
  readonly records: readonly SinkRecord[];
} {
  const records: SinkRecord[] = [];
  return {
    records,
    async publish(topic, key, eventId, record) {
      const offered = { topic, key, eventId, record };
      await gate(offered);
      records.push(offered);
    },
  };
}
