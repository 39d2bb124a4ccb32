/** Many sockets in few virtual users: a user of k6 is a whole JavaScript engine, a socket only an entry in its event loop. */

import { watchLag } from './generator-lag.js';
import { LiveClient } from './live-client.js';
import { sockets } from './settings.js';
import { channelsOf } from './world.js';

const SOCKETS_PER_USER = 25;
const JOIN_MS = 5000;

/** Users that hold all sockets of the run. @param {number} [count] sockets */
export const usersFor = (count = sockets) => Math.ceil(count / SOCKETS_PER_USER);

/**
 * Opens this user's share of the sockets, spread over a while; ages count from twice that on.
 * @param {import('./world.js').World} world
 * @param {{ readonly user: number, readonly count?: number, readonly overMs?: number }} share `user` from 0
 * @returns {LiveClient[]}
 */
export function joinCrowd(world, { user, count = sockets, overMs = JOIN_MS }) {
  const first = user * SOCKETS_PER_USER;
  const own = Math.max(0, Math.min(SOCKETS_PER_USER, count - first));
  const quietUntilMs = Date.now() + 2 * overMs;
  return Array.from({ length: own }, (_, index) => {
    const client = new LiveClient(channelsOf(world, first + index), quietUntilMs);
    setTimeout(
      () => {
        client.open();
      },
      (index / SOCKETS_PER_USER) * overMs,
    );
    return client;
  });
}

/**
 * Ends everything after a while, so that the iteration ends.
 * @param {readonly LiveClient[]} clients
 * @param {number} afterMs
 */
export function leaveAfter(clients, afterMs) {
  const stopWatching = watchLag();
  setTimeout(() => {
    for (const client of clients) client.drop();
    stopWatching();
  }, afterMs);
}
