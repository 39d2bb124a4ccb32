/** What S68 looks at. Null: unknown, which is never a reason. */
export interface PumpSigns {
  readonly buzzZ: number | null;
  readonly uniqueAuthorRatio: number | null;
  readonly nearDuplicateShare: number | null;
  readonly newAccountShare: number | null;
  readonly agreement: number | null;
  /** M: mentions that take a side. */
  readonly polarCount: number;
  /** Low capitalisation or low dollar volume, or neither is known. */
  readonly smallMarket: boolean;
}

export type PumpReason = 'loud' | 'few_authors' | 'copies' | 'new_accounts' | 'one_sided';

/** Loud, written by few or by copies, about something small (S68); `reasons` are the conditions that hold, flag or not. */
export function pumpFlag(signs: PumpSigns): {
  readonly flag: boolean;
  readonly reasons: readonly PumpReason[];
} {
  const holds: readonly (readonly [PumpReason, boolean])[] = [
    ['loud', (signs.buzzZ ?? 0) > 3],
    ['few_authors', (signs.uniqueAuthorRatio ?? 1) < 0.5],
    ['copies', (signs.nearDuplicateShare ?? 0) > 0.3],
    ['new_accounts', (signs.newAccountShare ?? 0) > 0.3],
    ['one_sided', (signs.agreement ?? 0) > 0.9 && signs.polarCount >= 20],
  ];
  const reasons = holds.filter(([, held]) => held).map(([reason]) => reason);
  const flag = signs.smallMarket && reasons[0] === 'loud' && reasons.length > 1;
  return { flag, reasons };
}
