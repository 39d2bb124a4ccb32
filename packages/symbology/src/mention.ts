/** How an instrument was recognised. */
export type MentionKind = 'CASHTAG' | 'HASHTAG' | 'SOURCE_SYMBOL' | 'BARE' | 'NAME';

/** An instrument named in a text; the shape of `PostMention` in the contracts. */
export interface PostMention {
  readonly kind: MentionKind;
  /** As written: always `text.slice(start, end)`. */
  readonly raw: string;
  /** Null where nothing is known under this symbol at that time: `raw` is kept, to be looked up again once there is an alias (Y6). */
  readonly instrumentId: string | null;
  /** UTF-16 code units (E5); `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** 0..1 (S51). */
  readonly confidence: number;
  /** Letters that look like those of a known symbol: flagged, never resolved. */
  readonly homoglyph: boolean;
}

/** What the source itself marks in the text; offsets in UTF-16 code units. */
export interface SourceFacet {
  readonly kind: 'LINK' | 'MENTION' | 'TAG' | 'SYMBOL';
  readonly start: number;
  readonly end: number;
}

/** S51. What is less sure than `threshold` is no mention at all. */
export const confidences: Readonly<Record<MentionKind, number>> & { readonly threshold: number } = {
  CASHTAG: 0.95,
  SOURCE_SYMBOL: 0.95,
  NAME: 0.8,
  HASHTAG: 0.7,
  BARE: 0.6,
  threshold: 0.5,
};
