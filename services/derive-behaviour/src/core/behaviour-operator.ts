import { InvariantError, usToMs } from '@groundswell/domain';
import type { LedgerMark, LedgerOptions } from '@groundswell/ledger';
import { recordMaps, type TransactionJson } from '@groundswell/schemas';
import type {
  Applied,
  Derived,
  Operator,
  OperatorOutput,
  SourceEvent,
  StateReader,
  StateWrite,
} from '@groundswell/stream';
import { behaviourRecord } from './behaviour-record.ts';
import { Investor } from './investor.ts';

type Input = 'brokerage.transaction.v1' | 'market.mark.v1';

const APPLIED: Applied = { verdict: 'applied', latePairs: [] };

/** The ledgers of the investors of one partition; marks of all instruments value them. */
export class BehaviourOperator implements Operator<Input> {
  private readonly options: LedgerOptions;
  private readonly investors = new Map<string, Investor>();
  private readonly marks = new Map<string, LedgerMark | null>();
  private readonly touched = new Set<Investor>();

  constructor(options: LedgerOptions) {
    this.options = options;
  }

  async prepare(
    events: readonly SourceEvent<Input>[],
    reader: StateReader,
    conflicts: readonly SourceEvent<Input>[],
  ): Promise<void> {
    const investorKeys = new Set(conflicts.map((event) => event.entity));
    const marked = new Set<string>();
    const fresh = new Set<string>();
    for (const event of events) {
      if (event.topic === 'market.mark.v1') marked.add(event.record.instrumentId);
      else {
        investorKeys.add(event.entity);
        fresh.add(event.eventId);
      }
    }
    // The new marks are in the store already: what is read here is the newest by event time, whatever came last (C13).
    for (const instrument of marked) this.marks.delete(instrument);
    if (marked.size > 0)
      for (const key of await reader.keysByTag([...marked])) investorKeys.add(key);
    await this.bring([...investorKeys], fresh, reader);
    const held = new Set(marked);
    for (const key of investorKeys) {
      for (const instrument of this.investor(key).journal.state().positions.keys())
        held.add(instrument);
      if (marked.size > 0) this.touched.add(this.investor(key));
    }
    for (const event of events) {
      if (event.topic === 'brokerage.transaction.v1' && event.record.instrumentId !== null)
        held.add(event.record.instrumentId);
    }
    await this.bringMarks([...held], reader);
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

  async advance(): Promise<void> {
    // A ledger announces nothing by time: no event is ever too late for it (L7).
    await Promise.resolve();
  }

  hasPending(): boolean {
    return false;
  }

  take(): OperatorOutput {
    const state: StateWrite[] = [];
    const derived: Derived[] = [];
    for (const investor of this.touched) {
      const record = behaviourRecord(investor, (id) => this.marks.get(id) ?? null);
      if (record !== null) derived.push(record);
      const held = [...investor.journal.state().positions.keys()].sort();
      state.push({ key: investor.key, part: '', body: investor.body(), tags: held });
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
    const missing = keys.filter((key) => !this.investors.has(key));
    if (missing.length === 0) return;
    const headers = await reader.state(missing);
    for (const key of missing) {
      const body = headers.find((row) => row.key === key)?.body;
      this.investors.set(key, new Investor(key, this.options, body));
    }
    for (const row of await reader.journal(missing)) {
      if (fresh.has(row.eventId)) continue;
      const json = JSON.parse(Buffer.from(row.body).toString('utf8')) as TransactionJson;
      this.investor(row.key).restore(recordMaps.Transaction.fromJson(json));
    }
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
