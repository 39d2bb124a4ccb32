import { DayBook, type DayNumber, type Listings } from '@groundswell/behaviour';
import {
  createJournal,
  toLedgerEvent,
  type Journal,
  type LedgerEvent,
  type LedgerOptions,
} from '@groundswell/ledger';
import type { Cause, Transaction } from '@groundswell/schemas';

/** What is stored beside the journal: counters and what was last published. */
interface Header {
  revision: number;
  /** Canonical text of the values last published: an unchanged value is not published again (V3). */
  published: string;
  /** Event time of the newest event that was folded into it. */
  publishedMs?: number;
  /** Every day up to this one was final in it. */
  finalDay?: DayNumber;
  currency: string | null;
  unsupported: number;
  conflicts: number;
  late: number;
  bySource: Record<string, number>;
}

const CAUSE_RANK: readonly Cause[] = ['UPDATE', 'LATE', 'CORRECT', 'CANCEL'];

/** One investor: the journal in memory, its header, and what made the next revision. */
export class Investor {
  readonly key: string;
  readonly journal: Journal;
  readonly days: DayBook;
  private readonly header: Header;
  private nextCause: Cause = 'UPDATE';
  private readonly listings: Listings;
  /** First local date that the days do not know the events of; null when they know all. */
  private changedFrom: DayNumber | null = -Infinity;

  constructor(
    key: string,
    options: LedgerOptions,
    listings: Listings,
    body: Uint8Array | undefined,
  ) {
    this.key = key;
    this.journal = createJournal(options);
    this.listings = listings;
    this.days = new DayBook(listings);
    this.header =
      body === undefined
        ? {
            revision: 0,
            published: '',
            currency: null,
            unsupported: 0,
            conflicts: 0,
            late: 0,
            bySource: {},
          }
        : (JSON.parse(Buffer.from(body).toString('utf8')) as Header);
  }

  /** Rebuild from the stored journal: counters are in the header already. */
  restore(transaction: Transaction): void {
    const event = toLedgerEvent(transaction);
    if (event !== null) this.journal.insert(event);
  }

  insert(transaction: Transaction): void {
    const { header } = this;
    header.currency ??= transaction.currency;
    header.bySource[transaction.source] = (header.bySource[transaction.source] ?? 0) + 1;
    const event: LedgerEvent | null = toLedgerEvent(transaction);
    if (event === null) {
      header.unsupported += 1;
      return;
    }
    const { late } = this.journal.insert(event);
    if (late) header.late += 1;
    // A correction is about a day that only its target knows.
    const day =
      transaction.op === 'CREATE'
        ? this.listings.daysOf(event.instrumentId).dayOf(event.tsMs)
        : -Infinity;
    this.changedFrom = Math.min(this.changedFrom ?? Infinity, day);
    this.note(
      event.type === 'CORRECT' || event.type === 'CANCEL' ? event.type : late ? 'LATE' : 'UPDATE',
    );
  }

  /** The price of a day that counts here changed: what was said of a day that is over is revised, never in silence (B1). */
  reprice(day: DayNumber): void {
    if (day <= (this.header.finalDay ?? -Infinity)) this.note('LATE');
  }

  /** Days up to this one are over in the value that comes next. */
  finish(day: DayNumber): void {
    this.header.finalDay = day;
  }

  /** Let the days follow the journal. */
  syncDays(): void {
    if (this.changedFrom === null) return;
    this.days.load(this.journal.steps(), this.journal.state(), this.changedFrom);
    this.changedFrom = null;
  }

  get currency(): string | null {
    return this.header.currency;
  }
  get unsupported(): number {
    return this.header.unsupported;
  }
  /** Ids that came again with other content. */
  get conflicts(): number {
    return this.header.conflicts;
  }
  countConflict(): void {
    this.header.conflicts += 1;
  }
  get lateCount(): number {
    return this.header.late;
  }
  get counts(): Readonly<Record<string, number>> {
    return this.header.bySource;
  }

  /** Event time of the last published value; null before the first. */
  get publishedMs(): number | null {
    return this.header.publishedMs ?? null;
  }

  /** Events known, folded or not. */
  get size(): number {
    return Object.values(this.header.bySource).reduce((sum, n) => sum + n, 0);
  }

  /** The next revision and its cause if `values` differ from what was published, else null. */
  nextRevision(
    values: string,
    newestMs: number,
  ): { readonly revision: number; readonly cause: Cause } | null {
    const cause = this.nextCause;
    this.nextCause = 'UPDATE';
    if (values === this.header.published) return null;
    this.header.published = values;
    this.header.publishedMs = newestMs;
    this.header.revision += 1;
    return { revision: this.header.revision, cause };
  }

  body(): Uint8Array {
    return Buffer.from(JSON.stringify(this.header));
  }

  private note(cause: Cause): void {
    if (CAUSE_RANK.indexOf(cause) > CAUSE_RANK.indexOf(this.nextCause)) this.nextCause = cause;
  }
}
