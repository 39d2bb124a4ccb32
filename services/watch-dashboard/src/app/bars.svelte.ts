import type { LiveClient } from '@groundswell/client';
import type { MarketData } from '@groundswell/schemas';
import { BarSeries } from '../lib/bar-series.ts';
import type { BarSize } from '../lib/routes.ts';
import type { PaintLoop } from '../lib/paint-loop.ts';

/** Live bars of one instrument and size, as the paint loop shows them. */
export class Bars {
  shown = $state.raw<readonly MarketData[]>([]);
  hasAnswer = $state(false);
  /** Why the gateway refused the channel. */
  refusal = $state<string | null>(null);

  follow(
    client: LiveClient,
    loop: PaintLoop,
    channel: { readonly instrument: string; readonly size: BarSize; readonly feed: string | null },
    onUpdate: () => void,
  ): () => void {
    const series = new BarSeries(channel.feed);
    const place = `bars ${channel.instrument} ${channel.size}`;
    this.hasAnswer = false;
    const unregister = loop.register(place, 2, () => {
      this.shown = series.bars;
    });
    const leave = client.subscribe(`market:${channel.instrument}:${channel.size}`, {
      onItem: ({ data }) => {
        if (series.apply(data as MarketData)) loop.mark(place);
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
