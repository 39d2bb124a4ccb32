import { setTimeout as pause } from 'node:timers/promises';
import { isRetriable } from '@groundswell/domain';
import { createOnlineReader, type VersionedValue } from '@groundswell/redis';
import { worldInstruments } from '@groundswell/simulator';
import { windowSizes } from './callers.ts';
import type { Stack } from './stack.ts';

/** Looks at the bars in Redis all the time: what was readable once must never be replaced by something older (I7). */
export interface SlotWatch {
  readonly looks: () => number;
  /** Slots that went back, in words. */
  readonly regressions: readonly string[];
  stop(): Promise<void>;
}

export function watchSlots(stack: Stack): SlotWatch {
  const reader = createOnlineReader(stack.redis);
  const keys = worldInstruments.flatMap(({ product }) =>
    Object.values(windowSizes).map((windowSizeMs) => ({
      featureSet: 'market.bar',
      entity: `crypto:${product}@coinbase`,
      windowSizeMs,
    })),
  );
  const highest = new Map<number, VersionedValue>();
  const regressions: string[] = [];
  let looks = 0;
  let isOver = false;

  async function look(): Promise<void> {
    const { epoch, slots } = await reader.readSlots(keys);
    // Without an epoch the cache is lost and not yet whole again: nobody serves from it.
    if (epoch === null) return;
    looks += 1;
    slots.forEach((value, index) => {
      const before = highest.get(index);
      if (value === null) return;
      if (before !== undefined && isOlder(value, before)) {
        const { entity, windowSizeMs } = keys[index] ?? {};
        regressions.push(`${entity} ${windowSizeMs}: ${place(before)} became ${place(value)}`);
      }
      highest.set(index, value);
    });
  }

  async function loop(): Promise<void> {
    while (!isOver) {
      await look().catch((thrown: unknown) => {
        if (!isRetriable(thrown)) throw thrown;
      });
      await pause(100);
    }
  }
  const done = loop();
  done.catch(() => undefined); // told by stop

  return {
    looks: () => looks,
    regressions,
    async stop() {
      isOver = true;
      await done;
    },
  };
}

function isOlder(a: VersionedValue, b: VersionedValue): boolean {
  if (a.lineage !== b.lineage) return a.lineage < b.lineage;
  if (a.windowStartUs !== b.windowStartUs) return a.windowStartUs < b.windowStartUs;
  return a.ver < b.ver;
}

function place({ lineage, windowStartUs, ver }: VersionedValue): string {
  return `(${lineage}, ${windowStartUs}, ${ver})`;
}
