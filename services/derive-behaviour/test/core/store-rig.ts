import { parseE18, parseIsoUs, usToMs } from '@groundswell/domain';
import { investorLedger } from '@groundswell/ledger';
import { dayMarks } from '@groundswell/market';
import {
  recordMaps,
  type InvestorBehaviour,
  type Mark,
  type Transaction,
} from '@groundswell/schemas';
import type {
  JournalRow,
  MarkRow,
  SourceEvent,
  Stamp,
  StateReader,
  StateRow,
  StateWrite,
} from '@groundswell/stream';
import { BehaviourOperator } from '../../src/core/behaviour-operator.ts';

export type Event = SourceEvent<'brokerage.transaction.v1' | 'market.mark.v1'>;

const stamp: Stamp = { lineage: 1, knownAtUs: 1, positions: [] };

/** What the transaction shows: the claims of a batch are there before the operator looks. Nothing but maps, and so easily forgotten. */
class Stored implements StateReader {
  rows = new Map<string, StateRow & Pick<StateWrite, 'tags' | 'pendingAtMs'>>();
  events = new Map<string, JournalRow & { readonly content: string }>();
  marks = new Map<string, Map<number, MarkRow>>();
  clockMs: number | null = null;

  copy(): Stored {
    const copy = new Stored();
    copy.rows = new Map(this.rows);
    copy.events = new Map(this.events);
    copy.marks = new Map([...this.marks].map(([id, own]) => [id, new Map(own)]));
    copy.clockMs = this.clockMs;
    return copy;
  }

  /** As Q6: `fresh` is new, `conflict` is known with other content, null is a repeat. */
  claim(event: Event): 'fresh' | 'conflict' | null {
    if (event.topic === 'market.mark.v1') {
      const { instrumentId, revision, priceE18 } = event.record;
      const { eventTimeUs } = event;
      const own = this.marks.get(instrumentId) ?? new Map<number, MarkRow>();
      this.marks.set(instrumentId, own);
      if (revision <= (own.get(eventTimeUs)?.revision ?? 0)) return null;
      own.set(eventTimeUs, { instrumentId, eventTimeUs, revision, priceE18 });
      this.clockMs = Math.max(this.clockMs ?? -Infinity, usToMs(eventTimeUs));
      return 'fresh';
    }
    const content = JSON.stringify(recordMaps.Transaction.toJson(event.record));
    const known = this.events.get(event.eventId);
    if (known !== undefined) return known.content === content ? null : 'conflict';
    const { eventId, entity: key, eventTimeUs } = event;
    this.events.set(eventId, { eventId, key, eventTimeUs, body: Buffer.from(content), content });
    return 'fresh';
  }

  put(writes: readonly StateWrite[]): void {
    for (const { key, part, body, ...rest } of writes)
      if (body !== null) this.rows.set(key, { key, part, body, ...rest });
  }

  state = (keys: readonly string[]) =>
    Promise.resolve([...this.rows.values()].filter((row) => keys.includes(row.key)));
  pendingKeys = (untilMs: number) =>
    Promise.resolve(
      [...this.rows.values()]
        .filter(({ pendingAtMs }) => (pendingAtMs ?? Infinity) <= untilMs)
        .map(({ key }) => key),
    );
  keysByTag = (tags: readonly string[]) =>
    Promise.resolve(
      [...this.rows.values()]
        .filter((row) => row.tags?.some((tag) => tags.includes(tag)))
        .map((row) => row.key),
    );
  journal = (keys: readonly string[]) =>
    Promise.resolve([...this.events.values()].filter((row) => keys.includes(row.key)));
  newestMarks = (ids: readonly string[]) =>
    Promise.resolve(ids.flatMap((id) => this.marksOf(id).at(-1) ?? []));
  markSpans = (ids: readonly string[], boundsUs: readonly number[]) =>
    Promise.resolve(
      ids.flatMap((instrumentId) => {
        const spans = Map.groupBy(this.marksOf(instrumentId), ({ eventTimeUs }) =>
          boundsUs.findLastIndex((bound) => bound <= eventTimeUs),
        );
        return [...spans].flatMap(([index, marks]) => {
          if (index < 0 || index >= boundsUs.length - 1) return [];
          const prices = marks.map(({ priceE18 }) => priceE18);
          const lowE18 = prices.reduce((a, b) => (a < b ? a : b));
          const highE18 = prices.reduce((a, b) => (a > b ? a : b));
          return [{ instrumentId, index, lowE18, highE18, lastE18: prices.at(-1) ?? 0n }];
        });
      }),
    );

  private marksOf(instrumentId: string): readonly MarkRow[] {
    const own = this.marks.get(instrumentId) ?? new Map<number, MarkRow>();
    return [...own.values()].toSorted((a, b) => a.eventTimeUs - b.eventTimeUs);
  }
}

