/**
 * Events of a tape: the event log of features.md section 2. Numbers keep their decimal text on the tape and are exact
 * (scaled by 10^18) here; times are epoch micros.
 */

interface Base {
  readonly id: string;
  readonly tsUs: number;
  readonly seq: number | null;
  /** When it entered a platform, where that was recorded. */
  readonly ingestUs: number | null;
}

export interface TapeExecution extends Base {
  readonly type: 'BUY' | 'SELL';
  readonly investor: string;
  readonly symbol: string;
  readonly qtyE18: bigint;
  readonly priceE18: bigint;
  readonly feeE18: bigint;
  readonly account: string | null;
  readonly currency: string | null;
  readonly orderId: string | null;
}

export interface TapeCash extends Base {
  readonly type: 'DEPOSIT' | 'WITHDRAWAL' | 'DIVIDEND' | 'INTEREST' | 'FEE';
  readonly investor: string;
  readonly symbol: string | null;
  readonly amountE18: bigint;
  readonly account: string | null;
  readonly currency: string | null;
}

export interface TapeMark extends Base {
  readonly type: 'MARK';
  readonly symbol: string;
  readonly priceE18: bigint;
}

export interface TapeTrade extends Base {
  readonly type: 'TRADE';
  readonly symbol: string;
  readonly priceE18: bigint;
  readonly sizeE18: bigint;
  readonly priceOk: boolean;
  readonly volOk: boolean;
  /** Sale conditions as sent; kept for people. */
  readonly conditions: readonly string[];
}

/** What people say of a text. */
export const postLabels = ['positive', 'neutral', 'negative'] as const;
export type PostLabel = (typeof postLabels)[number];

/** A public post as its author wrote it. */
export interface TapePost extends Base {
  readonly type: 'POST';
  /** Any name; the platform sees a pseudonym. */
  readonly author: string;
  readonly text: string;
  /** What its client claims, a BCP 47 tag. */
  readonly lang: string | null;
  /** What people say of the whole text; null where nobody did, or they disagree. */
  readonly label: PostLabel | null;
}

/** Fields that a CORRECT may replace. */
export interface TapeSet {
  readonly tsUs?: number;
  readonly seq?: number;
  readonly symbol?: string;
  readonly qtyE18?: bigint;
  readonly priceE18?: bigint;
  readonly feeE18?: bigint;
  readonly amountE18?: bigint;
  readonly sizeE18?: bigint;
  readonly priceOk?: boolean;
  readonly volOk?: boolean;
  readonly text?: string;
}

export interface TapeCorrection extends Base {
  readonly type: 'CORRECT';
  readonly ref: string;
  readonly set: TapeSet;
}

export interface TapeCancel extends Base {
  readonly type: 'CANCEL';
  readonly ref: string;
  /** Whose, or of what: only needed where the target is not on the tape. */
  readonly investor: string | null;
  readonly symbol: string | null;
}

/** Types of the event log that have no topic yet: kept as they are, so that a tape of a later version can be read. */
export const otherTypes = [
  'SPLIT',
  'SYMBOL_CHANGE',
  'SPINOFF',
  'RETURN_OF_CAPITAL',
  'QUOTE',
  'HALT',
  'RESUME',
] as const;

export interface TapeOther extends Base {
  readonly type: (typeof otherTypes)[number];
  /** The line as parsed. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export type TapeEvent =
  | TapeExecution
  | TapeCash
  | TapeMark
  | TapeTrade
  | TapePost
  | TapeCorrection
  | TapeCancel
  | TapeOther;

/** An instrument that the tape is about. */
export interface TapeInstrument {
  /** `<kind>:<name>`, as in `equity:AIG`. */
  readonly id: string;
  readonly title: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Where its trades and marks come from. */
  readonly feed: string;
}

/** First line of a tape. */
export interface TapeHeader {
  readonly tape: 1;
  readonly name: string;
  readonly source: string;
  readonly licence: string;
  /** IANA zone of the listing. @default UTC */
  readonly zone?: string;
  readonly instruments: readonly TapeInstrument[];
}
