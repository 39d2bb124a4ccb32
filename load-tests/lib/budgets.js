/**
 * What users may feel, as thresholds of k6. Budgets B1, B3 and B4 of the performance targets; `docs/capacity.md` says where they come
 * from. Milliseconds.
 */

/** The generator kept up: else no latency of the run is one (M3). */
const onTime = { dropped_iterations: ['count==0'] };
const checked = { checks: ['rate>0.999'] };

/** B3: reads from the online store. */
export const reads = {
  ...onTime,
  ...checked,
  'http_req_duration{name:read-one,scenario:reads}': ['med<1', 'p(99)<3'],
};
/** B4: any route. @param {readonly string[]} names of calls */
export const anyRoute = (...names) => ({
  ...checked,
  ...Object.fromEntries(names.map((name) => [`http_req_duration{name:${name}}`, ['p(99)<200']])),
});
/** PF32: a short text is scored within 10 ms, batches as any route. */
export const predictions = {
  ...onTime,
  ...anyRoute('predict-batch'),
  'http_req_duration{name:predict-one}': ['p(99)<10'],
};
/** Nothing valid is refused; back-pressure is no fault. */
export const ingest = {
  ...onTime,
  ...anyRoute('ingest'),
  gw_items_accepted: ['count>0'],
  gw_items_refused: ['count==0'],
};
/** Nothing is lost on a socket, whatever the load. */
export const continuity = {
  gw_frames: ['count>0'],
  gw_frames_lost: ['count==0'],
  gw_socket_faults: ['count==0'],
};
/**
 * B1 and 100 ms: a frame per client each 100 ms is the design, so an update waits 50 ms on average and 100 ms at most beyond the
 * path's own 50 (p99) and 150 (p99.9).
 */
export const live = {
  ...continuity,
  gw_ingest_to_socket: ['p(99)<150', 'p(99.9)<250'],
  gw_generator_lag: ['p(99)<5'],
};
