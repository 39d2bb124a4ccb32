import type { Database } from '@groundswell/postgres';
import type { ReadZones } from '../core/price-days.ts';

/** Zones of the reference tables. An instrument is there before any transaction can name it. */
export function createZoneReader(database: Database): ReadZones {
  return async (instrumentIds) => {
    const rows = await database.query<{ id: string; zone: string }>(
      'SELECT id, zone FROM instrument WHERE id = ANY ($1::text[])',
      [instrumentIds],
    );
    return new Map(rows.map((row) => [row.id, row.zone]));
  };
}
