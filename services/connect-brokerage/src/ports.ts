/** What the endpoint needs from the outside. */

export interface AccountClaim {
  readonly accountKey: string;
  /** Whose it is said to be; used only for an account nobody knows yet. */
  readonly investorKey: string;
  readonly sender: string;
  readonly currency: string;
}

export interface AccountDirectory {
  /**
   * Investor of each account, by account key. An unknown account is entered under the claimed investor; a known one keeps its own (E4).
   * @throws PostgresUnavailableError
   */
  investorsOf(claims: readonly AccountClaim[]): Promise<ReadonlyMap<string, string>>;
}

/** An answer as it was given. */
export interface StoredAnswer {
  readonly bodySha256: string;
  readonly status: number;
  readonly answer: unknown;
}

export interface RequestStore {
  find(sender: string, webhookId: string): Promise<StoredAnswer | null>;
  /** @returns the answer that is stored: ours, or the one that was there before */
  keep(sender: string, webhookId: string, answer: StoredAnswer): Promise<StoredAnswer>;
}

export interface Clock {
  nowMs(): number;
  nowUs(): number;
}
