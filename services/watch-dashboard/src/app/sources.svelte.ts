import type { LiveClient } from '@groundswell/client';
import type { GapJson, SourceStatusJson } from '@groundswell/schemas';
import type { PaintLoop } from '../lib/paint-loop.ts';
import { gapSpanOf, healthOf, type GapSpan, type SourceHealth } from '../lib/source-health.ts';

/** State of every source and its holes, from the channel `sources`. */
export class Sources {
  health = $state.raw<readonly SourceHealth[]>([]);
  gaps = $state.raw<readonly GapSpan[]>([]);
  hasAnswer = $state(false);

  get openGaps(): number {
    return this.gaps.filter(({ closed }) => !closed).length;
  }

  /** What is known of now does not hold for another time. */
  forget(): void {
    this.health = [];
    this.gaps = [];
    this.hasAnswer = false;
  }

  /** Sources that are neither live nor merely behind a hole. */
  behind(source: string | null): readonly string[] {
    return this.health
      .filter(({ tone }) => tone === 'warn' || tone === 'off')
      .map((one) => one.source)
      .filter((name) => name === source);
  }

  follow(client: LiveClient, loop: PaintLoop): () => void {
    const statuses = new Map<string, SourceStatusJson>();
    const gaps = new Map<string, GapJson>();
    const unregister = loop.register('sources', 0, () => {
      this.health = healthOf(statuses.values());
      this.gaps = [...gaps.values()].map(gapSpanOf).sort((a, b) => b.fromMs - a.fromMs);
    });
    const leave = client.subscribe('sources', {
      onItem({ key, data }) {
        if (key.startsWith('gap|')) gaps.set(key, data as GapJson);
        else statuses.set(key, data as SourceStatusJson);
        loop.mark('sources');
      },
      onRemove(key) {
        gaps.delete(key);
        statuses.delete(key);
        loop.mark('sources');
      },
      onVerdict: () => {
        this.hasAnswer = true;
      },
    });
    return () => {
      leave();
      unregister();
    };
  }
}
