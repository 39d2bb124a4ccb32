import type { DeadLetterRow, LateRow, TaskId } from '@groundswell/stream';
import type { Queryable } from '../database.ts';
import { encodeHeaders } from '../letter-headers.ts';
import { columns } from './columns.ts';

/** Records that were passed over, with their bytes, in the transaction that passes over them (I9). */
export async function writeDeadLetters(
  tx: Queryable,
  { group, task }: TaskId,
  deadLetters: readonly DeadLetterRow[],
): Promise<void> {
  if (deadLetters.length === 0) return;
  await tx.query(
    `INSERT INTO dead_letter (grp, task, topic, partition, record_offset, stage, reason, error_class, attempt,
       record_key, record_value, failed_at_us, code_version, record_headers)
     SELECT $1, $2, d.* FROM unnest($3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::int[],
       $10::bytea[], $11::bytea[], $12::bigint[], $13::text[], $14::bytea[]) AS d ON CONFLICT DO NOTHING`,
    [
      group,
      task,
      ...columns(deadLetters, [
        (row) => row.topic,
        (row) => row.partition,
        (row) => row.offset,
        (row) => row.stage,
        (row) => row.reason,
        (row) => row.errorClass,
        (row) => row.attempt,
        (row) => row.key,
        (row) => row.value,
        (row) => row.failedAtUs,
        (row) => row.codeVersion,
        (row) => encodeHeaders(row.headers),
      ]),
    ],
  );
}

/** Events, and windows of events, that came too late. */
export async function writeLate(
  tx: Queryable,
  { group, task }: TaskId,
  late: readonly LateRow[],
): Promise<void> {
  if (late.length === 0) return;
  await tx.query(
    `INSERT INTO late_record (grp, task, topic, partition, record_offset, event_id, entity, window_size_ms,
       window_start_us, reason, lateness_ms)
     SELECT $1, $2, l.* FROM unnest($3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
       $10::text[], $11::bigint[]) AS l ON CONFLICT DO NOTHING`,
    [
      group,
      task,
      ...columns(late, [
        (row) => row.topic,
        (row) => row.partition,
        (row) => row.offset,
        (row) => row.eventId,
        (row) => row.entity,
        (row) => row.windowSizeMs,
        (row) => row.windowStartUs,
        (row) => row.reason,
        (row) => row.latenessMs,
      ]),
    ],
  );
}
