import { createHash, createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImportError } from './errors.ts';
import type { PlannedItem, PlannedRow } from './plan.ts';

/** The signed HTTP ingest of connect-brokerage, and who we are there. */
export interface Door {
  readonly url: string;
  readonly sender: string;
  /** `whsec_...` */
  readonly secret: string;
}

/** Why the door refused a row, in its closed set of reasons. */
export interface Refusal {
  readonly row: PlannedRow;
  readonly reason: string;
}

export interface Posted {
  readonly accepted: number;
  readonly refused: readonly Refusal[];
}

/** Items of one request: well below the door's 1,000 and its 1 MiB. */
const CHUNK = 500;
const ATTEMPTS = 30;
const RETRY_MS = 1_000;

export interface PostOptions {
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly onPosted: (rows: number) => void;
}

/** The rows as requests. The id of each is made of its body: the same file makes the same requests, and gets the same answers. */
export function requestsOf(rows: readonly PlannedRow[]): readonly Request[] {
  const requests: Request[] = [];
  for (let at = 0; at < rows.length; at += CHUNK) {
    const own = rows.slice(at, at + CHUNK);
    const body = JSON.stringify(own.map(({ item }) => wireItem(item)));
    const hash = createHash('sha256').update(body).digest('hex');
    requests.push({ id: `import-${hash.slice(0, 40)}`, body, rows: own });
  }
  return requests;
}

export interface Request {
  readonly id: string;
  readonly body: string;
  readonly rows: readonly PlannedRow[];
}

function wireItem(item: PlannedItem): Record<string, unknown> {
  return { ...item };
}

/**
 * Post one request after the other; each is answered after the broker's ack of all its items.
 * @throws ImportError when the door does not open; what was posted before stays, and importing again goes on from there
 */
export async function postAll(
  door: Door,
  requests: readonly Request[],
  options: PostOptions,
): Promise<Posted> {
  let accepted = 0;
  const refused: Refusal[] = [];
  for (const request of requests) {
    const results = await post(door, request, options);
    for (const [index, row] of request.rows.entries()) {
      const result = results[index];
      if (result?.status === 'accepted') accepted += 1;
      else refused.push({ row, reason: result?.reason ?? 'no_answer' });
    }
    options.onPosted(request.rows.length);
  }
  return { accepted, refused };
}

interface Result {
  readonly status: 'accepted' | 'refused';
  readonly reason?: string;
}

async function post(
  door: Door,
  request: Request,
  { signal, nowMs }: PostOptions,
): Promise<readonly Result[]> {
  let problem = 'it does not answer';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    signal.throwIfAborted();
    const answer = await send(door, request, signal, nowMs());
    if (answer.status === 200) return (answer.body as { readonly results: Result[] }).results;
    problem = answer.problem;
    // Too busy, or a part behind it is away: the same request again is safe, and must get the same answer.
    const mayPass = answer.status === 0 || answer.status === 429 || answer.status >= 500;
    if (!mayPass) break;
    await sleep(RETRY_MS, undefined, { signal });
  }
  throw new ImportError(
    `The door of the platform at ${door.url} refuses the import: ${problem}. Rows that it took before stay; import the file again when it is well.`,
  );
}

interface Answer {
  /** 0 when there was none. */
  readonly status: number;
  readonly body: unknown;
  readonly problem: string;
}

async function send(
  { url, sender, secret }: Door,
  { id, body }: Request,
  signal: AbortSignal,
  nowMs: number,
): Promise<Answer> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  try {
    const response = await fetch(`${url}/v1/ingest/${sender}/transactions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
    const parsed = (await response.json()) as { readonly detail?: string };
    const { status } = response;
    return { status, body: parsed, problem: parsed.detail ?? `it answers ${status}` };
  } catch (thrown) {
    signal.throwIfAborted();
    const cause = thrown instanceof Error ? thrown.message : String(thrown);
    return { status: 0, body: null, problem: `it does not answer (${cause})` };
  }
}
