/** The scenarios of `load-tests/scenarios`, with what they take. Rates and sockets suit a laptop; docs/capacity.md says how to scale. */
export interface Scenario {
  readonly name: string;
  /** One line for the list. */
  readonly what: string;
  /** How long the load is on, s. */
  readonly seconds: number;
  /** Arrivals a second, and of what. */
  readonly rate: number;
  readonly rateOf: string;
  /** Live sockets at once; 0: it has none, or a fixed number. */
  readonly sockets: number;
  /** How long it waits for a calm machine at most, s: 0 where nothing is timed. */
  readonly patienceSeconds: number;
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'smoke',
    what: 'every door once, a socket that leaves and comes back',
    seconds: 10,
    rate: 1,
    rateOf: 'fixed',
    sockets: 0,
    patienceSeconds: 0,
  },
  {
    name: 'features-read',
    what: 'online reads at a fixed rate, then a hundred users at once',
    seconds: 60,
    rate: 100,
    rateOf: 'requests',
    sockets: 0,
    patienceSeconds: 180,
  },
  {
    name: 'predict',
    what: 'texts to score, nine short ones for one batch of 32',
    seconds: 60,
    rate: 50,
    rateOf: 'requests',
    sockets: 0,
    patienceSeconds: 180,
  },
  {
    name: 'ingest-burst',
    what: 'signed transactions with ten times as many for 2 s of every 20 s, and how long the backlog lasts',
    seconds: 60,
    rate: 5,
    rateOf: 'requests of 20 items',
    sockets: 0,
    patienceSeconds: 180,
  },
  {
    name: 'socket-fan-out',
    what: 'sockets with twenty channels each: nothing missing, and how old what arrives is',
    seconds: 60,
    rate: 0,
    rateOf: 'set by --world-rate',
    sockets: 200,
    patienceSeconds: 180,
  },
  {
    name: 'reconnect-storm',
    what: 'all sockets lost at once and back at once, every 8 s',
    seconds: 60,
    rate: 0,
    rateOf: 'set by --world-rate',
    sockets: 200,
    patienceSeconds: 180,
  },
  {
    name: 'market-open',
    what: 'sockets, reads, orders and texts that all come within minutes',
    seconds: 180,
    rate: 100,
    rateOf: 'reads at the peak',
    sockets: 200,
    patienceSeconds: 180,
  },
  {
    name: 'soak',
    what: 'an ordinary day, for hours: memory and latency must not grow',
    seconds: 4 * 3600,
    rate: 20,
    rateOf: 'reads',
    sockets: 50,
    patienceSeconds: 180,
  },
];
