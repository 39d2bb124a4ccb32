import { createConnectorCursor, type Database } from '@groundswell/postgres';
import type { PositionStore } from '../ports.ts';
import type { Position } from '../sources/bluesky/address.ts';

/**
 * Position in `connector_cursor`, one row per source and API version: neither a time nor a number of one version is carried to the other (K12). What was stored
 * by hand or by older code and is no position counts as none.
 */
export function createPostgresPositionStore(database: Database, connector: string): PositionStore {
  const cursor = createConnectorCursor(database);
  const shard = '0';
  return {
    async acquire() {
      const { position, ownerEpoch } = await cursor.acquire(connector, shard);
      return { epoch: ownerEpoch, position: readPosition(position) };
    },
    save: (epoch, { host, timeUs, seq, seen }) =>
      cursor.store(connector, shard, { host, time_us: timeUs, seq, seen }, epoch),
  };
}

function readPosition(value: unknown): Position | null {
  if (typeof value !== 'object' || value === null) return null;
  const { host, time_us: timeUs, seq, seen } = value as Readonly<Record<string, unknown>>;
  if (typeof host !== 'string' || typeof timeUs !== 'number') return null;
  return { host, timeUs, seq: typeof seq === 'number' ? seq : null, seen: seen === true };
}
