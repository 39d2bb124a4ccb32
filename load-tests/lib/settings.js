/** What a run was asked for, from the variables that `npm run load` sets. */

/** @param {string} name */
function demanded(name) {
  const value = __ENV[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: npm run load`);
  return value;
}

/** @param {string} name @param {number} otherwise */
const number = (name, otherwise) => Number(__ENV[name] ?? otherwise);

export const urls = {
  api: demanded('API_URL'),
  live: demanded('LIVE_URL'),
  ingest: demanded('INGEST_URL'),
  issuer: __ENV['ISSUER_URL'] ?? '',
};

/** A token of a target that has no development issuer. */
export const givenToken = __ENV['LOAD_TOKEN'] ?? '';

export const ingest = {
  sender: __ENV['INGEST_SENDER'] ?? 'world-broker',
  secret: __ENV['INGEST_SECRET'] ?? '',
};

/** Names this run in the ids of what it sends. */
export const runId = __ENV['RUN_ID'] ?? 'run';

/** How long the load is on. */
export const seconds = number('SECONDS', 30);
/** Arrivals a second; each scenario says of what. */
export const rate = number('RATE', 10);
/** Sockets at once. */
export const sockets = number('SOCKETS', 50);
/** Seed of every choice. */
export const seed = number('SEED', 1);