/** One task: batches in, records out, and a memory that can be lost at any time. */
export class Rig {
  private stored = new Stored();
  private operator: BehaviourOperator;
  private readonly zones: ReadonlyMap<string, string>;
  /** The newest record of each investor. */
  readonly latest = new Map<string, InvestorBehaviour>();
  /** Revisions in the order in which they came out. */
  readonly revisions: { readonly investor: string; readonly revision: number }[] = [];

  constructor(zones: Readonly<Record<string, string>> = {}) {
    this.zones = new Map(Object.entries(zones));
    this.operator = this.create();
  }

  /** The process ends; the next one starts from what was committed. */
  restart(): void {
    this.operator = this.create();
  }

  /** One transaction per stretch of one topic. */
  async feed(...events: readonly Event[]): Promise<InvestorBehaviour[]> {
    const records: InvestorBehaviour[] = [];
    for (let rest = events; rest.length > 0;) {
      const end = rest.findIndex(({ topic }) => topic !== rest[0]?.topic);
      const batch = end < 0 ? rest : rest.slice(0, end);
      rest = rest.slice(batch.length);
      records.push(...(await this.transact(batch, true)));
    }
    return records;
  }

  /** Work on a batch and die before the commit. */
  async crashOn(...batch: readonly Event[]): Promise<void> {
    const before = this.stored.copy();
    await this.transact(batch, false);
    this.stored = before;
    this.restart();
  }

  private async transact(batch: readonly Event[], commits: boolean): Promise<InvestorBehaviour[]> {
    const claims = batch.map((event) => ({ event, claim: this.stored.claim(event) }));
    const fresh = claims.filter(({ claim }) => claim === 'fresh').map(({ event }) => event);
    const conflicts = claims.filter(({ claim }) => claim === 'conflict').map(({ event }) => event);
    await this.operator.prepare(fresh, this.stored, conflicts);
    for (const event of conflicts) this.operator.conflict(event);
    for (const event of fresh) this.operator.apply(event);
    const clocks = {
      partitionClockMs: null,
      broadcastClockMs: this.stored.clockMs,
      wallClockMs: 0,
    };
    await this.operator.advance({ ...clocks, idle: false }, this.stored);
    const { state, derived } = this.operator.take();
    if (!commits) return [];
    this.stored.put(state);
    return derived.map((one) => {
      const record = one.build(stamp) as InvestorBehaviour;
      this.latest.set(record.investorKey, record);
      this.revisions.push({ investor: record.investorKey, revision: record.revision });
      return record;
    });
  }

  private create(): BehaviourOperator {
    return new BehaviourOperator(investorLedger, (ids) =>
      Promise.resolve(
        new Map(
          ids.flatMap((id) => {
            const zone = this.zones.get(id);
            return zone === undefined ? [] : [[id, zone] as const];
          }),
        ),
      ),
    );
  }
}

export function booking(
  id: string,
  at: string | number,
  kind: Transaction['kind'],
  quantity: string,
  price: string | null,
  more: Partial<Transaction> = {},
): Event {
  const eventTimeUs = typeof at === 'number' ? at : parseIsoUs(at).us;
  const record = {
    eventId: id,
    op: 'CREATE',
    refEventId: null,
    source: 'broker',
    feed: null,
    eventTimeUs,
    ingestTimeUs: eventTimeUs,
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
  const entity = record.investorKey;
  return { topic: 'brokerage.transaction.v1', eventId: id, entity, eventTimeUs, record };
}

export function mark(
  at: string | number,
  price: string | bigint,
  instrumentId = 'X',
  revision = 1,
): Event {
  const eventTimeUs = typeof at === 'number' ? at : parseIsoUs(at).us;
  const record: Pick<Mark, 'instrumentId' | 'priceE18' | 'revision' | 'currency'> = {
    instrumentId,
    priceE18: typeof price === 'bigint' ? price : parseE18(price),
    revision,
    currency: 'USD',
  };
  return {
    topic: 'market.mark.v1',
    eventId: `m${instrumentId}${eventTimeUs}r${revision}`,
    entity: `${instrumentId}@f`,
    eventTimeUs,
    record: record as Mark,
  };
}

/** What the connector makes of a past UTC day of a venue. */
export function pastDay(
  date: string,
  prices: { readonly low: string; readonly high: string; readonly close: string },
  instrumentId = 'X',
): readonly Event[] {
  const endUs = (Date.parse(date) + 86_400_000) * 1000;
  const { low: lowE18, high: highE18, close: closeE18 } = prices;
  return dayMarks({
    endUs,
    lowE18: parseE18(lowE18),
    highE18: parseE18(highE18),
    closeE18: parseE18(closeE18),
  }).map(({ tsUs, priceE18 }) => mark(tsUs, priceE18, instrumentId));
}
