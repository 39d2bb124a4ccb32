import { createHash } from 'node:crypto';
import type { AliasTable, EventSink } from '@groundswell/connector';
import type { Transaction } from '@groundswell/schemas';
import type { IngestMetrics } from './metrics.ts';
import type { AccountDirectory, Clock, RequestStore, StoredAnswer } from './ports.ts';
import { httpLimits } from './sources/http/limits.ts';
import { parseItem, type ItemDraft, type ParsedItem } from './sources/http/parse.ts';
import type { Pseudonyms } from './sources/http/pseudonym.ts';
import { toTransaction, withOccurrences } from './sources/http/transaction.ts';

/** A request whose signature is good and whose body is a list. */
export interface VerifiedRequest {
  readonly sender: string;
  readonly webhookId: string;
  readonly body: Uint8Array;
  readonly items: readonly unknown[];
}

export type ItemResult =
  | {
      readonly index: number;
      readonly id: string | null;
      readonly status: 'accepted';
      readonly event_id: string;
    }
  | {
      readonly index: number;
      readonly id: string | null;
      readonly status: 'refused';
      readonly reason: string;
    };

export type IngestOutcome =
  | { readonly kind: 'answer'; readonly status: number; readonly answer: unknown }
  /** The id was used for another body (S53). */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'busy' };

export interface IngestDeps {
  readonly sink: EventSink;
  readonly accounts: AccountDirectory;
  readonly requests: RequestStore;
  readonly aliases: () => AliasTable;
  /** As they stand in the store now; the ones at hand while it is away. */
  readonly readAliases: () => Promise<AliasTable>;
  readonly pseudonyms: Pseudonyms;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
  /** Newest event time of a sender, for its status. */
  readonly onAccepted: (sender: string, eventTimeUs: number) => void;
}

/**
 * The flow of the service:
 *
 *   request -> known id? same answer : parse each item -> pseudonyms -> account -> investor -> brokerage.transaction.v1 -> acks -> answer kept
 *
 * The answer is kept after the acks: a crash in between makes the sender repeat, the same event ids go out again, and the consumer's
 * journal drops them. A refused item leaves nothing behind.
 */
export function createIngest(
  deps: IngestDeps,
): (request: VerifiedRequest) => Promise<IngestOutcome> {
  const { sink, accounts, requests, pseudonyms, metrics, clock } = deps;
  /** Requests under way by sender and id: a repeat waits for the first one's answer. */
  const underWay = new Map<string, Promise<unknown>>();
  let pendingItems = 0;

  async function ingest(request: VerifiedRequest): Promise<IngestOutcome> {
    const { sender, webhookId } = request;
    const bodySha256 = createHash('sha256').update(request.body).digest('hex');
    const known = await requests.find(sender, webhookId);
    if (known !== null) return answerOf(known, bodySha256);
    if (pendingItems + request.items.length > httpLimits.maxPendingItems) return { kind: 'busy' };
    pendingItems += request.items.length;
    try {
      const parsed = request.items.map(parseItem);
      const transactions = await toTransactions(sender, parsed);
      await publish(transactions);
      const ids = transactions.values();
      const results = parsed.map((item, index) =>
        resultOf(item, index, item.ok ? ids.next().value?.eventId : undefined),
      );
      const accepted = results.filter((one) => one.status === 'accepted').length;
      metrics.accepted.inc({ sender }, accepted);
      for (const item of parsed) if (!item.ok) metrics.refused.inc({ sender, reason: item.reason });
      const answer = { accepted, refused: results.length - accepted, results };
      const kept = await requests.keep(sender, webhookId, { bodySha256, status: 200, answer });
      return answerOf(kept, bodySha256);
    } finally {
      pendingItems -= request.items.length;
    }
  }

  async function toTransactions(
    sender: string,
    parsed: readonly ParsedItem[],
  ): Promise<readonly Transaction[]> {
    const drafts = parsed.flatMap((item) => (item.ok ? [item.draft] : []));
    const claims = drafts.map((draft) => claimOf(sender, draft));
    const investors = await accounts.investorsOf(claims);
    const ingestTimeUs = clock.nowUs();
    const aliases = await aliasesFor(sender, drafts);
    return withOccurrences(
      drafts.map((draft) => {
        const { accountKey, investorKey: claimed } = claimOf(sender, draft);
        const investorKey = investors.get(accountKey) ?? claimed;
        return toTransaction(draft, { sender, accountKey, investorKey, ingestTimeUs, aliases });
      }),
    );
  }

  /** A symbol that nobody knows may have been entered a moment ago: it is looked up once more before it counts as unresolved. */
  async function aliasesFor(sender: string, drafts: readonly ItemDraft[]): Promise<AliasTable> {
    const aliases = deps.aliases();
    const isKnown = ({ symbol, eventTimeUs }: ItemDraft) =>
      symbol === null || aliases.resolve(sender, symbol, eventTimeUs) !== null;
    return drafts.every(isKnown) ? aliases : deps.readAliases();
  }

  const claimOf = (sender: string, draft: ItemDraft) => ({
    accountKey: pseudonyms.account(sender, draft.account),
    // Without a person the account is a person of its own.
    investorKey: pseudonyms.investor(draft.investor ?? `${sender}/${draft.account}`),
    sender,
    currency: draft.currency,
  });

  /** All acks, or the error of the first refusal: then the sender repeats everything. */
  async function publish(transactions: readonly Transaction[]): Promise<void> {
    await Promise.all(
      transactions.map(async (transaction) => {
        const { investorKey, eventId, source, eventTimeUs, instrumentId } = transaction;
        await sink.publish('brokerage.transaction.v1', investorKey, eventId, transaction);
        deps.onAccepted(source, eventTimeUs);
        if (instrumentId?.startsWith('unresolved:')) metrics.unresolved.inc({ sender: source });
      }),
    );
  }

  return async (request) => {
    const key = `${request.sender}/${request.webhookId}`;
    for (;;) {
      const earlier = underWay.get(key);
      if (earlier === undefined) break;
      await Promise.allSettled([earlier]);
    }
    const current = ingest(request);
    underWay.set(key, current);
    try {
      return await current;
    } finally {
      underWay.delete(key);
    }
  };
}

function answerOf(stored: StoredAnswer, bodySha256: string): IngestOutcome {
  if (stored.bodySha256 !== bodySha256) return { kind: 'conflict' };
  return { kind: 'answer', status: stored.status, answer: stored.answer };
}

function resultOf(item: ParsedItem, index: number, eventId = ''): ItemResult {
  if (!item.ok) return { index, id: item.id, status: 'refused', reason: item.reason };
  return { index, id: item.draft.id, status: 'accepted', event_id: eventId };
}
