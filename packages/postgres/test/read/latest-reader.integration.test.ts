import type { LatestRow, Lease } from '@groundswell/stream';
import { expect } from 'chai';
import { createLatestReader, createTaskStore } from '../../src/index.ts';
import { makeLane } from './rig.ts';

const TOPIC = 'social.mention.v1';
const NOON_US = 1_770_000_000_000_000;
const HOUR_US = 3_600_000_000;

function aRow(
  post: string,
  ver: number,
  more: Partial<LatestRow> & { op?: string; text?: string | null } = {},
): LatestRow {
  const { op = ver === 1 ? 'CREATE' : 'CORRECT', text = `text ${ver} of ${post}`, ...row } = more;
  return {
    topic: TOPIC,
    key: 'crypto:TIDE-USD',
    valueKey: `mention|world:${post}|crypto:TIDE-USD`,
    eventTimeUs: NOON_US,
    ver,
    recordJson: JSON.stringify({ op, text }),
    ...row,
  };
}

describe('the newest records of a topic', () => {
  let lane: Awaited<ReturnType<typeof makeLane>>;
  let lease: Lease;
  let offset = 0n;

  before(async () => {
    lane = await makeLane();
    lease = await createTaskStore(lane.database).acquire({ group: 'score', task: 0 }, [
      { topic: 'social.post.v1', partition: 0, partitionCount: 1, startOffset: 0n },
    ]);
  });
  after(() => lane.drop());

  /** One transaction of the producer. */
  const write = (latest: readonly LatestRow[], owner = lease, clockUs = NOON_US): Promise<void> =>
    createTaskStore(lane.database).transact(owner, async (tx) => {
      offset += 1n;
      await tx.write({
        state: [],
        outbox: [],
        history: [],
        latest,
        deadLetters: [],
        late: [],
        knownAtUs: 1,
        advances: [
          {
            topic: 'social.post.v1',
            partition: 0,
            endOffset: offset,
            clockUs,
            counts: { applied: 1, deduped: 0, late: 0, dead: 0, erased: 0, marker: 0 },
          },
        ],
      });
    });

  const everything = { topic: TOPIC, fromUs: null, toUs: null, after: null, limit: 100 } as const;
  const listed = async (key: string) => {
    const rows = await createLatestReader(lane.database).page<{ text: string | null }>({
      ...everything,
      key,
    });
    return rows.map((row) => [row.valueKey.split('|')[1], row.ver, row.record.text]);
  };

  it('keeps the newest version of each value key, whatever comes after it', async () => {
    const key = 'versions';
    await write([aRow('a', 1, { key }), aRow('b', 1, { key })]);
    await write([aRow('a', 3, { key }), aRow('a', 2, { key })]);
    await write([aRow('a', 2, { key }), aRow('b', 2, { key })]);
    expect(await listed(key)).to.deep.equal([
      ['world:b', 2, 'text 2 of b'],
      ['world:a', 3, 'text 3 of a'],
    ]);
    // A rebuilt store counts on under a higher lineage.
    await write([aRow('a', 1, { key })], { ...lease, lineage: lease.lineage + 1 });
    expect((await listed(key))[1]).to.deep.equal(['world:a', 1, 'text 1 of a']);
  });

  it('lists nothing that was cancelled and keeps no text of it', async () => {
    const key = 'cancelled';
    await write([aRow('c', 1, { key, text: 'secret' }), aRow('d', 1, { key })]);
    await write([aRow('c', 2, { key, op: 'CANCEL', text: null })]);
    expect(await listed(key)).to.deep.equal([['world:d', 1, 'text 1 of d']]);
    const [row] = await lane.database.query<{ n: string }>(
      `SELECT count(*) AS n FROM latest_record WHERE record::text LIKE '%secret%'`,
    );
    expect(row?.n).to.equal('0');
    // What was told before the cancel and arrives again does not bring it back.
    await write([aRow('c', 1, { key, text: 'secret' })]);
    expect(await listed(key)).to.have.length(1);
  });

  it('pages from the newest to the oldest without gap or repeat, within bounds', async () => {
    const key = 'pages';
    const times = [5, 3, 3, 3, 1, 0].map((hours) => NOON_US - hours * HOUR_US);
    await write(
      times.map((eventTimeUs, i) => aRow(`p${i}`, 1, { key, eventTimeUs, valueKey: `v${i}` })),
    );
    const reader = createLatestReader(lane.database);
    const seen: string[] = [];
    let after: { eventTimeUs: number; valueKey: string } | null = null;
    for (;;) {
      const page: { eventTimeUs: number; valueKey: string }[] = await reader.page({
        ...everything,
        key,
        fromUs: NOON_US - 5 * HOUR_US,
        toUs: NOON_US,
        after,
        limit: 2,
      });
      seen.push(...page.map((row) => row.valueKey));
      after = page.at(-1) ?? null;
      if (page.length < 2) break;
    }
    expect(seen).to.deep.equal(['v4', 'v3', 'v2', 'v1', 'v0']);
  });

  it('forgets what is older than the retention, by the newest clock of the group', async () => {
    const key = 'old';
    const store = createTaskStore(lane.database);
    await write([
      aRow('e', 1, { key, eventTimeUs: NOON_US }),
      aRow('f', 1, { key, eventTimeUs: NOON_US + 2 * HOUR_US }),
      aRow('g', 1, { key, topic: 'other', eventTimeUs: NOON_US }),
    ]);
    expect(await store.purgeLatest('another group', TOPIC, 1)).to.equal(0);
    await write([], lease, NOON_US + 10 * HOUR_US);
    // The partition beside it fell silent long ago.
    await store.acquire({ group: 'score', task: 1 }, [
      { topic: 'social.post.v1', partition: 1, partitionCount: 2, startOffset: 0n },
    ]);
    expect(await store.purgeLatest('score', TOPIC, (9 * HOUR_US) / 1000)).to.be.greaterThan(0);
    expect(await listed(key)).to.deep.equal([['world:f', 1, 'text 1 of f']]);
    const [other] = await lane.database.query(`SELECT 1 FROM latest_record WHERE topic = 'other'`);
    expect(other).not.to.equal(undefined);
  });
});
