import { decodeHeaders, type Queryable } from '@groundswell/postgres';
import type { OutgoingRecord, RecordSink } from '@groundswell/stream';
import { FILTER, WAITS, filterValues } from './dead-letters.ts';
import type { Redrive, RedriveParts } from './redrive.ts';

/** A letter that is in its topic again. */
export interface SentLetter {
  /** Where it went. */
  readonly partition: number;
  /** Whose event it is, where its headers say so. */
  readonly eventId: string | null;
}

interface Place {
  readonly partition: number;
  readonly at: string;
}

interface Letter {
  readonly partition: number;
  readonly attempt: number;
  readonly record_key: Uint8Array | null;
  readonly record_value: Uint8Array | null;
  readonly record_headers: Uint8Array | null;
}

/**
 * Claims the next letters, those that died least often first, and sends them before the claim is committed: a crash between sends them again,
 * and nothing ever counts as sent that was not.
 */
export async function sendLot(
  { database, sink }: RedriveParts,
  plan: Redrive,
  actionId: string,
  size: number,
): Promise<readonly SentLetter[]> {
  return database.transaction(async (tx) => {
    // The session waits for acks in between, perhaps for a new leader.
    await tx.query("SET LOCAL idle_in_transaction_session_timeout = '60s'");
    const claimed = await tx.query<Place>(
      `INSERT INTO redriven_letter (topic, partition, record_offset, attempt, action_id)
       SELECT topic, partition, record_offset, attempt + 1, $7::bigint FROM (
         SELECT DISTINCT ON (d.partition, d.record_offset) d.* FROM dead_letter d
         WHERE ${FILTER} AND ${WAITS}
         ORDER BY d.partition, d.record_offset) AS letter
       ORDER BY attempt, partition, record_offset LIMIT $8
       ON CONFLICT DO NOTHING RETURNING partition, record_offset AS at`,
      [...filterValues(plan), actionId, size],
    );
    return sendLetters(tx, sink, plan, claimed);
  });
}

/**
 * Sends what died, in the order in which it lay; by its key if it has one, for an entity stays in its partition, else to where it came from.
 * Of a header that came twice the first is sent, of one without a value none.
 */
async function sendLetters(
  tx: Queryable,
  sink: RecordSink,
  { group, topic }: Redrive,
  claimed: readonly Place[],
): Promise<readonly SentLetter[]> {
  const letters = await tx.query<Letter>(
    // A record of a broadcast topic died in every task of the group, with the same bytes.
    `SELECT DISTINCT ON (partition, record_offset) partition, attempt, record_key, record_value, record_headers FROM dead_letter
     WHERE grp = $1 AND topic = $2 AND (partition, record_offset) IN (SELECT * FROM unnest($3::int[], $4::bigint[]))
     ORDER BY partition, record_offset`,
    [group, topic, claimed.map(({ partition }) => partition), claimed.map(({ at }) => at)],
  );
  const lots = new Map<number, OutgoingRecord[]>();
  const sent: SentLetter[] = [];
  for (const letter of letters) {
    const { record_key: key, record_value: value } = letter;
    const kept = headersOf(letter);
    const partition = key === null ? letter.partition : await sink.partitionFor(topic, key);
    const lot = lots.get(partition) ?? [];
    lots.set(partition, lot);
    lot.push({ key, value, headers: { ...kept, attempt: String(letter.attempt + 1) } });
    const id = kept['event_id'];
    sent.push({ partition, eventId: id === undefined ? null : Buffer.from(id).toString() });
  }
  await Promise.all([...lots].map(([partition, records]) => sink.send(topic, partition, records)));
  return sent;
}

function headersOf({ record_headers }: Letter): Readonly<Record<string, Uint8Array>> {
  const headers = Object.entries(decodeHeaders(record_headers));
  return Object.fromEntries(
    headers.flatMap(([name, [first]]) =>
      first === null || first === undefined ? [] : [[name, first] as const],
    ),
  );
}
