import { expect } from 'chai';
import {
  Relay,
  recordHeaders,
  traceparentOf,
  type OutboxStore,
  type PendingRow,
  type RecordSink,
  type StreamObserver,
} from '../src/index.ts';

const silent = new Proxy({}, { get: () => () => undefined }) as StreamObserver;
const row = (id: number, key = 'k', traceparent: string | null = null): PendingRow => ({
  id: BigInt(id),
  task: 0,
  topic: 't',
  key: Buffer.from(key),
  eventId: String(id),
  payload: new Uint8Array([id]),
  traceparent,
});

/** An outbox of rows that are gone once they are published; ports only, no client. */
function outboxOf(rows: PendingRow[]): OutboxStore & { readonly left: () => number } {
  let open = rows;
  return {
    left: () => open.length,
    lock: (_, tasks) => Promise.resolve(tasks),
    unlockAll: () => Promise.resolve(),
    pending: (_group, _tasks, limit) => Promise.resolve(open.slice(0, limit)),
    published: (_, upTo) => {
      open = open.filter(({ id, task }) => id > (upTo.get(task) ?? -1n));
      return Promise.resolve();
    },
  };
}

async function run(outbox: OutboxStore, send: RecordSink['send']): Promise<void> {
  const sink: RecordSink = {
    send,
    partitionFor: (_, key) => Promise.resolve(key[0] ?? 0),
    stop: () => Promise.resolve(),
  };
  const relay = new Relay({
    outbox,
    sink,
    group: 'g',
    observer: silent,
    random: () => 0,
    maxRows: 3,
    pollMs: 5,
  });
  relay.setOwned([0]);
  relay.start();
  await relay.stop();
}

describe('the outbox relay', () => {
  it('publishes everything in id order per partition before it stops', async () => {
    const sent: string[] = [];
    const outbox = outboxOf([1, 2, 3, 4, 5, 6, 7].map((id) => row(id)));
    await run(outbox, (_topic, _partition, records) => {
      sent.push(...records.map(({ headers }) => String(headers['event_id'])));
      return Promise.resolve();
    });
    expect(sent).to.deep.equal(['1', '2', '3', '4', '5', '6', '7']);
    expect(outbox.left()).to.equal(0);
  });

  it('sends the trace of each row, and starts one for rows from before traces were kept', async () => {
    const kept = traceparentOf('cause', null);
    const sent: unknown[] = [];
    await run(outboxOf([row(1, 'k', kept), row(2)]), (_topic, _partition, records) => {
      sent.push(...records.map(({ headers }) => headers));
      return Promise.resolve();
    });
    expect(sent).to.deep.equal([recordHeaders('1', kept), recordHeaders('2')]);
  });

  // A relay that marks before the ack loses the rows of a send that fails.
  it('keeps rows whose send was not acked', async () => {
    const outbox = outboxOf([row(1, 'a'), row(2, 'b')]);
    await run(outbox, (_topic, partition) =>
      partition === 98 ? Promise.reject(new RangeError('no ack')) : Promise.resolve(),
    );
    expect(outbox.left()).to.equal(2);
  });
});
