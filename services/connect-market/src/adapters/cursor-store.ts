import type { CursorStore, Positions } from '@groundswell/connector';
import { createConnectorCursor, type Database } from '@groundswell/postgres';

/** Positions in `connector_cursor`; the owner epoch of Postgres fits a double as long as a process starts less than 2^53 times. */
export function createPostgresCursorStore(database: Database): CursorStore {
  const cursor = createConnectorCursor(database);
  return {
    async acquire(connector, shard) {
      const { position, ownerEpoch } = await cursor.acquire(connector, shard);
      return { epoch: Number(ownerEpoch), positions: (position ?? {}) as Positions };
    },
    save: (connector, shard, epoch, positions) =>
      cursor.store(connector, shard, positions, BigInt(epoch)),
  };
}
