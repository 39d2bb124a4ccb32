/** Trading beyond that of investors with about as much (B3, `excess_trading`). */
export interface PeerComparison {
  readonly currency: string | null;
  /** 1 = the smallest tenth; null without an equity above 0, or with a currency that is not known. */
  readonly equity_decile: number | null;
  /** In that decile. */
  readonly investor_count: number;
  readonly min_peers: number;
  readonly windows: readonly {
    readonly window_days: number;
    readonly turnover: number | null;
    /** Of the decile, this investor among them, with a turnover in this window. */
    readonly peer_count: number;
    /** Null below `min_peers`. */
    readonly median_turnover: number | null;
    /** `turnover` minus `median_turnover`. */
    readonly excess_trading: number | null;
  }[];
}
