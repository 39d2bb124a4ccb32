/** What one virtual user of a mixed scenario does. Its random numbers are its own: the same seed gives the same visits. */

import { predict, sendTransactions } from './calls.js';
import { joinCrowd, leaveAfter, usersFor } from './crowd.js';
import { postText } from './posts.js';
import { seeded } from './random.js';
import { seconds, seed } from './settings.js';

/** No two users number a transaction alike. */
const NUMBERS_PER_USER = 1_000_000;

/** @type {(() => number) | undefined} */
let random;

/** This user's random numbers, from 0 to 1. */
export const chance = () => (random ??= seeded(seed * 1000 + __VU))();

/** @param {readonly string[]} symbols @param {number} items of the one request */
export function sendOrders(symbols, items) {
  return sendTransactions(__VU * NUMBERS_PER_USER + __ITER, items, symbols, Date.now());
}

export function scoreText() {
  predict([postText(chance)]);
}

/**
 * This user's share of the sockets, from the start to the end of the run. Users of other scenarios have numbers too: the share goes by
 * who came, not by number.
 * @param {import('./world.js').World} world
 * @param {number} [overMs] how long they take to join
 */
export function watchToTheEnd(world, overMs) {
  const share = { user: (__VU - 1) % usersFor(), ...(overMs === undefined ? {} : { overMs }) };
  leaveAfter(joinCrowd(world, share), seconds * 1000);
}
