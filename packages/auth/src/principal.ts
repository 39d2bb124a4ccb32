/** What a token may be used for (security.md, roles). */
export const scopes = ['features:read', 'history:read', 'investor:self', 'ops', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who is calling, as proved by an accepted token. Never logged whole: `subject` and `investorKey` are pseudonyms. */
export interface Principal {
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The one investor whose private data this caller may read, with scope `investor:self` only. */
  readonly investorKey: string | null;
  readonly expiresAtMs: number;
  /** `jti` of the token: what a revocation names. */
  readonly tokenId: string;
}

/** How a private read was allowed: by the own claim, or by a role whose reads are audited. */
export type InvestorAccess = 'own' | 'audited' | 'refused';

/** May this caller read the private data of this investor, and must the read be audited? */
export function investorAccess(principal: Principal, investorKey: string): InvestorAccess {
  if (principal.scopes.has('investor:self') && principal.investorKey === investorKey) return 'own';
  if (principal.scopes.has('ops') || principal.scopes.has('admin')) return 'audited';
  return 'refused';
}

/** May this caller read the private data of this investor? */
export function canReadInvestor(principal: Principal, investorKey: string): boolean {
  return investorAccess(principal, investorKey) !== 'refused';
}

export function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}
