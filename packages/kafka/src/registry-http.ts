import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { asUntrustedPeer, tlsOptions, type RegistryAccess } from '@groundswell/runtime';
import { RegistryUnavailableError, SchemaIncompatibleError } from './errors.ts';

export interface RegistryQuestion {
  readonly url: string;
  readonly method: string;
  readonly timeoutMs: number;
  readonly body?: object | undefined;
  readonly access: Partial<Pick<RegistryAccess, 'tls' | 'user'>>;
}

/** `found: false` is a healthy registry saying that it has no such id, subject, version or schema. */
export interface RegistryAnswer {
  readonly found: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Confluent's codes for: subject, version, schema not found, and their neighbours. */
const NOT_FOUND_CODES = [40401, 40402, 40403, 40406];
const MAX_MESSAGE = 500;

/**
 * One question to the registry, answered or classified (G1): only a 404 *with an error code of the registry* says "unknown", only a
 * 409 or 422 says "refused". Everything else, also a 400 and a 404 of a proxy in between, is an outage.
 * @throws RegistryUnavailableError (retriable) | SchemaIncompatibleError
 */
export async function askRegistry(question: RegistryQuestion): Promise<RegistryAnswer> {
  const { status, body } = await exchange(question);
  if (status >= 200 && status < 300) return { found: true, body };
  const code = Number(body['error_code'] ?? 0);
  const message = textOf(body['message']).slice(0, MAX_MESSAGE);
  if (status === 404 && NOT_FOUND_CODES.includes(code)) return { found: false, body };
  if ((status === 409 || status === 422) && code > 0) {
    throw new SchemaIncompatibleError(`the registry refused the schema: ${message}`, {
      status,
      error_code: code,
    });
  }
  throw new RegistryUnavailableError(`the schema registry answered ${status}`, {
    status,
    error_code: code,
  });
}

/** @throws UntrustedPeerError when the certificate is not good; then nothing was sent, the password neither */
async function exchange(
  question: RegistryQuestion,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { timeoutMs } = question;
  try {
    const answer = await send(question);
    let text = '';
    answer.setEncoding('utf8');
    for await (const chunk of answer) text += chunk as string;
    return { status: answer.statusCode ?? 0, body: parse(text) };
  } catch (cause) {
    const untrusted = asUntrustedPeer(cause, 'the schema registry');
    if (untrusted !== null) throw untrusted;
    throw new RegistryUnavailableError('the schema registry did not answer', { timeoutMs }, cause);
  }
}

/** By `node:https`, not by `fetch`: that takes no authority of its own. Redirects are not followed: the password is for one address. */
function send({
  url,
  method,
  timeoutMs,
  body,
  access,
}: RegistryQuestion): Promise<IncomingMessage> {
  const target = new URL(url);
  const { user } = access;
  const options = {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(user ? { auth: `${user.name}:${user.password.read()}` } : {}),
  };
  return new Promise((resolve, reject) => {
    const request =
      target.protocol === 'https:'
        ? requestTls(target, { ...options, ...tlsOptions(access.tls ?? {}, target.hostname) })
        : requestPlain(target, options);
    request.once('response', resolve).once('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** What is not a JSON object has no error code, and so is an outage. */
function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
