/** Addresses that the server of this page told us. */
export interface PageConfig {
  readonly apiUrl: string;
  readonly liveUrl: string;
  readonly issuerUrl: string;
}

export interface Persona {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly summary: string;
}

export interface Identity {
  readonly persona: string;
  /** Raw id of an investor persona. */
  readonly investor: string | null;
  readonly investorKey: string | null;
  readonly scopes: readonly string[];
}

interface IssuedToken {
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly investor_key?: string;
}

/** A token with less life than this is renewed before it is used. */
const RENEW_BEFORE_MS = 70_000;

/**
 * Who is looking. The token lives in this object only: not in storage, not in the address (N7), so a reload asks again.
 * `version` rises when somebody else looks; everything private hangs on it.
 */
export class Session {
  readonly #issuerUrl: string;
  #token: { readonly text: string; readonly expiresAtMs: number } | null = null;
  #pending: Promise<string | null> | null = null;
  identity = $state.raw<Identity | null>(null);
  /** Why the last sign-in did not work. */
  problem = $state<string | null>(null);
  version = $state(0);

  constructor(issuerUrl: string) {
    this.#issuerUrl = issuerUrl;
  }

  async personas(): Promise<readonly Persona[]> {
    const response = await fetch(`${this.#issuerUrl}/personas`, {
      signal: AbortSignal.timeout(5000),
    });
    const { personas } = (await response.json()) as {
      personas: Readonly<Record<string, Omit<Persona, 'name'>>>;
    };
    return Object.entries(personas).map(([name, persona]) => ({ name, ...persona }));
  }

  /** Become somebody. Returns whether it worked; `problem` says why not. */
  async signIn(persona: string, investor: string | null): Promise<boolean> {
    const issued = await this.#ask(persona, investor);
    if (issued === null) return false;
    this.identity = {
      persona,
      investor,
      investorKey: issued.investor_key ?? null,
      scopes: issued.scope.split(' '),
    };
    this.version += 1;
    return true;
  }

  signOut(): void {
    this.#token = null;
    this.identity = null;
    this.version += 1;
  }

  /** A token that is good now; asked anew when it runs out. Null when nobody is signed in or the issuer refuses. */
  getToken = async (): Promise<string | null> => {
    const { identity } = this;
    if (identity === null) return null;
    const token = this.#token;
    if (token !== null && token.expiresAtMs - Date.now() > RENEW_BEFORE_MS) return token.text;
    this.#pending ??= this.#renew(identity).finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  };

  hasScope(scope: string): boolean {
    return this.identity?.scopes.includes(scope) ?? false;
  }

  async #renew({ persona, investor }: Identity): Promise<string | null> {
    const issued = await this.#ask(persona, investor);
    if (issued !== null) return issued.access_token;
    // The issuer is away: what is left of the old token still counts.
    const left = this.#token;
    return left !== null && left.expiresAtMs > Date.now() ? left.text : null;
  }

  async #ask(persona: string, investor: string | null): Promise<IssuedToken | null> {
    try {
      const response = await fetch(`${this.#issuerUrl}/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(investor === null ? { persona } : { persona, investor }),
        signal: AbortSignal.timeout(5000),
      });
      if (!response.ok) {
        const body = (await response.json().catch(() => ({}))) as { readonly title?: string };
        this.problem = body.title ?? `The issuer answered ${String(response.status)}.`;
        return null;
      }
      const issued = (await response.json()) as IssuedToken;
      this.#token = {
        text: issued.access_token,
        expiresAtMs: Date.now() + issued.expires_in * 1000,
      };
      this.problem = null;
      return issued;
    } catch {
      this.problem = 'The token issuer does not answer.';
      return null;
    }
  }
}
