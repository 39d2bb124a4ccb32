/** The part of REST behind an investor's sums (`schemas/openapi/serve-api.yaml`). Times are ISO texts, decimals texts. */

export interface Lot {
  /** The execution that opened it. */
  readonly lot_id: string;
  readonly instrument_id: string;
  readonly side: 'long' | 'short';
  /** Open while any unit of it is. */
  readonly state: 'open' | 'closed';
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly quantity: string;
  readonly open_quantity: string;
  /** What it cost with fees; of a short lot, what opening it brought in. */
  readonly basis: string;
  readonly open_basis: string;
  readonly unit_cost: string | null;
  readonly realised_pnl: string;
  readonly closing_count: number;
  readonly closings: readonly {
    readonly event_id: string;
    readonly closed_at: string;
  }[];
}

export interface LotPage {
  readonly known_at: string;
  readonly totals: {
    readonly realised_pnl: string;
    readonly open_lots: number;
    readonly closed_lots: number;
  };
  readonly items: readonly Lot[];
}

export interface Execution {
  readonly event_id: string;
  readonly instrument_id: string | null;
  /** Of the newest version: CANCEL took it back. */
  readonly op: 'CREATE' | 'CORRECT' | 'CANCEL';
  readonly event_time: string;
  readonly known_at: string | null;
  readonly late: boolean | null;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly refused: string | null;
  readonly closings: readonly { readonly lot_id: string; readonly realised_pnl: string }[];
  readonly versions: readonly { readonly event_id: string; readonly op: string }[];
}

export interface ExecutionPage {
  readonly items: readonly Execution[];
  readonly next_cursor: string | null;
}

/** Lots that are drawn at most; the rest is counted. */
const MAX_LOTS = 500;
const PAGE = 50;

type KnownAt = string | null;

function path(investorKey: string, list: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return `/v1/investors/${encodeURIComponent(investorKey)}/${list}?${text}`;
}

const known = (knownAt: KnownAt) => (knownAt === null ? {} : { known_at: knownAt });

/** @param knownAt state of knowledge, ISO 8601; null = now */
export function lotsPath(investorKey: string, knownAt: KnownAt): string {
  return path(investorKey, 'lots', { limit: String(MAX_LOTS), ...known(knownAt) });
}

/** Which executions: of a lot, or of a side and a span of event time. */
export interface ExecutionsWanted {
  readonly lot?: string;
  readonly instrument?: string;
  readonly side?: 'BUY' | 'SELL';
  /** ISO 8601, inclusive. */
  readonly from?: string;
}

export function executionsPath(
  investorKey: string,
  wanted: ExecutionsWanted,
  knownAt: KnownAt,
  cursor: string | null = null,
): string {
  const place = cursor === null ? {} : { cursor };
  const query = { limit: String(PAGE), ...wanted, ...known(knownAt), ...place };
  return path(investorKey, 'executions', query);
}
