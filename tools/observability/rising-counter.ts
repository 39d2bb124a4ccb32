import type { Counter, Labels } from '@groundswell/runtime';

/**
 * Follows a total that another program counts. A smaller one means that the program began anew: what it counted since then is added.
 * The first sight adds nothing, so a restart of ours is no burst.
 */
export function risingCounter(counter: Counter): (total: number, labels?: Labels) => void {
  const seen = new Map<string, number>();
  return (total, labels = {}) => {
    const key = JSON.stringify(labels);
    const before = seen.get(key);
    seen.set(key, total);
    if (before === undefined) counter.inc(labels, 0);
    else counter.inc(labels, total >= before ? total - before : total);
  };
}
