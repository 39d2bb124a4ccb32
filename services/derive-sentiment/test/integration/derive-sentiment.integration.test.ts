import { setTimeout as sleep } from 'node:timers/promises';
import { batchMood, lateMentions } from '@groundswell/oracle';
import { createLatestReader } from '@groundswell/postgres';
import { parseTraceparent, type TraceContext } from '@groundswell/domain';
import type { Mention, MentionJson, SocialPost, SymbolSentiment } from '@groundswell/schemas';
import { traceparentOf } from '@groundswell/stream';
import { openServiceLane, type RunningService, type ServiceLane } from '@groundswell/testkit';
import { expect } from 'chai';
import { moodConfig } from '../../src/topology.ts';
import { expectWindow } from '../support/expect-window.ts';
import { openPublisher, postsBefore, secretOf, type PostPublisher } from './rig.ts';

const ENTRY = 'services/derive-sentiment/src/main.ts';
const SECRET = /secret-p\d+/g;

describe('derive-sentiment on real parts', function () {
  this.timeout(300_000);
  let lane: ServiceLane;
  let publisher: PostPublisher;
  let service: RunningService;
  // Long enough ago that every window is over: silence announces nothing that can still come.
  const log = postsBefore((Date.now() - 3 * 3_600_000) * 1000, 110, 5);

  before(async () => {
    lane = await openServiceLane(process.env);
    publisher = await openPublisher(lane);
    service = await lane.start(ENTRY, {});
    const half = Math.ceil(log.length / 2);
    await publisher.publish(log.slice(0, half));
    await until('some mentions', async () => (await decided('score')) > 0);
    await service.kill('SIGKILL');
    service = await lane.start(ENTRY, {});
    await publisher.publish(log.slice(half));
    await until('every post decided', async () => (await decided('score')) === log.length);
    await until(
      'an empty outbox',
      async () => (await count('SELECT count(*) AS n FROM outbox')) === 0,
    );
    const mentions = (await lane.read('social.mention.v1')).length;
    await until('every mention decided', async () => (await decided('window')) === mentions);
    await until(
      'silence announced',
      async () =>
        (await count(
          `SELECT count(*) AS n FROM state WHERE pending_at_ms IS NOT NULL AND grp LIKE '%window'`,
        )) === 0,
    );
    await until(
      'everything published',
      async () => (await count('SELECT count(*) AS n FROM outbox')) === 0,
    );
  });
  after(async () => {
    await publisher.close();
    await lane.close();
  });

  const count = async (sql: string): Promise<number> => {
    const [row] = await lane.database.query<{ n: string }>(sql);
    return Number(row?.n);
  };
  const decided = (stage: 'score' | 'window'): Promise<number> =>
    count(
      `SELECT coalesce(sum(next_offset - first_offset), 0) AS n FROM checkpoint WHERE grp LIKE '%derive-sentiment-${stage}'`,
    );
  async function until(what: string, done: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (!(await done())) {
      if (Date.now() > deadline)
        throw new Error(`${what}: not within two minutes\n${service.output().slice(-2000)}`);
      await sleep(100);
    }
  }

  /** Mentions in log order, each id once. */
  async function mentions(): Promise<Mention[]> {
    const found = new Map<string, Mention>();
    for (const { record } of await lane.read('social.mention.v1')) {
      const known = found.get(record.eventId);
      if (known === undefined) found.set(record.eventId, record);
      else expect(record, 'a repeat').to.deep.equal(known);
    }
    return [...found.values()];
  }

  it('tells of each post what its newest text says, and nothing of a deleted one, whatever killed it', async () => {
    const expected = new Set<string>();
    const posts = new Map<string, SocialPost>();
    for (const post of log) {
      const known = posts.get(post.nativeId);
      if (known === undefined || Number(post.nativeRev) > Number(known.nativeRev))
        posts.set(post.nativeId, post);
    }
    for (const { op, nativeId, nativeRev, mentions: named } of posts.values()) {
      if (op === 'CANCEL' || named.length === 0) continue;
      for (const { instrumentId } of named)
        expected.add(`${nativeId} ${nativeRev} ${instrumentId}`);
      expected.add(`${nativeId} ${nativeRev} market:all`);
    }
    const last = new Map<string, Mention>();
    for (const one of await mentions()) last.set(`${one.postId} ${one.instrumentId}`, one);
    const standing = [...last.values()].filter(({ op }) => op !== 'CANCEL');
    const told = standing.map(
      (one) => `${one.postId.slice('world:'.length)} ${one.postRevision} ${one.instrumentId}`,
    );
    expect(told.sort()).to.deep.equal([...expected].sort());
    expect([...last.values()].some(({ op }) => op === 'CANCEL')).to.equal(true);
    // What a page lists is exactly what stands.
    const reader = createLatestReader(lane.database);
    for (const key of ['crypto:TIDE-USD', 'crypto:MOSS-USD', 'crypto:NRTH-USD', 'market:all']) {
      const page = await reader.page<MentionJson>({
        topic: 'social.mention.v1',
        key,
        fromUs: null,
        toUs: null,
        after: null,
        limit: 1000,
      });
      const listed = page.map(({ record }) => record.event_id).sort();
      expect(listed, key).to.deep.equal(
        standing
          .filter((one) => one.instrumentId === key)
          .map(({ eventId }) => eventId)
          .sort(),
      );
    }
  });

  it('goes on with the trace of a post in its mentions, and with theirs in the windows, as the only header besides the id (H3)', async () => {
    const started = (eventId: string): TraceContext | null =>
      parseTraceparent(traceparentOf(eventId, null));
    const ofPosts = new Set(
      log.map((post) => `world:${post.nativeId} ${started(post.eventId)?.traceId ?? ''}`),
    );
    const ofMentions = new Set<string>();
    for (const { headers, record } of await lane.read('social.mention.v1')) {
      expect(Object.keys(headers).sort()).to.deep.equal(['event_id', 'traceparent']);
      const trace = parseTraceparent(headers['traceparent'] ?? '');
      expect(trace?.spanId).to.equal(started(record.eventId)?.spanId);
      expect(ofPosts).to.include(`${record.postId} ${trace?.traceId ?? ''}`);
      ofMentions.add(`${record.instrumentId} ${trace?.traceId ?? ''}`);
    }
    const continued = new Set<string>();
    for (const { headers, record } of await lane.read('feature.symbol.sentiment.v1')) {
      const trace = parseTraceparent(headers['traceparent'] ?? '');
      const { traceId, spanId } = started(record.eventId) ?? {};
      expect(trace?.spanId).to.equal(spanId);
      const isOfSilence = trace?.traceId === traceId;
      const isOfMention = [...ofMentions].some((one) => one.endsWith(trace?.traceId ?? ''));
      expect(isOfSilence || isOfMention, record.eventId).to.equal(true);
      if (ofMentions.has(`${record.entity} ${trace?.traceId ?? ''}`)) continued.add(record.entity);
    }
    expect([...continued]).to.include.members(['crypto:TIDE-USD', 'market:all']);
  });

  it('keeps no text of a deleted post: not listed, not remembered, not in a window', async () => {
    const deleted = new Set(
      log.filter(({ op }) => op === 'CANCEL').map(({ nativeId }) => secretOf(nativeId)),
    );
    expect(deleted.size).to.be.greaterThan(10);
    const rows = await lane.database.query<{ text: string }>(
      'SELECT record::text AS text FROM latest_record',
    );
    const listed = rows.flatMap(({ text }) => text.match(SECRET) ?? []);
    expect(listed.length).to.be.greaterThan(0);
    expect(listed.filter((secret) => deleted.has(secret))).to.deep.equal([]);
    const tables = [
      `SELECT convert_from(body, 'UTF8') AS text FROM state`,
      'SELECT record::text AS text FROM feature_history',
    ];
    for (const sql of tables) {
      const stored = await lane.database.query<{ text: string }>(sql);
      expect(stored.length).to.be.greaterThan(0);
      expect(
        stored.flatMap(({ text }) => text.match(SECRET) ?? []),
        sql,
      ).to.deep.equal([]);
    }
    expect(service.output()).not.to.match(SECRET);
  });

  it('publishes windows that the oracle recomputes from the mentions, through kill -9', async () => {
    const verdicts = lateMentions(await mentions(), moodConfig);
    const newest = new Map<string, SymbolSentiment>();
    for (const { key, record } of await lane.read('feature.symbol.sentiment.v1')) {
      expect(key).to.equal(record.entity);
      const slot = `${record.entity} ${record.windowSizeMs} ${record.windowStartUs / 1000}`;
      if (record.revision > (newest.get(slot)?.revision ?? 0)) newest.set(slot, record);
    }
    const moods = batchMood(verdicts.windows, {
      halfLifeMs: moodConfig.halfLifeMs,
      buzzSizeMs: moodConfig.buzzSizeMs,
      isSmall: (entity) => entity !== 'market:all',
    });
    expect(moods.length).to.be.greaterThan(50);
    for (const expected of moods) {
      const slot = `${expected.entity} ${expected.window_size_ms} ${expected.window_start_ms}`;
      const record = newest.get(slot);
      newest.delete(slot);
      if (record === undefined && expected.n === 0) continue;
      expect(record?.status, slot).to.be.oneOf(['FINAL', 'REVISED']);
      expectWindow(record!, expected);
    }
    expect([...newest.keys()]).to.deep.equal([]);
    // Late pairs are where the rule says, and on the late topic.
    const late = (await lane.read('control.late-event.v1')).map(({ record }) => record);
    const pairs = late.flatMap(({ lateEventId, windowSizeMs }) =>
      (windowSizeMs === null ? moodConfig.sizesMs : [windowSizeMs]).map(
        (size) => `${lateEventId} ${size}`,
      ),
    );
    expect(verdicts.late.size).to.be.greaterThan(0);
    expect(new Set(pairs)).to.deep.equal(verdicts.late);
    const [applied] = await lane.database.query<{ n: string }>(
      `SELECT sum(n_applied) AS n FROM checkpoint WHERE grp LIKE '%derive-sentiment-window'`,
    );
    expect(Number(applied?.n)).to.equal(verdicts.counts.applied);
  });
});
