import { parseArgs } from 'node:util';
import { PlatformError } from './errors.ts';
import type { ServiceSpec, StepSpec } from './services.ts';
import { type PartName, partNames } from './types.ts';

export interface StartOptions {
  readonly help: boolean;
  readonly world: boolean;
  /** Also a Prometheus with our rules, and canaries. */
  readonly observability: boolean;
  /** Events per second of the synthetic world; undefined = its own default. */
  readonly rate: number | undefined;
  readonly seed: number;
  /** Parts and services; undefined = all. */
  readonly only: readonly string[] | undefined;
  readonly stateDir: string | undefined;
  readonly ports: 'default' | 'free';
}

export const helpText = `Usage: npm start -- [options]

Starts Kafka, the schema registry, Postgres, Redis, every service and a synthetic
world, and prints where to look. Ctrl-C stops it all; a second Ctrl-C at once.

  --no-world        without the synthetic world
  --observability   also a Prometheus that scrapes it and knows our alerts, and canary events
  --rate N          events per second of the synthetic world
  --seed N          seed of the synthetic world (default 1)
  --only a,b        only these parts (${partNames.join(', ')}) or services,
                    and what these need; parts alone run neither migrations nor services
  --state-dir DIR   keep data and logs there (default .groundswell)
  --free-ports      take any free ports instead of the documented ones
  --help            this text

Environment: KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL and REDIS_URL name parts
that already run; SOURCES=coinbase takes live feeds instead of the synthetic ones.
`;

/** @throws PlatformError in one sentence for options that make no sense */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const values = parse(argv);
  return {
    help: values.help ?? false,
    world: values['no-world'] !== true,
    observability: values.observability ?? false,
    rate: wholeNumber('--rate', values.rate, 1),
    seed: wholeNumber('--seed', values.seed, 0) ?? 1,
    only: values.only
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    stateDir: values['state-dir'],
    ports: values['free-ports'] === true ? 'free' : 'default',
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h' },
        'no-world': { type: 'boolean' },
        rate: { type: 'string' },
        seed: { type: 'string' },
        only: { type: 'string' },
        'state-dir': { type: 'string' },
        'free-ports': { type: 'boolean' },
        observability: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    const [why] = (cause as Error).message.split('. ');
    throw new PlatformError(`${why}: npm start -- --help lists the options.`, cause);
  }
}

function wholeNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new PlatformError(
      `${option} wants a whole number of at least ${least}, not ${JSON.stringify(text)}.`,
    );
  }
  return value;
}

/** What one start runs. */
export interface StartPlan {
  readonly parts: readonly PartName[];
  readonly steps: readonly StepSpec[];
  /** In an order in which each comes after those it depends on. */
  readonly services: readonly ServiceSpec[];
}

/** Chooses what to run. @throws PlatformError for an unknown name or a circle of dependencies */
export function planStart(
  options: Pick<StartOptions, 'only' | 'world'> & Partial<Pick<StartOptions, 'observability'>>,
  all: { readonly services: readonly ServiceSpec[]; readonly steps: readonly StepSpec[] },
): StartPlan {
  const { only } = options;
  const known = new Map(all.services.map((service) => [service.name, service]));
  const isPart = (name: string): name is PartName =>
    (partNames as readonly string[]).includes(name);
  const unknown = only?.find((name) => !isPart(name) && !known.has(name));
  if (unknown !== undefined) {
    throw new PlatformError(
      `--only: ${unknown} is neither a part (${partNames.join(', ')}) nor a service (${[...known.keys()].join(', ')}).`,
    );
  }
  const isWanted = ({ isWorld, isObservability }: ServiceSpec): boolean =>
    (options.world || isWorld !== true) &&
    (options.observability === true || isObservability !== true);
  const chosen = all.services
    .filter((service) => only?.includes(service.name) ?? isWanted(service))
    .map(({ name }) => name);
  const services = inOrder(chosen, known);
  // A service finds its topics and tables made; somebody who wants parts alone makes them himself.
  const steps = services.length === 0 ? [] : all.steps;
  const parts = new Set([
    ...(only ?? partNames).filter(isPart),
    ...[...services, ...steps].flatMap((s) => s.needs),
  ]);
  return { parts: partNames.filter((name) => parts.has(name)), steps, services };
}

/** The named services and all they depend on, dependencies first. */
function inOrder(
  names: readonly string[],
  known: ReadonlyMap<string, ServiceSpec>,
): readonly ServiceSpec[] {
  const ordered = new Set<ServiceSpec>();
  const visit = (name: string, path: readonly string[]) => {
    const service = known.get(name);
    if (service === undefined)
      throw new PlatformError(`${path.at(-1)} depends on ${name}, which does not exist.`);
    if (path.includes(name))
      throw new PlatformError(`Services depend on each other: ${[...path, name].join(' -> ')}.`);
    if (ordered.has(service)) return;
    for (const dependency of service.dependsOn) visit(dependency, [...path, name]);
    ordered.add(service);
  };
  for (const name of names) visit(name, []);
  return [...ordered];
}
