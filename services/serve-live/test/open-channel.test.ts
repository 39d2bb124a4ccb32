import { expect } from 'chai';
import type { SourceStatusJson } from '@groundswell/schemas';
import { createOpenChannel } from '../src/channels/open-channel.ts';
import { statusItem } from '../src/channels/sources.ts';
import { ChannelHub } from '../src/core/channel-hub.ts';
import type { LatestChannel } from '../src/core/latest-channel.ts';
import type { Snapshot, SnapshotReader } from '../src/ports.ts';

const NAME = { kind: 'sources', text: 'sources' } as const;
const clock = { nowMs: () => 0 };

function status(
  stream: string,
  second: number,
  state: SourceStatusJson['state'],
): SourceStatusJson {
  const at = `2026-01-01T00:00:0${String(second)}.000000Z`;
  return {
    event_id: `${stream}/${String(second)}`,
    op: 'CREATE',
    ref_event_id: null,
    source: 's',
    feed: null,
    event_time: at,
    ingest_time: at,
    sequence: null,
    event_time_nanos_rem: null,
    stream,
    state,
    since: at,
    last_event_time: null,
    lag_ms: null,
    open_gaps: 0,
    delivery: 'EXACT',
    reconnects: null,
    detail: null,
  };
}

function statesOf(channel: LatestChannel): string[] {
  const items = JSON.parse(channel.snapshotJson()) as { data: SourceStatusJson }[];
  return items.map(({ data }) => `${data.stream} ${data.state}`).sort();
}

function reading(sources: () => Promise<Snapshot<SourceStatusJson>>): SnapshotReader {
  const never = (): never => {
    throw new Error('not asked for');
  };
  return { bars: never, moods: never, posts: never, investor: never, sources };
}

describe('opening a channel', () => {
  it('keeps what the log brought while the store was read, whichever is newer (I14)', async () => {
    const hub = new ChannelHub('t');
    const snapshots = reading(() => {
      // The log is faster than the store's answer: one newer, one older than it.
      hub.publish('sources', 'sources', statusItem(status('a', 5, 'GAP')), 0);
      hub.publish('sources', 'sources', statusItem(status('b', 1, 'CONNECTING')), 0);
      const records = [status('a', 3, 'LIVE'), status('b', 3, 'LIVE'), status('c', 3, 'LIVE')];
      return Promise.resolve({ records, isComplete: true });
    });
    const open = createOpenChannel({ hub, snapshots, clock, windowCount: 60 });
    expect(statesOf(await open(NAME))).to.deep.equal(['a GAP', 'b LIVE', 'c LIVE']);
  });

  it('reads the store once for clients that come together, again after a failure or an incomplete answer', async () => {
    const hub = new ChannelHub('t');
    const answers = [
      () => Promise.reject(new Error('away')),
      () => Promise.resolve({ records: [], isComplete: false }),
      () => Promise.resolve({ records: [status('a', 1, 'LIVE')], isComplete: true }),
    ];
    let reads = 0;
    const snapshots = reading(() => {
      reads += 1;
      return answers[Math.min(reads, 3) - 1]?.() ?? Promise.reject(new Error('no answer'));
    });
    const open = createOpenChannel({ hub, snapshots, clock, windowCount: 60 });
    const outcomes = await Promise.allSettled([open(NAME), open(NAME)]);
    expect(outcomes.map((it) => it.status)).to.deep.equal(['rejected', 'rejected']);
    expect(reads).to.equal(1);
    await open(NAME);
    expect(statesOf(await open(NAME))).to.deep.equal(['a LIVE']);
    await open(NAME);
    expect(reads).to.equal(3);
  });

  it('gives a channel that was forgotten meanwhile a new epoch', async () => {
    const hub = new ChannelHub('t');
    const first = hub.open('market', 'market:crypto:X:1m', 0).cursor.epoch;
    hub.sweep(60_000, 60_000);
    expect(hub.size).to.equal(0);
    expect(hub.open('market', 'market:crypto:X:1m', 0).cursor.epoch).not.to.equal(first);
    await Promise.resolve();
  });
});
