import type { LedgerEntry, Silence, WorldLedger } from '../world/ledger.ts';
import type { Brigade, WorldPost } from './events.ts';
import { postUri } from './ids.ts';

/** Readers of the ground truth about posts. All answer in the order in which things were done. */

export type PostEntry = Extract<LedgerEntry, { readonly kind: 'post' }>;

/** Every revision and deletion with its fate; each distinct event once, however often it was sent. */
export function postsOf(ledger: Pick<WorldLedger, 'entries'>): readonly PostEntry[] {
  return ledger.entries().filter((entry) => entry.kind === 'post');
}

/** Accounts that were deleted: nothing of theirs may be left. */
export function deletedAccountsOf(ledger: Pick<WorldLedger, 'entries'>): ReadonlySet<string> {
  return new Set(
    ledger.entries().flatMap((entry) => (entry.kind === 'account' ? [entry.account.did] : [])),
  );
}

/**
 * What stands when everything has arrived: the newest revision of each post that was not deleted, nor its account. Posts with a time in
 * the future are left out (they are quarantined); those too late for every window are not.
 */
export function standingPostsOf(ledger: Pick<WorldLedger, 'entries'>): readonly WorldPost[] {
  const newest = new Map<string, WorldPost>();
  for (const { fate, post } of postsOf(ledger)) {
    if (fate !== 'future') newest.set(postUri(post), post);
  }
  const gone = deletedAccountsOf(ledger);
  return [...newest.values()].filter(({ op, did }) => op !== 'delete' && !gone.has(did));
}

export function brigadesOf(ledger: Pick<WorldLedger, 'entries'>): readonly Brigade[] {
  return ledger.entries().flatMap((entry) => (entry.kind === 'brigade' ? [entry.brigade] : []));
}

export function silencesOf(ledger: Pick<WorldLedger, 'entries'>): readonly Silence[] {
  return ledger.entries().flatMap((entry) => (entry.kind === 'silence' ? [entry.silence] : []));
}
