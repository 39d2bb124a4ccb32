import type { JetstreamEvent } from './events.ts';
import type { JetstreamVersion } from './frames.ts';

/** What a client asked for in the address it connected to. */
export interface JetstreamRequest {
  readonly version: JetstreamVersion;
  /** Inclusive; below 10^15 a seq, else epoch micros (P3). Null: live from now on. */
  readonly cursor: number | null;
  readonly wants: (event: JetstreamEvent) => boolean;
}

export interface Refusal {
  readonly status: 400 | 404;
  /** Name of the XRPC error. */
  readonly error: string;
  readonly message: string;
}

export const V1_PATH = '/subscribe';
export const V2_PATH = '/xrpc/network.bsky.jetstream.subscribeEvents';
const KINDS = ['commit', 'identity', 'account', 'sync'];
const V1_NAMES = ['wantedCollections', 'wantedDids', 'requireHello'];

/** Parameters as both endpoints take them; what one does not know it refuses, so that no client listens to the wrong thing. */
export function readRequest(target: string): JetstreamRequest | Refusal {
  const url = new URL(target, 'ws://jetstream');
  const all = (name: string): string[] => url.searchParams.getAll(name);
  const cursorText = url.searchParams.get('cursor');
  if (cursorText !== null && !/^\d{1,16}$/.test(cursorText)) {
    return invalid('cursor must be a whole number');
  }
  const cursor = cursorText === null ? null : Number(cursorText);

  if (url.pathname === V1_PATH) {
    const collections = all('wantedCollections');
    const dids = all('wantedDids');
    // Identity and account events pass the collection filter, so that a client can erase (P1).
    return {
      version: 'v1',
      cursor,
      wants: (event) => isAmong(dids, event.did) && passes(event, collections),
    };
  }
  if (url.pathname !== V2_PATH) {
    return { status: 404, error: 'NotFound', message: `nothing at ${url.pathname}` };
  }
  const old = V1_NAMES.find((name) => url.searchParams.has(name));
  if (old !== undefined)
    return invalid(`${old} is a parameter of v1: use kinds, collections, dids`);
  const kinds = all('kinds');
  const collections = all('collections');
  const dids = all('dids');
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) return invalid(`unknown kind ${unknown}`);
  if (collections.length > 0 && !isAmong(kinds, 'commit')) {
    return invalid('collections without commits can never apply');
  }
  return {
    version: 'v2',
    cursor,
    wants: (event) =>
      isAmong(kinds, event.kind) && isAmong(dids, event.did) && passes(event, collections),
  };
}

function invalid(message: string): Refusal {
  return { status: 400, error: 'InvalidRequest', message };
}

/** A filter that names nothing lets everything pass. */
function isAmong(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

/** Only commits have a collection; `app.bsky.feed.*` names all below. */
function passes(event: JetstreamEvent, collections: readonly string[]): boolean {
  if (event.kind !== 'commit' || collections.length === 0) return true;
  return collections.some((wanted) =>
    wanted.endsWith('.*')
      ? event.collection.startsWith(wanted.slice(0, -1))
      : event.collection === wanted,
  );
}
