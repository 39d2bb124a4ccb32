/** What a Jetstream instance tells about the network, before any wire format (sources.md P1, P2). */

export const POST_COLLECTION = 'app.bsky.feed.post';

interface AboutAccount {
  /** `did:plc:...` of the account that acted. */
  readonly did: string;
  /** When the instance saw it, epoch micros: unique, not monotonic (P5). */
  readonly timeUs: number;
}

/** A record was created, replaced (same `rkey`, new `rev`) or deleted. A deletion has neither record nor cid (P4). */
export interface JetstreamCommit extends AboutAccount {
  readonly kind: 'commit';
  readonly operation: 'create' | 'update' | 'delete';
  readonly collection: string;
  readonly rkey: string;
  readonly rev: string;
  readonly record?: Readonly<Record<string, unknown>>;
  readonly cid?: string;
}

export interface JetstreamIdentity extends AboutAccount {
  readonly kind: 'identity';
}

/** `active: false, status: 'deleted'`: everything of this account must be erased. */
export interface JetstreamAccount extends AboutAccount {
  readonly kind: 'account';
  readonly active: boolean;
  readonly status?: 'deleted' | 'deactivated' | 'suspended' | 'takendown';
}

export type JetstreamEvent = JetstreamCommit | JetstreamIdentity | JetstreamAccount;
