/** What went wrong with a REST call, in words that a page can show (RFC 9457). */
export interface ApiProblem {
  /** 0 when no answer came. */
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string | null;
  readonly traceId: string | null;
}

export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: ApiProblem };

export interface HttpOptions {
  readonly baseUrl: string;
  readonly getToken: () => Promise<string | null>;
  readonly fetch: typeof fetch;
  /** @default 10 s */
  readonly timeoutMs?: number;
}

export type GetJson = <T>(path: string) => Promise<Answer<T>>;

/** GET with the session's token. Never throws: a page has a state for each outcome. */
export function createGetJson(options: HttpOptions): GetJson {
  return async (path) => {
    try {
      const token = await options.getToken();
      const response = await options.fetch(`${options.baseUrl}${path}`, {
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
      });
      const body: unknown = await response.json().catch(() => null);
      if (response.ok && body !== null) return { ok: true, value: body as never };
      return { ok: false, problem: problemOf(response, body) };
    } catch (thrown) {
      const isTimeout = thrown instanceof Error && thrown.name === 'TimeoutError';
      const title = isTimeout
        ? 'The server did not answer in time'
        : 'The server cannot be reached';
      return {
        ok: false,
        problem: { status: 0, type: 'about:blank', title, detail: null, traceId: null },
      };
    }
  };
}

function problemOf(response: Response, body: unknown): ApiProblem {
  const told = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof told[name] === 'string' ? told[name] : null);
  return {
    status: response.status,
    type: text('type') ?? 'about:blank',
    title: text('title') ?? `The server answered ${String(response.status)}`,
    detail: text('detail'),
    traceId: text('trace_id') ?? response.headers.get('x-request-id'),
  };
}
