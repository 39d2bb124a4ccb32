import { InvariantError } from '@groundswell/domain';
import type { TopicName } from '@groundswell/schemas';
import {
  createBarSeries,
  restoreBarSeries,
  type BarConfig,
  type BarEmission,
  type BarSeries,
} from '@groundswell/market';
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
import { barRecord } from './bar-record.ts';
import { MarkBook } from './mark-book.ts';
import { toMarketEvent } from './market-event.ts';

/** What the service knows of an instrument; read once at start. */
export interface InstrumentInfo {
  readonly currency: string;
  readonly primaryFeed: string | null;
}

interface Entity {
  readonly series: BarSeries;
  readonly instrumentId: string;
  readonly feed: string;
  readonly marks: MarkBook;
  touched: boolean;
}

/** Part of the state that this service keeps beside the series' own parts. */
const MARKS_PART = 'marks';

type Input = Extract<TopicName, 'market.trade.v1'>;

/** Bars and marks of the entities of one partition. */
export class MarketOperator implements Operator<Input> {
  private readonly config: BarConfig;
  private readonly instruments: ReadonlyMap<string, InstrumentInfo>;
  private readonly entities = new Map<string, Entity>();
  private primed = false;

  constructor(config: BarConfig, instruments: ReadonlyMap<string, InstrumentInfo>) {
    this.config = config;
    this.instruments = instruments;
  }

  async prepare(events: readonly SourceEvent<Input>[], reader: StateReader): Promise<void> {
    await this.prime(reader);
    await this.bring(this.missing(events), reader);
  }

  apply({ entity, record }: SourceEvent<Input>): Applied {
    const found = this.entities.get(entity);
    if (!found) throw new InvariantError('apply before prepare');
    found.touched = true;
    return found.series.apply(toMarketEvent(record));
  }

  async advance({ partitionClockMs, idle }: Progress, reader: StateReader): Promise<void> {
    await this.prime(reader);
    if (partitionClockMs === null) return;
    for (const entity of this.entities.values()) {
      const pendingAtMs = entity.series.pendingAtMs;
      const due = pendingAtMs !== null && (idle || partitionClockMs >= pendingAtMs);
      if (!entity.touched && !due) continue;
      entity.series.advance({ partitionClockMs, idle });
      entity.touched = true;
    }
  }

  hasPending(): boolean {
    if (!this.primed) return true;
    for (const { series } of this.entities.values()) if (series.pendingAtMs !== null) return true;
    return false;
  }

  take(): OperatorOutput {
    const state: StateWrite[] = [];
    const derived: Derived[] = [];
    for (const [key, entity] of this.entities) {
      if (!entity.touched) continue;
      entity.touched = false;
      for (const emission of entity.series.takeEmissions())
        this.publish(key, entity, emission, derived);
      for (const { part, body } of entity.series.takeDirtyParts()) {
        state.push({
          key,
          part,
          body,
          ...(part === '' ? { pendingAtMs: entity.series.pendingAtMs } : {}),
        });
      }
      const marks = entity.marks.takeDirty();
      if (marks !== null) state.push({ key, part: MARKS_PART, body: marks });
    }
    return { state, derived };
  }

  private publish(key: string, entity: Entity, emission: BarEmission, derived: Derived[]): void {
    derived.push(barRecord(key, entity.instrumentId, entity.feed, emission));
    const info = this.instruments.get(entity.instrumentId);
    if (info?.primaryFeed !== entity.feed) return;
    const mark = entity.marks.markOf(
      key,
      entity.instrumentId,
      entity.feed,
      info.currency,
      emission,
    );
    if (mark !== null) derived.push(mark);
  }

  /** An earlier owner may have left windows that wait for their end: they are announced even if no trade comes again (W4). */
  private async prime(reader: StateReader): Promise<void> {
    if (this.primed) return;
    const pending = await reader.pendingKeys(Number.MAX_SAFE_INTEGER);
    await this.bring(
      pending.filter((key) => !this.entities.has(key)),
      reader,
    );
    this.primed = true;
  }

  private missing(events: readonly SourceEvent<Input>[]): readonly string[] {
    const missing = new Set<string>();
    for (const { entity } of events) if (!this.entities.has(entity)) missing.add(entity);
    return [...missing];
  }

  private async bring(missing: readonly string[], reader: StateReader): Promise<void> {
    if (missing.length === 0) return;
    const rows = await reader.state(missing);
    for (const key of missing) {
      const parts = rows.filter((row) => row.key === key);
      const at = key.lastIndexOf('@');
      const own = parts.find((row) => row.part === MARKS_PART);
      const series = parts.filter((row) => row !== own);
      this.entities.set(key, {
        series:
          series.length === 0
            ? createBarSeries(this.config)
            : restoreBarSeries(this.config, series),
        instrumentId: key.slice(0, at),
        feed: key.slice(at + 1),
        marks: new MarkBook(this.config, own?.body),
        touched: false,
      });
    }
  }
}
