/**
 * `npm run bench`: ratios to a baseline in the same run, and latency. Starts Kafka, registry, Postgres and Redis of its own unless the
 * environment names them. docs/performance.md explains the numbers.
 *
 *   npm run bench -- [consume|latency|sentiment|gateway|sinks] [--rounds n] [--events n] [--seconds n] [--rate n] [--posts n] [--passes n]
 *     [--clients n] [--updates n] [--rows n]
 */
import { parseArgs } from 'node:util';
import { benchConsume } from './consume/bench.ts';
import { withPlatform, type PlatformEnv } from './harness/platform.ts';
import { benchGateway } from './gateway/bench.ts';
import { benchLatency } from './latency/bench.ts';
import { benchSentiment } from './sentiment/bench.ts';
import { benchSinks } from './sinks/bench.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    events: { type: 'string', default: '600000' },
    symbols: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '2000' },
    posts: { type: 'string', default: '0' },
    passes: { type: 'string', default: '150' },
    clients: { type: 'string', default: '100' },
    updates: { type: 'string', default: '10000' },
    rows: { type: 'string', default: '20000' },
  },
});
const GATEWAY_SECONDS = 3;
const SINK_PASSES = 5;

/** On the platform. */
const suites: Readonly<Record<string, (env: PlatformEnv) => Promise<string>>> = {
  consume: (env) =>
    benchConsume(env, {
      rounds: Number(values.rounds),
      events: Number(values.events),
      symbols: Number(values.symbols),
    }),
  latency: (env) =>
    benchLatency(env, {
      seconds: Number(values.seconds),
      ratePerSecond: Number(values.rate),
      postsPerSecond: Number(values.posts),
    }),
  sinks: (env) =>
    benchSinks(env, {
      rounds: Number(values.rounds),
      rows: Number(values.rows),
      passes: SINK_PASSES,
    }),
};
/** Without the platform. */
const pureSuites: Readonly<Record<string, () => Promise<string>>> = {
  gateway: () =>
    benchGateway({
      rounds: Number(values.rounds),
      clients: Number(values.clients),
      instruments: 500,
      subscriptions: 20,
      updatesPerSecond: Number(values.updates),
      seconds: GATEWAY_SECONDS,
    }),
  sentiment: () => benchSentiment({ rounds: Number(values.rounds), passes: Number(values.passes) }),
};
const names = [...Object.keys(suites), ...Object.keys(pureSuites)];
const wanted = positionals.length === 0 ? names : positionals;
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no bench ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
  process.exit(2);
}
for (const name of wanted)
  if (pureSuites[name] !== undefined) process.stdout.write(`${await pureSuites[name]()}\n`);
const onPlatform = wanted.filter((name) => Object.hasOwn(suites, name));
if (onPlatform.length > 0)
  await withPlatform(async (env) => {
    for (const name of onPlatform) process.stdout.write(`${(await suites[name]?.(env)) ?? ''}\n`);
  });
