import type { Queryable } from './database.ts';

/** Positions of connectors (K10): stored only after every event up to them is acked, and only by their owner. */
export interface ConnectorCursor {
  /** Take the shard: raises its owner epoch. */
  acquire(
    connector: string,
    shard: string,
  ): Promise<{ readonly position: unknown; readonly ownerEpoch: bigint }>;
  /** Returns false when another owner has taken the shard. */
  store(connector: string, shard: string, position: unknown, ownerEpoch: bigint): Promise<boolean>;
}

export function createConnectorCursor(database: Queryable): ConnectorCursor {
  return {
    async acquire(connector, shard) {
      const [row] = await database.query<{ position: unknown; owner_epoch: string }>(
        `INSERT INTO connector_cursor (connector, shard, position, owner_epoch) VALUES ($1, $2, 'null', 1)
         ON CONFLICT (connector, shard) DO UPDATE SET owner_epoch = connector_cursor.owner_epoch + 1
         RETURNING position, owner_epoch`,
        [connector, shard],
      );
      return { position: row?.position ?? null, ownerEpoch: BigInt(row?.owner_epoch ?? 0) };
    },
    async store(connector, shard, position, ownerEpoch) {
      const rows = await database.query(
        `UPDATE connector_cursor SET position = $3::jsonb, updated_at = now()
         WHERE connector = $1 AND shard = $2 AND owner_epoch = $4 RETURNING 1`,
        [connector, shard, JSON.stringify(position), ownerEpoch],
      );
      return rows.length === 1;
    },
  };
}
