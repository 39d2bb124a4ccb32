import {
  createConnectorMetrics,
  createMemorySink,
  type SinkGate,
  type SinkRecord,
} from '@groundswell/connector';
import { createMetrics, systemClock, type Logger } from '@groundswell/runtime';
import type { DeadLetter, Gap, SocialPost, SourceStatus } from '@groundswell/schemas';
import {
  startFakeJetstream,
  type FakeJetstream,
  type JetstreamAccount,
  type JetstreamCommit,
  type JetstreamEvent,
} from '@groundswell/simulator';
import { createAliasBook, worldAliases } from '@groundswell/symbology';
import { setTimeout as pause } from 'node:timers/promises';
import { detectLanguage } from '../src/adapters/language-detector.ts';
import { createAuthorKeys } from '../src/core/author-key.ts';
import { createPostIndex, type PostIndex } from '../src/core/post-index.ts';
import { startFollower, type Follower } from '../src/follow.ts';
import { createIntake } from '../src/intake.ts';
import { createSocialMetrics } from '../src/metrics.ts';
import type { PositionStore } from '../src/ports.ts';
import type { BlueskyApi, Position } from '../src/sources/bluesky/address.ts';
import { blueskyLimits, type BlueskyLimits } from '../src/sources/bluesky/limits.ts';
import type { PostContext } from '../src/sources/bluesky/post.ts';
import { tidTimeUs } from '../src/sources/bluesky/tid.ts';

export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

export const SOURCE = 'bluesky-world';
export const authors = createAuthorKeys(SOURCE, [
  { version: 1, key: 'a key that only tests know' },
]);
const book = createAliasBook(worldAliases);

export const context: PostContext = {
  source: SOURCE,
  authors,
  aliases: () => book,
  detect: detectLanguage,
  rights: { storeText: true, redistributeText: true },
};

/** The real limits with short times. */
export const quickLimits: BlueskyLimits = {
  ...blueskyLimits,
  stageMs: 400,
  watchdogMs: 300,
  positionSaveMs: 20,
  statusMs: 100,
  backoff: {
    ...blueskyLimits.backoff,
    netBaseMs: 20,
    netMaxMs: 100,
    limitBaseMs: 400,
    limitMaxMs: 400,
  },
};

export function createMemoryPositions(): PositionStore & {
  readonly stored: () => Position | null;
} {
  let row: { epoch: bigint; position: Position | null } = { epoch: 0n, position: null };
  return {
    stored: () => row.position,
    acquire() {
      row = { epoch: row.epoch + 1n, position: row.position };
      return Promise.resolve(row);
    },
    save(epoch, position) {
      if (row.epoch !== epoch) return Promise.resolve(false);
      row = { epoch, position };
      return Promise.resolve(true);
    },
  };
}

export interface Rig {
  readonly hosts: readonly FakeJetstream[];
  readonly host: FakeJetstream;
  readonly positions: ReturnType<typeof createMemoryPositions>;
  readonly fatal: unknown[];
  readonly follower: () => Follower;
  readonly sent: (topic: SinkRecord['topic']) => readonly SinkRecord[];
  readonly posts: () => readonly SocialPost[];
  readonly gaps: () => readonly Gap[];
  readonly deadLetters: () => readonly DeadLetter[];
  readonly statuses: () => readonly SourceStatus[];
  readonly metricsText: () => Promise<string>;
  /** Start the follower again on the same positions; its memory is what the log tells, as in production. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface RigOptions {
  readonly api?: BlueskyApi;
  readonly hosts?: number;
  readonly limits?: Partial<BlueskyLimits>;
  /** Runs before each ack of the log. */
  readonly gate?: SinkGate;
  readonly indexCapacity?: number;
  readonly firstLookBackMs?: number;
  /** Posts that the first host has before anybody follows it. */
  readonly past?: readonly JetstreamEvent[];
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { api = 'v1' } = options;
  const hosts: FakeJetstream[] = [];
  for (let count = 0; count < (options.hosts ?? 1); count += 1) {
    hosts.push(await startFakeJetstream({ port: 0, pingMs: 50 }));
  }
  for (const event of options.past ?? []) hosts[0]?.publish(event);
  const positions = createMemoryPositions();
  const log = createMemorySink(options.gate);
  const fatal: unknown[] = [];
  const metrics = createMetrics('test');
  const connectorMetrics = createConnectorMetrics(metrics);
  const socialMetrics = createSocialMetrics(metrics);
  const origin = { source: SOURCE, feed: null, service: 'connect-social', codeVersion: 'test' };
  const sent = (topic: SinkRecord['topic']) => log.records.filter((one) => one.topic === topic);
  const posts = (): SocialPost[] => sent('social.post.v1').map((one) => one.record as SocialPost);

