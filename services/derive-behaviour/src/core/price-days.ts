import {
  createLocalDays,
  DayBars,
  type DayNumber,
  type Listings,
  type LocalDays,
} from '@groundswell/behaviour';
import { fractionFromE18 } from '@groundswell/domain';
import type { StateReader } from '@groundswell/stream';

/** IANA zone of each listing that is known. */
export type ReadZones = (instrumentIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** Of coins, of cash, and of what no reference data know (C8). */
const DEFAULT_ZONE = 'UTC';

/** Day bars of the marks of one task, kept for the instruments that its investors traded, each by the days of its listing. */
export class PriceDays implements Listings {
  private readonly readZones: ReadZones;
  private readonly days = new Map<string, LocalDays>();
  private readonly zones = new Map<string, string>();
  /** With the first day that is complete; what came before is summed up on the day before it. */
  private readonly bars = new Map<string, { readonly from: DayNumber; readonly bars: DayBars }>();

  constructor(readZones: ReadZones) {
    this.readZones = readZones;
  }

  daysOf(instrumentId: string | null): LocalDays {
    const zone = (instrumentId === null ? undefined : this.zones.get(instrumentId)) ?? DEFAULT_ZONE;
    let days = this.days.get(zone);
    if (!days) this.days.set(zone, (days = createLocalDays(zone)));
    return days;
  }

  barsOf(instrumentId: string): DayBars {
    return this.bars.get(instrumentId)?.bars ?? new DayBars();
  }

  /** Look up the zones of instruments that are new here. Must precede {@link daysOf}. */
  async learn(instrumentIds: readonly string[]): Promise<void> {
    const unknown = instrumentIds.filter((id) => !this.zones.has(id));
    if (unknown.length === 0) return;
    const found = await this.readZones(unknown);
    for (const id of unknown) this.zones.set(id, found.get(id) ?? DEFAULT_ZONE);
  }

  /** Bring the bars from a day on into memory, up to the newest mark. */
  async load(
    wanted: ReadonlyMap<string, DayNumber>,
    newestMs: number,
    reader: StateReader,
  ): Promise<void> {
    const missing = [...wanted].filter(
      ([id, from]) => (this.bars.get(id)?.from ?? Infinity) > from,
    );
    for (const [days, ids] of this.byZone(missing.map(([id]) => id))) {
      const from = Math.min(...ids.map((id) => wanted.get(id) ?? Infinity));
      for (const id of ids) this.bars.set(id, { from, bars: new DayBars() });
      const to = Math.max(from, days.dayOf(newestMs));
      await this.read(ids, days, from - 1, to, 0, reader);
    }
  }

  /** Read again the days that these marks are of: the marks are in the store already. */
  async refresh(
    marks: readonly { readonly instrumentId: string; readonly tsMs: number }[],
    reader: StateReader,
  ): Promise<void> {
    const known = marks.filter(({ instrumentId }) => this.bars.has(instrumentId));
    for (const [days, ids] of this.byZone(known.map(({ instrumentId }) => instrumentId))) {
      const touched = known
        .filter(({ instrumentId }) => ids.includes(instrumentId))
        .map(({ tsMs }) => days.dayOf(tsMs));
      const first = Math.min(...touched);
      // A price from before all that is loaded may be the last one known: start again.
      const early = ids.filter((id) => (this.bars.get(id)?.from ?? Infinity) > first);
      for (const id of early) this.bars.delete(id);
      const rest = ids.filter((id) => this.bars.has(id));
      if (rest.length > 0)
        await this.read(rest, days, first, Math.max(...touched), days.startMs(first), reader);
    }
  }

  private byZone(instrumentIds: readonly string[]): ReadonlyMap<LocalDays, readonly string[]> {
    return Map.groupBy(new Set(instrumentIds), (id) => this.daysOf(id));
  }

  /** Days `first` to `last`; the first one begins at `beginMs`. */
  private async read(
    ids: readonly string[],
    days: LocalDays,
    first: DayNumber,
    last: DayNumber,
    beginMs: number,
    reader: StateReader,
  ): Promise<void> {
    const bounds = [beginMs * 1000];
    for (let day = first + 1; day <= last + 1; day += 1) bounds.push(days.startMs(day) * 1000);
    for (const row of await reader.markSpans(ids, bounds)) {
      this.bars.get(row.instrumentId)?.bars.set(first + row.index, {
        low: fractionFromE18(row.lowE18),
        high: fractionFromE18(row.highE18),
        last: fractionFromE18(row.lastE18),
      });
    }
  }
}
