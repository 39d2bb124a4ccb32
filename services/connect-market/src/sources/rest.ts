import { backoffOfStatus, retryAfterMs, SourceUnavailableError } from '@groundswell/connector';

export interface RestRequest {
  readonly url: string;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly limits: { readonly timeoutMs: number; readonly maxBodyBytes: number };
}

/**
 * Body of one GET, within a deadline and a size.
 * @throws SourceUnavailableError by the class of its status (K5)
 */
export async function getText({ url, signal, nowMs, limits }: RestRequest): Promise<string> {
  let response: Response;
  let body: string;
  try {
    const timeout = AbortSignal.timeout(limits.timeoutMs);
    response = await fetch(url, { signal: AbortSignal.any([signal, timeout]), redirect: 'error' });
    body = await response.text();
  } catch (thrown) {
    throw unusable('venue did not answer', thrown);
  }
  if (!response.ok) {
    throw new SourceUnavailableError(`venue answered ${response.status}`, {
      backoff: backoffOfStatus(response.status),
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), nowMs()),
    });
  }
  if (body.length > limits.maxBodyBytes) throw unusable('answer of the venue is too long');
  return body;
}

/** An answer that is none: ask again later. */
export function unusable(message: string, cause?: unknown): SourceUnavailableError {
  return new SourceUnavailableError(message, { backoff: 'NET', cause });
}
