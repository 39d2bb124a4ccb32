import type { HistoryRow, Lease } from '@groundswell/stream';
import { expect } from 'chai';
import { createJournalReader, createTaskStore } from '../../src/index.ts';
import { makeLane } from './rig.ts';

const TOPIC = 'brokerage.transaction.v1';
const GROUP = 'test.derive-behaviour';
const ANNE = 'v1:anne';

describe('the journal behind the values of an investor', () => {
  let lane: Awaited<ReturnType<typeof makeLane>>;
  const leases: Lease[] = [];
  const offsets = [0n, 0n];

  before(async () => {
    lane = await makeLane();
    const store = createTaskStore(lane.database);
    for (const task of [0, 1]) {
      const partition = { topic: TOPIC, partition: task, partitionCount: 2, startOffset: 0n };
      leases.push(await store.acquire({ group: GROUP, task }, [partition]));
    }
  });
  after(() => lane.drop());

  const value = (revision: number, knownAtUs: number): HistoryRow => ({
    ...{ entity: ANNE, featureSet: 'investor.behaviour', windowSizeMs: 0, windowStartUs: revision },
    ...{ windowEndUs: revision, revision, status: 'FINAL', n: 1, lateCount: 0, watermarkUs: 1 },
    ...{ knownAtUs, cause: 'UPDATE', recordJson: '{}' },
  });

  /** One batch of a task: these events, and the value that they led to. */
  async function commit(
    task: number,
    knownAtUs: number,
    ids: readonly string[],
    history: readonly HistoryRow[],
    key = ANNE,
  ): Promise<void> {
    const lease = leases[task];
    if (lease === undefined) throw new TypeError('no such task');
    await createTaskStore(lane.database).transact(lease, async (tx) => {
      await tx.claimJournal(
        ids.map((eventId) => ({
          ...{ eventId, key, eventTimeUs: Number(eventId.slice(1)), content: eventId },
          body: Buffer.from(JSON.stringify({ event_id: eventId })),
        })),
      );
      const endOffset = (offsets[task] ?? 0n) + 1n;
      offsets[task] = endOffset;
      const counts = { applied: 1, deduped: 0, late: 0, dead: 0, erased: 0, marker: 0 };
      await tx.write({
        ...{ state: [], outbox: [], history, latest: [], deadLetters: [], late: [], knownAtUs },
        advances: [{ topic: TOPIC, partition: task, endOffset, clockUs: 1, counts }],
      });
    });
  }

  it('shows each event with the instant at which it became readable, and the value of that commit', async () => {
    await commit(0, 100, ['e3', 'e1'], [value(1, 100)]);
    await commit(1, 120, ['e5'], [], 'v1:bert');
    await commit(0, 200, ['e2', 'e3'], [value(2, 200)]);
    const reader = createJournalReader(lane.database, GROUP);
    const shape = async (knownAtUs: number | null, limit = 10) => {
      const { entries, value: found } = await reader.view(ANNE, knownAtUs, limit);
      return [
        entries.map((entry) => `${entry.transaction.event_id}@${String(entry.knownAtUs)}`),
        found?.revision ?? null,
      ];
    };
    expect(await shape(null)).to.deep.equal([['e1@100', 'e2@200', 'e3@100'], 2]);
    expect(await shape(199)).to.deep.equal([['e1@100', 'e3@100'], 1]);
    expect(await shape(99)).to.deep.equal([[], null]);
    expect(await shape(null, 2)).to.deep.equal([['e1@100', 'e2@200'], 2]);
    expect((await reader.view('v1:nobody', null, 10)).entries).to.deep.equal([]);
  });

  it('keeps showing events from before the instant was kept', async () => {
    await lane.database.query(`UPDATE journal SET known_at_us = NULL WHERE event_id = 'e3'`);
    const { entries } = await createJournalReader(lane.database, GROUP).view(ANNE, 99, 10);
    expect(entries.map(({ knownAtUs }) => knownAtUs)).to.deep.equal([null]);
  });
});
