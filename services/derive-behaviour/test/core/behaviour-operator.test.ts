import { formatE18, parseE18, parseIsoUs } from '@groundswell/domain';
import { recordMaps, type InvestorBehaviour, type Transaction } from '@groundswell/schemas';
import type {
  JournalRow,
  MarkRow,
  SourceEvent,
  Stamp,
  StateReader,
  StateRow,
  StateWrite,
} from '@groundswell/stream';
import { expect } from 'chai';
import { BehaviourOperator } from '../../src/core/behaviour-operator.ts';
import { ledgerOptions } from '../../src/topology.ts';

type Event = SourceEvent<'brokerage.transaction.v1' | 'market.mark.v1'>;
const stamp: Stamp = { lineage: 1, knownAtUs: 1, positions: [] };

/** The store as the transaction shows it: what a batch claimed is there before the operator looks. */
class Stored implements StateReader {
  private readonly rows = new Map<string, StateRow & { tags: readonly string[] }>();
  private readonly events = new Map<string, JournalRow>();
  private readonly marks = new Map<string, MarkRow>();
  claim(event: Event): void {
    if (event.topic === 'market.mark.v1') {
      const { instrumentId, revision, priceE18 } = event.record;
      const known = this.marks.get(instrumentId);
      if (known === undefined || event.eventTimeUs >= known.eventTimeUs)
        this.marks.set(instrumentId, {
          instrumentId,
          eventTimeUs: event.eventTimeUs,
          revision,
          priceE18,
        });
      return;
    }
    const body = Buffer.from(JSON.stringify(recordMaps.Transaction.toJson(event.record)));
    this.events.set(event.eventId, {
      eventId: event.eventId,
      key: event.entity,
      eventTimeUs: event.eventTimeUs,
      body,
    });
  }
  put(writes: readonly StateWrite[]): void {
    for (const { key, part, body, tags } of writes)
      if (body !== null) this.rows.set(key, { key, part, body, tags: tags ?? [] });
  }
  state = (keys: readonly string[]) =>
    Promise.resolve([...this.rows.values()].filter((row) => keys.includes(row.key)));
  pendingKeys = () => Promise.resolve([]);
  keysByTag = (tags: readonly string[]) =>
    Promise.resolve(
      [...this.rows.values()]
        .filter((row) => row.tags.some((tag) => tags.includes(tag)))
        .map((row) => row.key),
    );
  journal = (keys: readonly string[]) =>
    Promise.resolve([...this.events.values()].filter((row) => keys.includes(row.key)));
  newestMarks = (ids: readonly string[]) =>
    Promise.resolve(ids.flatMap((id) => this.marks.get(id) ?? []));
}

function booking(
  id: string,
  at: string,
  kind: Transaction['kind'],
  quantity: string,
  price: string | null,
  more: Partial<Transaction> = {},
): Event {
  const record = {
    eventId: id,
    op: 'CREATE',
    refEventId: null,
    source: 'broker',
    feed: null,
    eventTimeUs: parseIsoUs(at).us,
    ingestTimeUs: parseIsoUs(at).us,
    sequence: null,
    eventTimeNanosRem: null,
    accountKey: 'a',
    investorKey: 'inv',
    kind,
    nativeKind: kind,
    instrumentId: 'X',
    nativeSymbol: 'X',
    quantityE18: parseE18(quantity),
    priceE18: price === null ? null : parseE18(price),
    grossE18: null,
    feesE18: null,
    netCashE18: 0n,
    currency: 'USD',
    fxRateE18: null,
    eventTimePrecision: 'MILLI',
    settledOn: null,
    orderId: null,
    executionId: null,
    positionAfterE18: null,
    fingerprint: id,
    occurrence: 0,
    ...more,
  } satisfies Transaction;
  return {
    topic: 'brokerage.transaction.v1',
    eventId: id,
    entity: 'inv',
    eventTimeUs: record.eventTimeUs,
    record,
  };
}

function mark(at: string, price: string): Event {
  const eventTimeUs = parseIsoUs(at).us;
  const record = {
    instrumentId: 'X',
    priceE18: parseE18(price),
    revision: 1,
    currency: 'USD',
  } as Extract<Event, { topic: 'market.mark.v1' }>['record'];
  return { topic: 'market.mark.v1', eventId: `m${at}`, entity: 'X@f', eventTimeUs, record };
}

