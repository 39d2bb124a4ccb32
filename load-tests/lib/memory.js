/** Memory of the services that serve people, as they tell it themselves. */

import http from 'k6/http';
import { sleep } from 'k6';
import { Trend } from 'k6/metrics';
import { urls } from './settings.js';
import { valueOf } from './exposition.js';

/** Resident memory at the end over that when warm. */
const growth = new Trend('gw_memory_growth');
const residentMib = new Trend('gw_resident_mib');

/**
 * @param {number} warmS when everything is warm, seconds from now
 * @param {number} endS when the load is about to end
 */
export function keepMemory(warmS, endS) {
  const services = { 'serve-api': urls.api, 'serve-live': urls.live };
  sleep(warmS);
  const before = Object.entries(services).map(([name, url]) => [name, url, residentOf(url)]);
  sleep(Math.max(0, endS - warmS));
  for (const [service, url, warm] of /** @type {[string, string, number][]} */ (before)) {
    const end = residentOf(url);
    growth.add(end / warm, { service });
    residentMib.add(end / 1_048_576, { service });
  }
}

/** @param {string} url @returns {number} bytes */
function residentOf(url) {
  const text = http.get(`${url}/metrics`, { tags: { name: 'metrics' } }).body ?? '';
  return valueOf(text, 'process_resident_memory_bytes');
}
