import { parseArgs } from 'node:util';
import { LoadError } from './errors.ts';
import { scenarios, type Scenario } from './scenarios.ts';

export const doors = ['api', 'live', 'ingest', 'issuer'] as const;
export type Door = (typeof doors)[number];
/** Addresses of a target; the issuer is absent where a token is given. */
export type Urls = Readonly<Partial<Record<Door, string>>>;

export interface LoadOptions {
  readonly scenario: Scenario;
  /** Seconds of load. */
  readonly seconds: number;
  readonly rate: number;
  readonly sockets: number;
  /** Events a second of the synthetic world; undefined = its own default. */
  readonly worldRate: number | undefined;
  readonly seed: number;
  /** Given by name; empty = a running `npm start`, or what this run starts. */
  readonly urls: Urls;
  readonly useRunning: boolean;
}

export const helpText = `Usage: npm run load -- <scenario> [options]

Runs one k6 scenario of load-tests/scenarios against a platform that it starts for
the run (free ports, data of its own, the limits per caller raised), and writes a JSON
and an HTML report to load-tests/results/<scenario>/. Ends by itself.

${scenarios.map(({ name, what }) => `  ${name.padEnd(16)} ${what}`).join('\n')}

  --duration 90s|5m|1h   how long the load is on
  --rate N               arrivals a second (of what: --list)
  --sockets N            live sockets at once
  --world-rate N         events a second of the synthetic world
  --seed N               seed of all choices (default 1)
  --running              use the platform that npm start runs; its limits per caller hold
  --url name=address     a platform elsewhere: ${doors.join(', ')}; needs at least the first three.
                         LOAD_TOKEN instead of the issuer; INGEST_SECRET, INGEST_SENDER
  --yes-not-loopback     I may put load on that address
  --list                 scenarios with their defaults
  --help                 this text

Exit code: 0 every threshold held; 1 it could not be carried out; 2 wrong use; 99 a threshold failed.
`;

export const listText = `${scenarios
  .map(
    ({ name, seconds, rate, rateOf, sockets }) =>
      `${name.padEnd(16)} ${String(seconds).padStart(6)} s  rate ${String(rate).padStart(4)} (${rateOf})${sockets > 0 ? `, ${String(sockets)} sockets` : ''}`,
  )
  .join('\n')}\n`;

/** @throws LoadError in one sentence for options that make no sense */
export function parseLoadOptions(argv: readonly string[]): LoadOptions | 'help' | 'list' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  if (values.list === true) return 'list';
  const [name, ...rest] = positionals;
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined || rest.length > 0) {
    throw new LoadError(
      `Name one scenario: ${scenarios.map((one) => one.name).join(', ')}; npm run load -- --help.`,
    );
  }
  const urls = urlsOf(values.url ?? []);
  if (Object.keys(urls).length > 0 && values.running === true) {
    throw new LoadError('--running and --url name two targets: choose one.');
  }
  refuseForeign(urls, values['yes-not-loopback'] === true);
  return {
    scenario,
    seconds: values.duration === undefined ? scenario.seconds : secondsOf(values.duration),
    rate: whole('--rate', values.rate) ?? scenario.rate,
    sockets: whole('--sockets', values.sockets) ?? scenario.sockets,
    worldRate: whole('--world-rate', values['world-rate']),
    seed: whole('--seed', values.seed) ?? 1,
    urls,
    useRunning: values.running ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        list: { type: 'boolean' },
        duration: { type: 'string' },
        rate: { type: 'string' },
        sockets: { type: 'string' },
        'world-rate': { type: 'string' },
        seed: { type: 'string' },
        running: { type: 'boolean' },
        url: { type: 'string', multiple: true },
        'yes-not-loopback': { type: 'boolean' },
      },
    });
  } catch (cause) {
    const [why] = (cause as Error).message.split('. ');
    throw new LoadError(`${String(why)}: npm run load -- --help lists the options.`, cause);
  }
}

function secondsOf(text: string): number {
  const [, digits, unit = 's'] = /^([1-9]\d{0,6})(s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) throw new LoadError('--duration wants 90s, 5m or 1h.');
  return Number(digits) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
}

function whole(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new LoadError(`${option} wants a whole number above 0.`);
  return Number(text);
}

function urlsOf(pairs: readonly string[]): Urls {
  const urls = Object.fromEntries(
    pairs.map((pair) => {
      const [, name = '', address = ''] = /^(\w+)=(https?:\/\/\S+)$/.exec(pair) ?? [];
      if (!(doors as readonly string[]).includes(name) || !URL.canParse(address)) {
        throw new LoadError(`--url wants ${doors.join('|')}=http(s)://..., not ${pair}.`);
      }
      return [name, address.replace(/\/$/, '')];
    }),
  ) as Urls;
  const missing = pairs.length === 0 ? [] : doors.slice(0, 3).filter((door) => !urls[door]);
  if (missing.length > 0) throw new LoadError(`--url is missing for ${missing.join(', ')}.`);
  return urls;
}

/** Load on a machine of somebody else is an attack unless it was agreed upon. */
function refuseForeign(urls: Urls, isAgreed: boolean): void {
  const foreign = Object.values(urls).find(
    (url) => !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname),
  );
  if (foreign !== undefined && !isAgreed) {
    throw new LoadError(
      `${foreign} is not this machine: add --yes-not-loopback if you may put load on it.`,
    );
  }
}
