import type { MarketData } from '@groundswell/schemas';
import { causeText } from '../lib/trust.ts';
import { isoMs, spanText } from '../lib/time.ts';
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

/** Revised minute bars, newest first. Holes of sources are signals too; the panel takes them from the sources. */
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
    if (this.list.some(({ id }) => id === signal.id)) return;
    this.list = [signal, ...this.list].sort((a, b) => b.timeMs - a.timeMs).slice(0, MAX_SIGNALS);
  }
}
