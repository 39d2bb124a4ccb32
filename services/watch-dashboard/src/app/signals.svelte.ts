import type { MarketData } from '@groundswell/schemas';
import { causeText } from '../lib/trust.ts';
import { isoMs, spanText } from '../lib/time.ts';
import { moodText } from '../lib/mood-cell.ts';
import type { SentimentData } from '../lib/mood.ts';
import { symbolOf } from '../lib/source-health.ts';

/** Something that a person may want to know: a correction of what was final. */
export interface Signal {
  readonly id: string;
  readonly kind: 'revised';
  readonly instrumentId: string;
  readonly timeMs: number;
  readonly text: string;
}

const MAX_SIGNALS = 40;
/** A correction of a final mood by at least this is told. @default */
const LARGE_REVISION = 0.1;

/**
 * Corrections of what was final, newest first. Holes of sources, flips and flags are signals too; the panel makes them of what is
 * shown.
 */
export class Signals {
  list = $state.raw<readonly Signal[]>([]);

  take(bar: MarketData): void {
    if (bar.status !== 'REVISED') return;
    const span = spanText(isoMs(bar.window_start), isoMs(bar.window_end), 'UTC');
    const signal: Signal = {
      id: `${bar.entity}|${bar.window_start}|${String(bar.revision)}`,
      kind: 'revised',
      instrumentId: bar.instrument_id,
      timeMs: isoMs(bar.known_at),
      text: `${symbolOf(bar.instrument_id)} ${span} is now r${String(bar.revision)}: ${causeText(bar.cause)}, close ${bar.close ?? 'none'}, ${String(bar.n)} trades.`,
    };
    this.#add(signal);
  }

  takeMood(mood: SentimentData, before: SentimentData | null): void {
    const [from, to] = [before?.weighted.sentiment ?? null, mood.weighted.sentiment];
    if (mood.status !== 'REVISED' || from === null || to === null) return;
    if (Math.abs(to - from) < LARGE_REVISION) return;
    const span = spanText(isoMs(mood.window_start), isoMs(mood.window_end), 'UTC');
    this.#add({
      id: `${mood.entity}|${mood.window_start}|${String(mood.revision)}`,
      kind: 'revised',
      instrumentId: mood.instrument_id,
      timeMs: isoMs(mood.known_at),
      text: `Mood of ${span} is now r${String(mood.revision)}: ${causeText(mood.cause)}, ${moodText(from)} → ${moodText(to)}.`,
    });
  }

  #add(signal: Signal): void {
    if (this.list.some(({ id }) => id === signal.id)) return;
    this.list = [signal, ...this.list].sort((a, b) => b.timeMs - a.timeMs).slice(0, MAX_SIGNALS);
  }
}
