/** Scenarios of k6 that several of ours are put together from. */

import { usersFor } from './crowd.js';
import { seconds } from './settings.js';

/** What goes on until the run ends may take this much longer to leave. */
const LEAVE_S = 30;

/**
 * The same rate from the start to the end, however long answers take (open model, M3).
 * @param {string} exec
 * @param {number} perSecond
 * @param {{ readonly users: number, readonly maxUsers: number }} limits
 */
export const atConstantRate = (exec, perSecond, { users, maxUsers }) => ({
  executor: 'constant-arrival-rate',
  rate: Math.max(1, Math.round(perSecond)),
  timeUnit: '1s',
  duration: `${String(seconds)}s`,
  preAllocatedVUs: users,
  maxVUs: maxUsers,
  exec,
});

/** Each of these users comes once and stays. @param {string} exec @param {number} [vus] all who hold sockets, by default */
export const onceToTheEnd = (exec, vus = usersFor()) => ({
  executor: 'per-vu-iterations',
  vus,
  iterations: 1,
  maxDuration: `${String(seconds + LEAVE_S)}s`,
  exec,
});
