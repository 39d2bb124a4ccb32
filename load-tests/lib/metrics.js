/** What k6 does not measure by itself. Names start with `gw_`; times are milliseconds. */

import { Counter, Rate, Trend } from 'k6/metrics';

/** Frames of the live socket. */
export const frames = new Counter('gw_frames');
export const items = new Counter('gw_items');
/** Frames that did not join on: something was lost. */
export const lostFrames = new Counter('gw_frames_lost');
/** Price items, from the venue's time to the socket; includes up to 100 ms of conflation by design. */
export const eventToSocket = new Trend('gw_event_to_socket', true);
/** Price items, from their acceptance by the platform to the socket. */
export const ingestToSocket = new Trend('gw_ingest_to_socket', true);
/** From the request to the acknowledgement. */
export const subscribeTime = new Trend('gw_subscribe', true);
/** From opening a socket to the last acknowledgement of its channels. */
export const joinTime = new Trend('gw_join', true);
/** Joined again with every channel resumed from its cursor. */
export const resumed = new Rate('gw_resumed');
/** Handshakes or subscriptions refused, sockets that closed unasked; a check says which. */
export const socketFaults = new Counter('gw_socket_faults');
/** How late a timer of the generator itself was: beyond 5 ms its latencies say little (M3). */
export const generatorLag = new Trend('gw_generator_lag', true);

/** Transactions accepted, and accepted again when a request was repeated. */
export const accepted = new Counter('gw_items_accepted');
/** Valid items that were refused. */
export const refused = new Counter('gw_items_refused');
/** Requests that were asked to come again later (429, 503): back-pressure, nothing is lost by it. */
export const pushedBack = new Counter('gw_pushed_back');
/** Requests that had no answer and were sent again, as a sender does: the same id books nothing twice. */
export const repeated = new Counter('gw_repeated');
/** From the last request to an empty backlog of every consumer. */
export const drainTime = new Trend('gw_drain', true);
