import {
  createAuthorKeys,
  createIntake,
  createPostIndex,
  createSocialMetrics,
  detectLanguage,
  rightsOf,
  type JetstreamFrame,
  type PublishInOrder,
} from '@groundswell/connect-social';
import { createMetrics } from '@groundswell/runtime';
import { createAliasBook, type AliasRow } from '@groundswell/symbology';
import type { TapeHeader } from '../tape/index.ts';
import type { ResolvedPost } from './resolve.ts';

const SOURCE = 'tape';
const ORIGIN = { source: SOURCE, feed: null, service: 'replay', codeVersion: 'tape' };

/**
 * What connect-social makes of a post: a tape's posts go through its intake, so that which of them are published, which instruments they name,
 * their language and their hashes are decided by the code that decides it live (N4). Nobody said that the texts of a tape may be shown on, so
 * they go no further than `social.post.v1` of the lane.
 */
export function createPostIntake(
  header: TapeHeader,
  publish: PublishInOrder,
  nowUs: (event: ResolvedPost) => number,
): (post: ResolvedPost) => void {
  const aliases = createAliasBook(header.instruments.flatMap(aliasesOf));
  let atUs = 0;
  let count = 0;
  const intake = createIntake({
    origin: ORIGIN,
    context: {
      source: SOURCE,
      // The same tape makes the same pseudonyms: whose posts are alike must not depend on the run.
      authors: createAuthorKeys(SOURCE, [{ version: 1, key: header.name }]),
      aliases: () => aliases,
      detect: detectLanguage,
      rights: rightsOf(SOURCE),
    },
    index: createPostIndex({ capacity: Number.MAX_SAFE_INTEGER, completeFromUs: -Infinity }),
    publish,
    clock: { nowMs: () => atUs / 1000, nowUs: () => atUs },
    metrics: createSocialMetrics(createMetrics('replay')),
    onDuplicate: () => undefined,
  });
  return (post) => {
    atUs = nowUs(post);
    intake.take(frameOf(post, (count += 1)), '', () => undefined);
  };
}

/** The title is what people call an instrument, the name in its id its cashtag. */
function aliasesOf({ id, title }: TapeHeader['instruments'][number]): readonly AliasRow[] {
  const always = { instrumentId: id, validFromUs: -Infinity, validToUs: Infinity };
  const ticker = id.slice(id.indexOf(':') + 1).replace(/-USD$/, '');
  return [
    { ...always, namespace: 'name', symbol: title },
    { ...always, namespace: 'cashtag', symbol: ticker },
  ];
}

const operations = { CREATE: 'create', CORRECT: 'update', CANCEL: 'delete' } as const;

function frameOf(resolved: ResolvedPost, number: number): JetstreamFrame {
  const { op, event, post } = resolved;
  const text = op === 'CORRECT' ? resolved.text : post.text;
  const langs = post.lang === null ? [] : [post.lang];
  return {
    kind: 'commit',
    place: { timeUs: event.tsUs, seq: null },
    did: post.author,
    rkey: post.id,
    rev: revisionOf(event.tsUs, number),
    operation: operations[op],
    record: op === 'CANCEL' ? null : { text, langs },
  };
}

const LETTERS = '234567abcdefghijklmnopqrstuvwxyz';

/** A TID: revisions are ordered by time, those of one time by their place on the tape. */
function revisionOf(tsUs: number, number: number): string {
  let rest = (BigInt(tsUs) << 10n) | BigInt(number % 1024);
  let text = '';
  for (let digit = 0; digit < 13; digit += 1) {
    text = (LETTERS[Number(rest % 32n)] ?? '') + text;
    rest /= 32n;
  }
  return text;
}
