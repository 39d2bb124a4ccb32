import type { InvestorAccess, Principal } from '@groundswell/auth';
import type {
  ConservationRow,
  FeatureReader,
  InstrumentRow,
  JournalReader,
  JournalView,
  LatestReader,
  OperationsReader,
  ReferenceReader,
  SourceRow,
  TraderReader,
} from '@groundswell/postgres';
import type { BucketAnswer, BucketPolicy, OnlineReader } from '@groundswell/redis';
import type { PeerComparison } from '@groundswell/schemas';
import type { SourceStates } from './core/freshness.ts';
import type { FeatureRecordJson } from './core/item.ts';
import type { JoinedMood } from './core/joined-mood.ts';

export type {
  ConservationRow,
  FeatureReader,
  InstrumentRow,
  JournalReader,
  JournalView,
  LatestReader,
  OnlineReader,
  OperationsReader,
  Principal,
  ReferenceReader,
  SourceRow,
  TraderReader,
};

export interface LatestAnswer {
  readonly servedFrom: 'online' | 'history';
  /** In the order of the entities; null = unknown. */
  readonly records: readonly (FeatureRecordJson | null)[];
}

/** Latest values: the online store while it can be trusted, else history, and the answer says which. */
export interface LatestValues {
  /** @throws retriable when neither store answers */
  read(
    featureSet: string,
    entities: readonly string[],
    windowSizeMs: number,
  ): Promise<LatestAnswer>;
}

/** Joins moods with the market's mood of the same window. */
export interface MoodJoin {
  /**
   * One per record, in their order; null for records that are no moods.
   * @param market newest window of the market, where it was read along
   * @param knownAtUs null = now
   */
  join(
    records: readonly (FeatureRecordJson | null)[],
    market: FeatureRecordJson | null,
    knownAtUs: number | null,
  ): Promise<(JoinedMood | null)[]>;
}

/** Compares an investor's trading with others' (B3). */
export interface TradingPeers {
  /**
   * At the last instant of comparison up to `knownAtUs`; null = up to now. No comparison: nothing was known of the investor then.
   * @throws Problem when there are too many investors | retriable when history does not answer
   */
  compare(
    investorKey: string,
    knownAtUs: number | null,
  ): Promise<{ readonly knownAtUs: number; readonly comparison: PeerComparison | null }>;
}

/** Where the log ends. */
export interface LogEnds {
  /** Per partition of a topic, by its name in this lane; null while nobody knows. */
  of(topic: string): Promise<ReadonlyMap<number, bigint> | null>;
}

/** Who may read whom, and the trace that it leaves. */
export interface PrivateReads {
  access(principal: Principal, investorKey: string): InvestorAccess;
  /** Pseudonyms only (S110). */
  audit(entry: {
    readonly subject: string;
    readonly investorKey: string;
    readonly decision: 'allowed' | 'denied';
    readonly traceId: string;
  }): void;
}

export interface TokenVerifier {
  /** @throws UnauthenticatedError | TokenServiceUnavailableError */
  verify(token: unknown): Promise<Principal>;
}

/** States of sources, a second old at most; empty while they cannot be read. */
export interface SourceWatch {
  current(): Promise<SourceStates>;
}

/** Token buckets; never throws: without the shared ones it counts locally (S50). */
export interface Allowance {
  take(key: string, policy: BucketPolicy, cost: number): Promise<BucketAnswer>;
}