  function indexOfLog(): PostIndex {
    const capacity = options.indexCapacity ?? 1_000;
    const index = createPostIndex({ capacity, completeFromUs: -Infinity });
    for (const { key, record } of sent('social.post.v1')) {
      const { eventId, authorKey, nativeRev, nativeId, op } = record as SocialPost;
      const rev = nativeRev ?? index.get(key)?.rev ?? '';
      index.put(
        key,
        { rev, eventId, authorKey, gone: op === 'CANCEL' },
        tidTimeUs(nativeId.slice(-13)),
      );
    }
    return index;
  }
  const start = (): Promise<Follower> =>
    startFollower({
      origin,
      api,
      hosts: hosts.map((host) => host.wsUrl),
      limits: { ...quickLimits, ...options.limits },
      firstLookBackMs: options.firstLookBackMs ?? 0,
      sink: log,
      positions,
      intake: (publish) =>
        Promise.resolve(
          createIntake({
            origin,
            context,
            index: indexOfLog(),
            publish,
            clock: systemClock,
            metrics: socialMetrics,
            onDuplicate: () => {
              connectorMetrics.duplicates.inc({ source: SOURCE });
            },
          }),
        ),
      clock: systemClock,
      random: () => 0.5,
      log: silentLog,
      metrics: connectorMetrics,
      onFatal: (error) => fatal.push(error),
    });
  let follower = await start();
  const [host] = hosts;
  if (host === undefined) throw new TypeError('a rig has at least one host');
  return {
    hosts,
    host,
    positions,
    fatal,
    follower: () => follower,
    sent,
    posts,
    gaps: () => sent('control.gap.v1').map((one) => one.record as Gap),
    deadLetters: () => sent('control.dead-letter.v1').map((one) => one.record as DeadLetter),
    statuses: () => sent('control.source-status.v1').map((one) => one.record as SourceStatus),
    metricsText: () => metrics.text(),
    async restart() {
      await follower.stop(500);
      follower = await start();
    },
    async stop() {
      await follower.stop(200);
      for (const one of hosts) await one.stop();
    },
  };
}

/** Resolves as soon as the condition holds. @throws after `timeoutMs`, naming what was awaited */
export async function until(
  what: string,
  condition: () => boolean,
  timeoutMs = 3000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause(5);
  }
}

const LETTERS = '234567abcdefghijklmnopqrstuvwxyz';

/** TID of a time, epoch micros: `isTid` of the service reads the same letters. */
export function tidOf(us: number): string {
  let value = BigInt(us) << 10n;
  let text = '';
  for (let at = 0; at < 13; at += 1, value /= 32n)
    text = `${LETTERS[Number(value % 32n)] ?? ''}${text}`;
  return text;
}

export const didOf = (name: string): string => `did:plc:${name.padEnd(24, '2').slice(0, 24)}`;

let clockUs = systemClock.nowUs();
/** Unique and ascending, close to now. */
export const nextUs = (): number => (clockUs = Math.max(clockUs + 1_000, systemClock.nowUs()));

export interface PostAt {
  readonly did: string;
  readonly rkey: string;
}

export function aPost(
  text: string,
  overrides: Partial<JetstreamCommit> & { readonly langs?: readonly string[] } = {},
): JetstreamCommit {
  const timeUs = nextUs();
  const { langs = ['en'], ...rest } = overrides;
  const createdAt = new Date(timeUs / 1000).toISOString();
  return {
    kind: 'commit',
    did: didOf('alice'),
    timeUs,
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey: tidOf(timeUs),
    rev: tidOf(timeUs),
    record: { $type: 'app.bsky.feed.post', createdAt, langs, text },
    cid: 'bafyreib4hds23ifspjlcu3gwtijr7z3drpqzlhyoqpwggx3wo23bgpitum',
    ...rest,
  };
}

export function anEdit(of: JetstreamCommit, text: string): JetstreamCommit {
  const { did, rkey } = of;
  return aPost(text, { did, rkey, operation: 'update' });
}

export function aDeletion({ did, rkey }: PostAt): JetstreamCommit {
  const timeUs = nextUs();
  const rev = tidOf(timeUs);
  return {
    kind: 'commit',
    did,
    timeUs,
    operation: 'delete',
    collection: 'app.bsky.feed.post',
    rkey,
    rev,
  };
}

export function anAccount(did: string, status?: JetstreamAccount['status']): JetstreamAccount {
  const base = { kind: 'account', did, timeUs: nextUs() } as const;
  return status === undefined ? { ...base, active: true } : { ...base, active: false, status };
}

export const keyOf = ({ did, rkey }: PostAt): string => `${SOURCE}:${authors.current(did)}/${rkey}`;

export const textsOf = (posts: readonly SocialPost[]): (string | null)[] =>
  posts.map((one) => one.text);
