import type { Database, Queryable } from '@groundswell/postgres';
import type { AccountClaim, AccountDirectory } from '../ports.ts';

/** Accounts remembered; a merge of investors is a job that rewrites the table, seen here after this time. */
const REMEMBER_MS = 60_000;
const MAX_REMEMBERED = 100_000;

export function createAccountDirectory(database: Database, nowMs: () => number): AccountDirectory {
  let known = new Map<string, string>();
  let forgetAtMs = nowMs() + REMEMBER_MS;

  return {
    async investorsOf(claims) {
      if (nowMs() >= forgetAtMs || known.size > MAX_REMEMBERED) {
        known = new Map();
        forgetAtMs = nowMs() + REMEMBER_MS;
      }
      const unknown = distinct(claims.filter((claim) => !known.has(claim.accountKey)));
      if (unknown.length > 0) {
        const rows = await database.transaction((tx) => enter(tx, unknown));
        for (const row of rows) known.set(row.key, row.investor_key);
      }
      return known;
    },
  };
}

interface Row {
  readonly key: string;
  readonly investor_key: string;
}

/** In key order, so that two requests with the same new accounts cannot lock each other. */
async function enter(tx: Queryable, claims: readonly AccountClaim[]): Promise<readonly Row[]> {
  const keys = claims.map((claim) => claim.accountKey);
  const select = 'SELECT key, investor_key FROM account WHERE key = ANY($1)';
  const present = await tx.query<Row>(select, [keys]);
  const presentKeys = new Set(present.map((row) => row.key));
  const fresh = claims.filter((claim) => !presentKeys.has(claim.accountKey));
  if (fresh.length === 0) return present;
  const investors = [...new Set(fresh.map((claim) => claim.investorKey))].sort();
  await tx.query(
    'INSERT INTO investor (key) SELECT unnest($1::text[]) ON CONFLICT (key) DO NOTHING',
    [investors],
  );
  await tx.query(
    `INSERT INTO account (key, investor_key, source_id, currency)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
     ON CONFLICT (key) DO NOTHING`,
    [
      fresh.map((claim) => claim.accountKey),
      fresh.map((claim) => claim.investorKey),
      fresh.map((claim) => claim.sender),
      fresh.map((claim) => claim.currency),
    ],
  );
  // Read back: another request may have entered the account first, under another investor.
  return tx.query<Row>(select, [keys]);
}

function distinct(claims: readonly AccountClaim[]): AccountClaim[] {
  const byKey = new Map<string, AccountClaim>();
  for (const claim of claims) {
    if (!byKey.has(claim.accountKey)) byKey.set(claim.accountKey, claim);
  }
  return [...byKey.values()].sort((a, b) => (a.accountKey < b.accountKey ? -1 : 1));
}
