/** Shapes of load as stages of k6's ramping executors. Pure. */

/** @typedef {{ readonly target: number, readonly duration: string }} Stage */

const PERIOD_S = 20;
const BURST_S = 2;
const BURST_FACTOR = 10;

/** @param {number} target @param {number} seconds @returns {Stage} */
const stage = (target, seconds) => ({ target, duration: `${String(seconds)}s` });

/**
 * W5: `rate` with ten times as much for the last 2 s of every 20 s. A stage of no length is a step.
 * @param {number} rate
 * @param {number} seconds rounded up to whole periods
 * @returns {Stage[]}
 */
export function burstStages(rate, seconds) {
  const periods = Math.max(1, Math.ceil(seconds / PERIOD_S));
  return Array.from({ length: periods }, () => [
    stage(rate, PERIOD_S - BURST_S),
    stage(rate * BURST_FACTOR, 0),
    stage(rate * BURST_FACTOR, BURST_S),
    stage(rate, 0),
  ]).flat();
}

/**
 * The opening bell: a tenth, then within a sixth of the time the whole, which stays for half of it, then half.
 * @param {number} peak
 * @param {number} seconds
 * @returns {Stage[]}
 */
export function openingStages(peak, seconds) {
  const part = Math.max(1, Math.round(seconds / 6));
  return [
    stage(Math.ceil(peak / 10), part),
    stage(peak, part),
    stage(peak, 3 * part),
    stage(Math.ceil(peak / 2), part),
  ];
}
