import { InvariantError } from '@groundswell/domain';
import { openMoodWindows, type MoodConfig, type MoodWindows } from '@groundswell/mood';
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
import { toMoodEvent } from './mood-event.ts';
import { sentimentRecord } from './sentiment-record.ts';

type Input = 'social.mention.v1';

interface Instrument {
  readonly windows: MoodWindows;
  touched: boolean;
}

/** Sentiment windows of the instruments of one partition. */
export class MoodOperator implements Operator<Input> {
  private readonly config: MoodConfig;
  private readonly isSmallMarket: (instrumentId: string) => boolean;
  private readonly instruments = new Map<string, Instrument>();
  private primed = false;

  constructor(config: MoodConfig, isSmallMarket: (instrumentId: string) => boolean) {
    this.config = config;
    this.isSmallMarket = isSmallMarket;
  }

  async prepare(events: readonly SourceEvent<Input>[], reader: StateReader): Promise<void> {
    await this.bring(
      events.map(({ entity }) => entity),
      reader,
    );
  }

  apply({ entity, record }: SourceEvent<Input>): Applied {
    const found = this.instruments.get(entity);
    if (found === undefined) throw new InvariantError('apply before prepare');
    found.touched = true;
    return found.windows.apply(toMoodEvent(record));
  }

  async advance(progress: Progress, reader: StateReader): Promise<void> {
    await this.prime(reader);
    const { partitionClockMs, idle, wallClockMs } = progress;
    if (partitionClockMs === null) return;
    for (const instrument of this.instruments.values()) {
      const { pendingAtMs } = instrument.windows;
      const clockMs = idle ? Math.max(partitionClockMs, wallClockMs) : partitionClockMs;
      const due = pendingAtMs !== null && clockMs >= pendingAtMs;
      if (!instrument.touched && !due) continue;
      instrument.windows.advance({ partitionClockMs, idle, wallClockMs });
      instrument.touched = true;
    }
  }

  hasPending(wallClockMs: number): boolean {
    if (!this.primed) return true;
    for (const { windows } of this.instruments.values()) {
      const { pendingAtMs } = windows;
      if (pendingAtMs !== null && pendingAtMs <= wallClockMs) return true;
    }
    return false;
  }

  take(): OperatorOutput {
    const state: StateWrite[] = [];
    const derived: Derived[] = [];
    for (const [key, instrument] of this.instruments) {
      if (!instrument.touched) continue;
      instrument.touched = false;
      const { windows } = instrument;
      for (const emission of windows.takeEmissions()) derived.push(sentimentRecord(key, emission));
      for (const { part, body } of windows.takeDirtyParts()) {
        const header = part === '' ? { pendingAtMs: windows.pendingAtMs } : {};
        state.push({ key, part, body, ...header });
      }
    }
    return { state, derived };
  }

  /** An earlier owner may have left windows that wait for their end: they are announced even if no mention comes again (W4). */
  private async prime(reader: StateReader): Promise<void> {
    if (this.primed) return;
    await this.bring(await reader.pendingKeys(Number.MAX_SAFE_INTEGER), reader);
    this.primed = true;
  }

  private async bring(keys: readonly string[], reader: StateReader): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !this.instruments.has(key));
    if (missing.length === 0) return;
    const rows = await reader.state(missing);
    for (const key of missing) {
      const parts = rows.filter((row) => row.key === key);
      const windows = openMoodWindows(this.config, this.isSmallMarket(key), parts);
      this.instruments.set(key, { windows, touched: false });
    }
  }
}
