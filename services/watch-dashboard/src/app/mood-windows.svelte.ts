import type { LiveClient } from '@groundswell/client';
import type { SentimentData } from '../lib/mood.ts';
import type { PaintLoop } from '../lib/paint-loop.ts';
import { WindowSeries } from '../lib/window-series.ts';

/** Live windows of mood of one instrument and size, as the paint loop shows them. */
export class MoodWindows {
  /** Oldest first. */
  shown = $state.raw<readonly SentimentData[]>([]);
  hasAnswer = $state(false);
  /** Why the gateway refused the channel. */
  refusal = $state<string | null>(null);

  follow(
    client: LiveClient,
    loop: PaintLoop,
    channel: { readonly instrument: string; readonly size: '1m' | '5m' | '1h' },
    onUpdate: () => void,
  ): () => void {
    const series = new WindowSeries<SentimentData>();
    const name = `sentiment:${channel.instrument}:${channel.size}`;
    const place = `windows ${name}`;
    this.hasAnswer = false;
    const unregister = loop.register(place, 4, () => {
      this.shown = series.items;
    });
    const leave = client.subscribe(name, {
      onItem: ({ data }) => {
        series.put(data as SentimentData);
        loop.mark(place);
        onUpdate();
      },
      onVerdict: (answer) => {
        this.hasAnswer = true;
        this.refusal = 'error' in answer ? answer.error.title : null;
        loop.mark(place);
      },
    });
    return () => {
      leave();
      unregister();
    };
  }
}
