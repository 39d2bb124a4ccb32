/** Fields that change per publication without a change of the value: left out of the parity hash (I7a). */
const PUBLICATION_FIELDS: ReadonlySet<string> = new Set([
  'event_id',
  'op',
  'ref_event_id',
  'source',
  'feed',
  'event_time',
  'ingest_time',
  'sequence',
  'event_time_nanos_rem',
  'lineage',
  'revision',
  'status',
  'known_at',
  'watermark',
  'late_count',
  'cause',
  'counts',
  'positions',
]);

/** Canonical text of entity, window and values: equal text = equal value, whatever path computed it. */
export function parityText(record: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(record)
    .filter((name) => !PUBLICATION_FIELDS.has(name))
    .sort();
  return JSON.stringify(names.map((name) => [name, record[name]]));
}
