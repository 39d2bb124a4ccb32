import { topics, type TopicName } from '@groundswell/schemas';
import type { Advance, Position } from './store.ts';
import type { Progress } from './topology.ts';

/**
 * What time it is for a task: the greatest event times applied from its keyed partition and from the broadcast topics, with what this
 * transaction adds, and the wall clock of the host. All ms.
 */
export function clocksOf(
  positions: readonly Position[],
  advance: Advance | null,
  logicalTopic: (physical: string) => TopicName,
  nowUs: number,
): Omit<Progress, 'idle'> {
  const clockMs = (read: 'keyed' | 'broadcast'): number | null => {
    let clockUs: number | null = null;
    for (const position of positions) {
      if (topics[logicalTopic(position.topic)].read !== read) continue;
      const isMoving =
        advance?.topic === position.topic && advance.partition === position.partition;
      const own = isMoving ? advance.clockUs : position.clockUs;
      if (own !== null && (clockUs === null || own > clockUs)) clockUs = own;
    }
    return clockUs === null ? null : Math.floor(clockUs / 1000);
  };
  return {
    partitionClockMs: clockMs('keyed'),
    broadcastClockMs: clockMs('broadcast'),
    wallClockMs: Math.floor(nowUs / 1000),
  };
}
