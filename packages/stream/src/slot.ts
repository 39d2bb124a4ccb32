import { Mutex } from './mutex.ts';
import type { TopicPartition } from './ports.ts';
import type { Position } from './store.ts';
import type { Task } from './task.ts';

/**
 * One assigned task of one generation of the group. Lifecycle: acquiring (no task) -> running -> (fenced or failed -> acquiring)* -> dropped
 * with its generation, or stopped until the next assignment.
 */
export interface Slot {
  readonly number: number;
  /** Serialises whatever is done with the task. */
  readonly mutex: Mutex;
  task: Task | null;
  stopped: Error | null;
  lastRecordUs: number;
  /** Fences in a row. */
  fences: number;
}

export function createSlot(number: number, nowUs: number): Slot {
  return { number, mutex: new Mutex(), task: null, stopped: null, lastRecordUs: nowUs, fences: 0 };
}

/** Where to fetch: keyed partitions at their task's position, broadcast ones at the least of all tasks. */
export function leastPositions(
  slots: Iterable<Slot>,
): readonly (TopicPartition & { readonly nextOffset: bigint })[] {
  const least = new Map<string, Position>();
  for (const { task } of slots) {
    for (const position of task?.lease.positions ?? []) {
      const key = `${position.topic}/${position.partition}`;
      const known = least.get(key);
      if (known === undefined || position.nextOffset < known.nextOffset) least.set(key, position);
    }
  }
  return [...least.values()];
}
