import type { Database, Queryable } from '@groundswell/postgres';
import type { RequestStore, StoredAnswer } from '../ports.ts';

interface Row {
  readonly body_sha256: Uint8Array;
  readonly status: number;
  readonly answer: unknown;
}

/** Answers in `ingest_request` (S53). */
export function createRequestStore(database: Database): RequestStore {
  const find = async (
    on: Queryable,
    sender: string,
    webhookId: string,
  ): Promise<StoredAnswer | null> => {
    const [row] = await on.query<Row>(
      'SELECT body_sha256, status, answer FROM ingest_request WHERE sender = $1 AND webhook_id = $2',
      [sender, webhookId],
    );
    if (row === undefined) return null;
    const bodySha256 = Buffer.from(row.body_sha256).toString('hex');
    return { bodySha256, status: row.status, answer: row.answer };
  };
  return {
    find: (sender, webhookId) => find(database, sender, webhookId),
    async keep(sender, webhookId, answer) {
      await database.query(
        `INSERT INTO ingest_request (sender, webhook_id, body_sha256, status, answer)
         VALUES ($1, $2, $3, $4, $5::jsonb) ON CONFLICT (sender, webhook_id) DO NOTHING`,
        [
          sender,
          webhookId,
          Buffer.from(answer.bodySha256, 'hex'),
          answer.status,
          JSON.stringify(answer.answer),
        ],
      );
      return (await find(database, sender, webhookId)) ?? answer;
    },
  };
}

/** Forget answers older than the senders' longest retry. @returns how many */
export async function forgetRequests(database: Database, olderThanHours: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM ingest_request WHERE received_at < now() - make_interval(hours => $1) RETURNING 1`,
    [olderThanHours],
  );
  return rows.length;
}

/** Accounts point to their source: every configured sender has a row. */
export async function enterSenders(database: Database, senders: Iterable<string>): Promise<void> {
  await database.query(
    `INSERT INTO source (id, kind, delivery, title)
     SELECT id, 'brokerage', 'exact', id FROM unnest($1::text[]) AS id ON CONFLICT (id) DO NOTHING`,
    [[...senders]],
  );
}