async function feed(
  operator: BehaviourOperator,
  stored: Stored,
  ...events: Event[]
): Promise<InvestorBehaviour[]> {
  for (const event of events) stored.claim(event);
  await operator.prepare(events, stored, []);
  for (const event of events) operator.apply(event);
  const { state, derived } = operator.take();
  stored.put(state);
  return derived.map((one) => one.build(stamp) as InvestorBehaviour);
}

const fee = (text: string): Partial<Transaction> => ({ feesE18: parseE18(text) });

describe('ledgers of one partition', () => {
  // Worked example E1 of features.md.
  const e1 = [
    booking('1', '2024-01-02T00:00:00Z', 'BUY', '8', '25', fee('4')),
    booking('2', '2024-01-03T00:00:00Z', 'SELL', '-12', '27', fee('6')),
    booking('3', '2024-01-05T00:00:00Z', 'COVER', '4', '26', fee('2')),
  ];

  it('books fees and a crossing of zero as worked by hand', async () => {
    const [value] = await feed(new BehaviourOperator(ledgerOptions), new Stored(), ...e1);
    expect(formatE18(value!.realisedPnlE18)).to.equal('8');
    expect(formatE18(value!.cashE18)).to.equal('8');
    expect(formatE18(value!.feesE18)).to.equal('12');
    expect(value).to.include({
      revision: 1,
      status: 'FINAL',
      cause: 'UPDATE',
      n: 3,
      conservationDifferenceE18: 0n,
    });
  });

  it('comes to the same value over restarts and in another order, as a late revision', async () => {
    const stored = new Stored();
    let last: InvestorBehaviour | undefined;
    for (const event of [e1[1]!, e1[2]!, e1[0]!]) {
      [last] = await feed(new BehaviourOperator(ledgerOptions), stored, event);
    }
    expect(formatE18(last!.realisedPnlE18)).to.equal('8');
    expect(last).to.include({ revision: 3, status: 'REVISED', cause: 'LATE', lateCount: 1 });
  });

  it('revalues the holders of a marked instrument, and nobody when the value stays', async () => {
    const stored = new Stored();
    const operator = new BehaviourOperator(ledgerOptions);
    const [bought] = await feed(operator, stored, e1[0]!);
    expect(bought!.unpriced).to.deep.equal(['X']);
    const [valued] = await feed(operator, stored, mark('2024-01-04T00:00:00Z', '30'));
    expect(formatE18(valued!.unrealisedPnlE18)).to.equal('36'); // 8 x 30 - 204
    expect(await feed(operator, stored, mark('2024-01-03T00:00:00Z', '1'))).to.deep.equal([]);
  });

  it('lets a correction replace everything but the time of its target', async () => {
    const stored = new Stored();
    const operator = new BehaviourOperator(ledgerOptions);
    await feed(operator, stored, ...e1);
    const [value] = await feed(
      operator,
      stored,
      booking('c', '2024-03-01T00:00:00Z', 'BUY', '8', '26', {
        op: 'CORRECT',
        refEventId: '1',
        ...fee('4'),
      }),
    );
    expect(formatE18(value!.realisedPnlE18)).to.equal('0');
    expect(value).to.include({ status: 'REVISED', cause: 'CORRECT' });
  });

  it('withholds measures of behaviour while a valuation is quarantined (L10)', async () => {
    const stored = new Stored();
    const operator = new BehaviourOperator(ledgerOptions);
    await feed(operator, stored, e1[0]!);
    const [sane] = await feed(operator, stored, mark('2024-01-03T00:00:00Z', '30'));
    expect(sane).to.include({ hhi: 1, holdingCount: 1 });
    const [doubtful] = await feed(operator, stored, mark('2024-01-04T00:00:00Z', '3000'));
    expect(doubtful!.quarantined).to.deep.equal(['X']);
    expect(doubtful).to.include({ hhi: null, maxWeight: null, holdingTimeRatio: null });
    expect(formatE18(doubtful!.unrealisedPnlE18)).to.equal('0');
  });

  it('stores kinds that the ledger does not fold, and says so', async () => {
    const [value] = await feed(
      new BehaviourOperator(ledgerOptions),
      new Stored(),
      e1[0]!,
      booking('s', '2024-01-09T00:00:00Z', 'SPLIT', '8', null),
    );
    expect(value).to.include({ unsupportedCount: 1, n: 2 });
  });
});
