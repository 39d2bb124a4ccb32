import type { Queryable } from '@groundswell/postgres';
import type { RecordSink } from '@groundswell/stream';

/** A letter that is in its topic again. */
export interface SentLetter {
  /** Where it went. */
  readonly partition: number;
  /** Whose event it is, where its headers say so. */
  readonly eventId: string | null;
}

interface Letter {
  readonly partition: number;
  readonly attempt: number;
  readonly record_key: Uint8Array | null;
  readonly record_value: Uint8Array | null;
  /** Base64 by name. */
  readonly record_headers: Readonly<Record<string, readonly string[]>> | null;
}

/**
 * Sends what died, byte by byte, in the order in which it lay; by its key if it has one, for an entity stays in its partition, else to where
 * it came from. Of a header that came twice the first is sent.
 * @param claimed which records of the topic
 */
export async function sendLetters(
  tx: Queryable,
  sink: RecordSink,
  { group, topic }: { readonly group: string; readonly topic: string },
  claimed: readonly { readonly partition: number; readonly at: string }[],
): Promise<readonly SentLetter[]> {
  const letters = await tx.query<Letter>(
    // A record of a broadcast topic died in every task of the group, with the same bytes.
    `SELECT DISTINCT ON (partition, record_offset) partition, attempt, record_key, record_value, record_headers FROM dead_letter
     WHERE grp = $1 AND topic = $2 AND (partition, record_offset) IN (SELECT * FROM unnest($3::int[], $4::bigint[]))
     ORDER BY partition, record_offset`,
    [group, topic, claimed.map(({ partition }) => partition), claimed.map(({ at }) => at)],
  );
  const sent: SentLetter[] = [];
  for (const letter of letters) {
    const { record_key: key, record_value: value } = letter;
    const kept = headersOf(letter);
    const partition = key === null ? letter.partition : await sink.partitionFor(topic, key);
    const headers = { ...kept, attempt: String(letter.attempt + 1) };
    await sink.send(topic, partition, [{ key, value, headers }]);
    sent.push({ partition, eventId: kept['event_id']?.toString() ?? null });
  }
  return sent;
}

function headersOf({ record_headers }: Letter): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(
    Object.entries(record_headers ?? {}).map(([name, [first = '']]) => [
      name,
      Buffer.from(first, 'base64'),
    ]),
  );
}
