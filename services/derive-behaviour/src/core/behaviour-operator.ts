import { InvariantError, usToMs } from '@groundswell/domain';
import type { DayNumber } from '@groundswell/behaviour';
import type { LedgerMark, LedgerOptions } from '@groundswell/ledger';
import { recordMaps, type TransactionJson } from '@groundswell/schemas';
import type {
  Applied,
  Derived,
  Operator,
  OperatorOutput,
  Progress,
  SourceEvent,
  StateReader,
  StateWrite,
} from '@groundswell/stream';
import { behaviourRecord } from './behaviour-record.ts';
import { dayStateOf } from './habits.ts';
import { Investor } from './investor.ts';
import { PriceDays, type ReadZones } from './price-days.ts';

type Input = 'brokerage.transaction.v1' | 'market.mark.v1';
type Event<N extends Input> = Extract<SourceEvent<Input>, { topic: N }>;

const APPLIED: Applied = { verdict: 'applied', latePairs: [] };

/** The ledgers of the investors of one partition; marks of all instruments value them, and end their days. */
export class BehaviourOperator implements Operator<Input> {
  private readonly options: LedgerOptions;
  private readonly investors = new Map<string, Investor>();
  private readonly marks = new Map<string, LedgerMark | null>();
  private readonly prices: PriceDays;
  private readonly touched = new Set<Investor>();
  /** Event time of the newest mark of any instrument. */
  private clockMs = -Infinity;

  constructor(options: LedgerOptions, readZones: ReadZones) {
    this.options = options;
    this.prices = new PriceDays(readZones);
  }

  async prepare(
    events: readonly SourceEvent<Input>[],
    reader: StateReader,
    conflicts: readonly SourceEvent<Input>[],
  ): Promise<void> {
    const transactions = events.filter((event) => event.topic === 'brokerage.transaction.v1');
    const marks = events.filter((event) => event.topic === 'market.mark.v1');
    await this.prices.learn(transactions.flatMap(({ record }) => record.instrumentId ?? []));
    await this.bring(
      [...transactions, ...conflicts].map((event) => event.entity),
      new Set(transactions.map((event) => event.eventId)),
      reader,
    );
    if (marks.length > 0) await this.reprice(marks, reader);
  }

  apply(event: SourceEvent<Input>): Applied {
    if (event.topic === 'brokerage.transaction.v1') {
      const investor = this.investor(event.entity);
      investor.insert(event.record);
      this.touched.add(investor);
    }
    return APPLIED;
  }

  conflict(event: SourceEvent<Input>): void {
    const investor = this.investor(event.entity);
    investor.countConflict();
    this.touched.add(investor);
  }

  /** A ledger is never closed (L7), but days end: then windows move on, and sale days become final. */
  async advance({ broadcastClockMs }: Progress, reader: StateReader): Promise<void> {
    if (broadcastClockMs !== null && broadcastClockMs > this.clockMs) {
      this.clockMs = broadcastClockMs;
      const due = await reader.pendingKeys(broadcastClockMs);
      await this.bring(due, new Set(), reader);
      for (const key of due) this.touched.add(this.investor(key));
    }
    await this.bringPrices(reader);
  }

  hasPending(): boolean {
    // Days end by event time alone: an idle partition ends none.
    return false;
  }

  take(): OperatorOutput {
    const state: StateWrite[] = [];
    const derived: Derived[] = [];
    for (const investor of this.touched) {
      const newestMs = investor.journal.state().newestTsMs ?? -Infinity;
      const days = dayStateOf(investor.days, this.prices, Math.max(this.clockMs, newestMs));
      if (days !== null) investor.days.closeUpTo(days.through);
      const record = behaviourRecord(investor, days, (id) => this.marks.get(id) ?? null);
      if (record !== null) derived.push(record);
      if (days !== null) investor.finish(days.final);
      state.push({
        key: investor.key,
        part: '',
        body: investor.body(),
        pendingAtMs: days?.nextMs ?? null,
        // What was sold is of interest too: a late price changes the days on which it was held.
        tags: investor.days.instruments().toSorted(),
      });
    }
    this.touched.clear();
    return { state, derived };
  }

  private investor(key: string): Investor {
    const found = this.investors.get(key);
    if (!found) throw new InvariantError('apply before prepare');
    return found;
  }

  /** Journals of investors that are not in memory, without the events that this batch is about to insert. */
  private async bring(
    keys: readonly string[],
    fresh: ReadonlySet<string>,
    reader: StateReader,
  ): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !this.investors.has(key));
    if (missing.length === 0) return;
    const headers = await reader.state(missing);
    for (const key of missing) {
      const body = headers.find((row) => row.key === key)?.body;
      this.investors.set(key, new Investor(key, this.options, this.prices, body));
    }
    const instruments = new Set<string>();
    for (const row of await reader.journal(missing)) {
      if (fresh.has(row.eventId)) continue;
      const json = JSON.parse(Buffer.from(row.body).toString('utf8')) as TransactionJson;
      this.investor(row.key).restore(recordMaps.Transaction.fromJson(json));
      if (json.instrument_id !== null) instruments.add(json.instrument_id);
    }
    await this.prices.learn([...instruments]);
  }

  /** Let the days of everybody who held a marked instrument on the day of its mark or later begin again from there. */
  private async reprice(
    marks: readonly Event<'market.mark.v1'>[],
    reader: StateReader,
  ): Promise<void> {
    const instruments = new Set(marks.map(({ record }) => record.instrumentId));
    // The new marks are in the store already: what is read there is the newest by event time, whatever came last (C13).
    for (const id of instruments) this.marks.delete(id);
    const holders = await reader.keysByTag([...instruments]);
    await this.bring(holders, new Set(), reader);
    const priced = marks.map(({ record, eventTimeUs }) => ({
      instrumentId: record.instrumentId,
      tsMs: usToMs(eventTimeUs),
    }));
    await this.prices.refresh(priced, reader);
    for (const key of holders) {
      const investor = this.investor(key);
      investor.syncDays();
      for (const { instrumentId, tsMs } of priced) {
        const day = this.prices.daysOf(instrumentId).dayOf(tsMs);
        if (!investor.days.reprice(instrumentId, day)) continue;
        investor.reprice(day);
        this.touched.add(investor);
      }
    }
  }

  /** Marks and day bars of all that the touched investors hold and held. */
  private async bringPrices(reader: StateReader): Promise<void> {
    const held = new Set<string>();
    const traded = new Map<string, DayNumber>();
    for (const investor of this.touched) {
      investor.syncDays();
      const { firstDay } = investor.days;
      for (const id of investor.journal.state().positions.keys()) held.add(id);
      for (const id of investor.days.instruments())
        traded.set(id, Math.min(traded.get(id) ?? Infinity, firstDay ?? Infinity));
    }
    await this.bringMarks([...held], reader);
    if (traded.size > 0 && this.clockMs > -Infinity)
      await this.prices.load(traded, this.clockMs, reader);
  }

  private async bringMarks(instruments: readonly string[], reader: StateReader): Promise<void> {
    const missing = instruments.filter((id) => !this.marks.has(id));
    if (missing.length === 0) return;
    for (const id of missing) this.marks.set(id, null);
    for (const mark of await reader.newestMarks(missing)) {
      this.marks.set(mark.instrumentId, {
        priceE18: mark.priceE18,
        tsMs: usToMs(mark.eventTimeUs),
      });
    }
  }
}
