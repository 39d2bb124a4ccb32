/** What a name needs around it to count: nothing, its capitals, or its capitals and a finance cue near by (S52). */
export type NameRule = 'any-case' | 'capital' | 'capital-and-cue';

/** A symbol or name and what it means from `validFromUs` (inclusive) to `validToUs`, epoch micros; infinite where open (S53). */
export interface AliasRow {
  readonly namespace: 'cashtag' | 'name';
  /** `cashtag`: the ticker, classes after any separator (`BRK.B`). `name`: words, any case. */
  readonly symbol: string;
  readonly instrumentId: string;
  readonly validFromUs: number;
  readonly validToUs: number;
  /** Only of names. @default 'capital' */
  readonly rule?: NameRule;
}
