import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** What the processors of this machine have done since it started, ms over all of them. */
export interface ProcessorTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

export function processorTimes(): ProcessorTimes {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    const allMs = times.user + times.nice + times.sys + times.irq + times.idle;
    totalMs += allMs;
    busyMs += allMs - times.idle;
  }
  return { busyMs, totalMs };
}

/** Share of the time between two readings in which the processors were busy, 0 to 1. */
export function busyShare(before: ProcessorTimes, after: ProcessorTimes): number {
  const totalMs = after.totalMs - before.totalMs;
  return totalMs > 0 ? (after.busyMs - before.busyMs) / totalMs : 0;
}

const CALM = 0.7;
const LOOK_MS = 5000;

/**
 * A platform that has just started works off the past of its world and compiles its code: what is measured meanwhile is the start. Waits
 * until the processors were idle for a third of five seconds.
 * @returns how busy they were in the last look; above `CALM` when the patience ended first, or `signal` ended it
 */
export async function awaitCalm(
  patienceMs: number,
  signal: AbortSignal,
  { read = processorTimes, lookMs = LOOK_MS } = {},
): Promise<number> {
  let share = 1;
  for (
    let waitedMs = 0;
    waitedMs < patienceMs && share > CALM && !signal.aborted;
    waitedMs += lookMs
  ) {
    const before = read();
    await delay(lookMs, undefined, { signal }).catch(() => undefined);
    share = busyShare(before, read());
  }
  return share;
}
