import { deadFrame, type ConnectorClock, type Origin } from '@groundswell/connector';
import type { SocialPost } from '@groundswell/schemas';
import type { PostIndex } from './core/post-index.ts';
import type { PublishInOrder } from './in-order.ts';
import type { SocialMetrics } from './metrics.ts';
import type { JetstreamFrame } from './sources/bluesky/decode.ts';
import {
  cancelRecord,
  postRecord,
  readText,
  type PostContext,
  type PostIdentity,
} from './sources/bluesky/post.ts';
import { redactFrame } from './sources/bluesky/redact.ts';
import { isOlderRev, tidTimeUs } from './sources/bluesky/tid.ts';

export interface IntakeOptions {
  readonly origin: Origin;
  readonly context: PostContext;
  readonly index: PostIndex;
  readonly publish: PublishInOrder;
  readonly clock: ConnectorClock;
  readonly metrics: SocialMetrics;
  readonly onDuplicate: () => void;
}

/** What becomes of a frame. `settled` runs once: at once where nothing is published, else after the last ack. */
export interface Intake {
  take(frame: JetstreamFrame, text: string, settled: () => void): void;
}

type Commit = Extract<JetstreamFrame, { kind: 'commit' }>;

/** Deletions of posts that we never published, kept in case the post itself comes after its deletion. */
const MAX_OVERTAKEN = 10_000;

/**
 * Which posts are published: those that name an instrument, and from then on every edit and the deletion of them, whatever the edited text names. Most of the
 * network names none and costs one look at its text. A deletion is published for a post that we published or may have published; it carries no text,
 * so one too many costs little, and one too few would keep a text that its author took back.
 */
export function createIntake(options: IntakeOptions): Intake {
  const { origin, context, index, publish, clock, metrics } = options;
  const { source, authors } = context;
  const label = { source };
  const overtaken = new Map<string, string>();

  /** The post under the author key that it was published with, else under the current one. */
  function locate(frame: Commit): { key: string; nativeId: string; authorKey: string } {
    const found = authors.all(frame.did).map((authorKey) => {
      const nativeId = `${authorKey}/${frame.rkey}`;
      return { key: `${source}:${nativeId}`, nativeId, authorKey };
    });
    const known = found.find(({ key }) => index.get(key) !== undefined);
    return known ?? found[0] ?? { key: '', nativeId: '', authorKey: '' };
  }

  function skip(reason: 'no_symbol' | 'unpublished', settled: () => void): void {
    metrics.skipped.inc({ ...label, reason });
    settled();
  }

  function send(key: string, post: SocialPost, settled: () => void): void {
    metrics.published.inc({ ...label, op: post.op });
    publish('social.post.v1', key, post, settled);
  }

  function takeCommit(frame: Commit, settled: () => void): void {
    const { rkey, rev, operation, place } = frame;
    const { key, nativeId, authorKey } = locate(frame);
    const known = index.get(key);
    const newest = known?.rev ?? overtaken.get(key);
    if (newest !== undefined && !isNewer(rev, newest, known?.gone ?? true)) {
      options.onDuplicate();
      settled();
      return;
    }
    const createdUs = tidTimeUs(rkey);
    const isPublished = known?.eventId != null && !known.gone;
    const mayBePublished =
      isPublished || (known === undefined && index.mayHaveForgotten(createdUs));
    const eventId = `${key}:${rev}`;
    const nowUs = clock.nowUs();
    const identity = (op: SocialPost['op']): PostIdentity => ({
      eventId,
      op,
      refEventId: op === 'CREATE' ? null : (known?.eventId ?? null),
      nativeId,
      rev,
      authorKey,
      // A clock of the host that runs ahead must not get a deletion refused (W6a): it takes away, whenever it was.
      eventTimeUs: op === 'CANCEL' ? Math.min(place.timeUs, nowUs) : place.timeUs,
      ingestTimeUs: nowUs,
    });
    const remember = (gone: boolean): void => {
      index.put(key, { rev, eventId, authorKey, gone }, createdUs);
    };

    if (operation === 'delete' || frame.record === null) {
      if (mayBePublished) {
        remember(true);
        send(key, cancelRecord(identity('CANCEL'), context), settled);
      } else {
        noteOvertaken(key, rev);
        skip('unpublished', settled);
      }
      return;
    }
    const read = readText(frame.record, place.timeUs, context.aliases());
    const isEdit = isPublished || (operation === 'update' && mayBePublished);
    if (read.mentions.length === 0 && !isEdit) {
      skip('no_symbol', settled);
      return;
    }
    for (const { kind, instrumentId } of read.mentions) {
      metrics.mentions.inc({ ...label, kind, resolved: instrumentId === null ? 'no' : 'yes' });
    }
    remember(false);
    const record = postRecord(frame.record, read, identity(isEdit ? 'CORRECT' : 'CREATE'), context);
    send(key, record, settled);
  }

  function noteOvertaken(key: string, rev: string): void {
    overtaken.set(key, rev);
    if (overtaken.size <= MAX_OVERTAKEN) return;
    const oldest = overtaken.keys().next();
    if (oldest.done !== true) overtaken.delete(oldest.value);
  }

  /** Everything of a deleted account that consumers may hold, under every live salt (R3). */
  function eraseAuthor(did: string, timeUs: number, settled: () => void): void {
    const posts = authors
      .all(did)
      .flatMap((authorKey) => index.ofAuthor(authorKey))
      .flatMap((key) => {
        const known = index.get(key);
        return known === undefined ? [] : [{ key, known }];
      });
    if (posts.length === 0) {
      settled();
      return;
    }
    metrics.authorsErased.inc(label);
    const nowUs = clock.nowUs();
    let left = posts.length;
    const one = (): void => {
      left -= 1;
      if (left === 0) settled();
    };
    for (const { key, known } of posts) {
      const eventId = `${key}:del`;
      index.put(key, { ...known, eventId, gone: true }, null);
      const identity: PostIdentity = {
        eventId,
        op: 'CANCEL',
        refEventId: known.eventId,
        nativeId: key.slice(source.length + 1),
        rev: null,
        authorKey: known.authorKey,
        eventTimeUs: Math.min(timeUs, nowUs),
        ingestTimeUs: nowUs,
      };
      send(key, cancelRecord(identity, context), one);
    }
  }

  return {
    take(frame, text, settled) {
      switch (frame.kind) {
        case 'commit':
          takeCommit(frame, settled);
          break;
        case 'account-deleted':
          eraseAuthor(frame.did, frame.place.timeUs, settled);
          break;
        case 'refused': {
          const bytes = redactFrame(text, authors);
          const { key, record } = deadFrame(origin, bytes, frame.reason, clock.nowUs());
          publish('control.dead-letter.v1', key, record, settled);
          break;
        }
        case 'ignored':
          metrics.ignored.inc({ ...label, what: frame.what });
          settled();
          break;
        case 'error':
          settled();
          break;
      }
      metrics.indexSize.set(index.size(), label);
    },
  };
}

/** Of revisions that cannot be compared the later arrival is newer, except that nothing then follows a deletion. */
function isNewer(rev: string, newest: string, gone: boolean): boolean {
  if (rev === newest || isOlderRev(rev, newest)) return false;
  return !gone || isOlderRev(newest, rev);
}
