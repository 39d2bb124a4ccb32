import { setTimeout as sleep } from 'node:timers/promises';
import type { Trade } from '@groundswell/schemas';
import {
  Task,
  type Applied,
  type FetchedBatch,
  type LogRecord,
  type Operator,
  type RecordCodec,
  type SourceEvent,
  type StateReader,
  type TaskDeps,
  type Topology,
} from '@groundswell/stream';
import { expect } from 'chai';
import { createTaskStore, type Database } from '../src/index.ts';
import { openTestLane } from './lane.ts';

const TOPIC = 'market.trade.v1';
const NOON_US = 1_770_000_000_000_000;
const applied: Applied = { verdict: 'applied', latePairs: [] };

/** Counts per entity; throws on the ids that a test calls poisonous, and can store what Postgres refuses. */
class CountingOperator implements Operator<typeof TOPIC> {
  private readonly counts = new Map<string, number>();
  private readonly dirty = new Set<string>();
  private readonly poison: (id: string) => void;
  constructor(poison: (id: string) => void) {
    this.poison = poison;
  }
  async prepare(events: readonly SourceEvent<typeof TOPIC>[], reader: StateReader): Promise<void> {
    const missing = [...new Set(events.map((event) => event.entity))].filter(
      (key) => !this.counts.has(key),
    );
    for (const key of missing) this.counts.set(key, 0);
    for (const row of await reader.state(missing))
      this.counts.set(row.key, Number(Buffer.from(row.body).toString()));
  }
  apply({ entity, eventId }: SourceEvent<typeof TOPIC>): Applied {
    this.counts.set(entity, (this.counts.get(entity) ?? 0) + 1);
    this.dirty.add(eventId.includes('unstorable') ? 'null\u0000byte' : entity);
    this.poison(eventId);
    return applied;
  }
  advance = (): Promise<void> => Promise.resolve();
  hasPending = (): boolean => false;
  take() {
    const state = [...this.dirty].map((key) => ({
      key,
      part: '',
      body: Buffer.from(String(this.counts.get(key) ?? 0)),
    }));
    this.dirty.clear();
    return { state, derived: [] };
  }
}

describe('a task over the real store', () => {
  let database: Database;
  let close: () => Promise<void>;
  let group = 0;

  before(async () => {
    ({ database, close } = await openTestLane());
  });
  after(() => close());

  /** A task at offset 0 of a partition that holds these event ids; the control codecs only need to produce bytes. */
  async function taskOver(ids: readonly string[], poison: (id: string) => void = () => undefined) {
    group += 1;
    const trades = ids.map(
      (eventId) =>
        ({ eventId, instrumentId: 'i', eventTimeUs: NOON_US, ingestTimeUs: NOON_US }) as Trade,
    );
    const codec: RecordCodec<unknown> = {
      prepare: () => Promise.resolve(),
      encode: () => Buffer.from('x'),
      decode: (value) => trades[value?.[0] ?? 0],
    };
    const topology: Topology<typeof TOPIC, 'feature.symbol.market.v1'> = {
      service: 'test',
      sources: {
        [TOPIC]: {
          topic: TOPIC,
          dedupe: 'seen',
          entityOf: (trade) => trade.instrumentId,
          validate: () => null,
          ageLimit: true,
          maxRecords: 100,
        },
      },
      outputs: ['feature.symbol.market.v1'],
      idleMs: 1000,
      commitEveryMs: 0,
      createOperator: () => new CountingOperator(poison),
    };
    const store = createTaskStore(database);
    const deps: TaskDeps = {
      topology: topology as unknown as Topology,
      store,
      codecs: (() => codec) as unknown as TaskDeps['codecs'],
      nowUs: () => NOON_US,
      codeVersion: 'test',
      logicalTopic: () => TOPIC,
      physicalTopic: (name) => name,
    };
    const name = `task-${group}`;
    const lease = () =>
      store.acquire({ group: name, task: 0 }, [
        { topic: TOPIC, partition: 0, partitionCount: 1, startOffset: 0n },
      ]);
    const records: LogRecord[] = ids.map((id, index) => ({
      offset: BigInt(index),
      timestampMs: NOON_US / 1000,
      key: Buffer.from('i'),
      value: Buffer.from([index, ...Buffer.from(id)]),
      headers: {},
    }));
    const end = BigInt(ids.length);
    const batch: FetchedBatch = {
      topic: TOPIC,
      partition: 0,
      fetchedOffset: 0n,
      endOffset: end,
      highWatermark: end,
      records,
    };
    return {
      task: new Task(await lease(), deps),
      batch,
      name,
      again: async () => new Task(await lease(), deps),
    };
  }

  const stored = async (name: string) => {
    const [checkpoint] = await database.query<Record<string, string>>(
      'SELECT next_offset, n_applied, n_deduped, n_dead FROM checkpoint WHERE grp = $1',
      [name],
    );
    const dead = await database.query<{
      record_offset: string;
      reason: string;
      record_value: Buffer;
    }>(
      'SELECT record_offset, reason, record_value FROM dead_letter WHERE grp = $1 ORDER BY record_offset',
      [name],
    );
    const state = await database.query<{ body: Buffer }>(
      `SELECT body FROM state WHERE grp = $1 AND key = 'i'`,
      [name],
    );
    return {
      ...checkpoint,
      dead: dead.map((row) => [
        Number(row.record_offset),
        row.reason,
        row.record_value.subarray(1).toString(),
      ]),
      count: state[0]?.body.toString(),
    };
  };

  it('applies a batch once and knows its repeats', async () => {
    const { task, batch, name, again } = await taskOver(['a', 'b', 'a']);
    await task.process(batch);
    expect(await stored(name)).to.deep.include({
      next_offset: '3',
      n_applied: '2',
      n_deduped: '1',
      count: '2',
    });
    const next = await again();
    expect(next.lease.positions[0]?.nextOffset).to.equal(3n);
  });

  it('dead-letters the one record that makes the operator throw twice, with its bytes, and counts its neighbours', async () => {
    const { task, batch, name } = await taskOver(['n1', 'n-poison', 'n2'], (id) => {
      if (id === 'n-poison') throw new RangeError('cannot fold this');
    });
    await task.process(batch);
    expect(await stored(name)).to.deep.include({
      n_applied: '2',
      n_dead: '1',
      count: '2',
      dead: [[1, 'handler_error', 'n-poison']],
    });
  });

  it('forgives a record that makes the operator throw once', async () => {
    let times = 0;
    const { task, batch, name } = await taskOver(['o1', 'o-once'], (id) => {
      if (id === 'o-once' && (times += 1) === 1) throw new RangeError('only now');
    });
    await task.process(batch);
    expect(await stored(name)).to.deep.include({ n_applied: '2', n_dead: '0', count: '2' });
  });

  it('finds the record whose data Postgres refuses, and stores the others', async () => {
    const { task, batch, name } = await taskOver(['s1', 's-unstorable', 's2']);
    while ((task.lease.positions[0]?.nextOffset ?? 0n) < batch.endOffset) await task.process(batch);
    expect(await stored(name)).to.deep.include({
      n_applied: '2',
      n_dead: '1',
      count: '2',
      dead: [[1, 'handler_error', 's-unstorable']],
    });
  });

  it('leaves the task to a new owner: the old one cannot commit', async () => {
    const { task, batch, again } = await taskOver(['z1', 'z2']);
    const owner = await again();
    let name = '';
    await task.process(batch).catch((thrown: unknown) => {
      name = (thrown as Error).name;
    });
    expect(name).to.equal('FencedError');
    await owner.process(batch);
    await sleep(0);
  });
});
