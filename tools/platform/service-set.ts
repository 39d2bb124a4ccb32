import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PlatformError } from './errors.ts';
import { repositoryDir } from './paths.ts';
import type { PortPicker } from './ports.ts';
import { httpAnswers } from './probes.ts';
import { type LaunchSpec, ManagedProcess, type ProcessDeps } from './process.ts';
import type { ServiceEnvContext, ServiceSpec, StepSpec } from './services.ts';

/** Services that start side by side: each needs a second of a processor, and there may be only two. */
const startsAtOnce = 3;
/** A service drains for at most this long, below the time after which the supervisor kills it. */
const drainMs = 5000;

export interface ServiceSetOptions {
  readonly logsDir: string;
  readonly deps: ProcessDeps;
  readonly ports: PortPicker;
  /** What every service gets: addresses of the parts and the rest of the environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly context: Omit<ServiceEnvContext, 'hostOf'>;
}

export interface ServiceSet {
  /** `http://host:port` by service. */
  readonly urls: Readonly<Record<string, string>>;
  /** Starts each service once those it depends on serve. @throws PlatformError when one is given up */
  start(): Promise<void>;
  /** Stops each service once those that depend on it have stopped. */
  stop(): Promise<void>;
}

/** The services to run, dependencies first, out of all that exist; ports are picked here, so that all know of each other. */
export async function createServiceSet(
  specs: readonly ServiceSpec[],
  all: readonly ServiceSpec[],
  options: ServiceSetOptions,
): Promise<ServiceSet> {
  const portsByService = new Map<string, Record<string, number>>();
  for (const { name, ports } of specs) {
    const picked: Record<string, number> = {};
    for (const [variable, port] of Object.entries(ports))
      picked[variable] = await options.ports.pick(port);
    portsByService.set(name, picked);
  }
  const hostOf = (service: string, variable = 'PORT') => {
    // A service that is not run here has its documented address: a developer may run it by hand.
    const ports = portsByService.get(service) ?? all.find(({ name }) => name === service)?.ports;
    const port = ports?.[variable];
    if (port === undefined)
      throw new PlatformError(`No service ${service} has a port ${variable}.`);
    return `127.0.0.1:${port}`;
  };
  const members = specs.map((spec) => ({
    spec,
    process: new ManagedProcess(
      spec.name,
      path.join(options.logsDir, `${spec.name}.log`),
      options.deps,
    ),
    launch: launchOf(spec, portsByService.get(spec.name) ?? {}, options, hostOf),
  }));
  const slots = createSlots(startsAtOnce);

  return {
    urls: Object.fromEntries(specs.map(({ name }) => [name, `http://${hostOf(name)}`])),
    async start() {
      const ready = new Map<string, Promise<void>>();
      for (const { spec, process, launch } of members) {
        const dependencies = spec.dependsOn.flatMap((name) => ready.get(name) ?? []);
        ready.set(
          spec.name,
          Promise.all(dependencies).then(() => slots(() => process.start(launch))),
        );
      }
      await Promise.all(ready.values());
    },
    async stop() {
      const stopped = new Map<string, Promise<void>>();
      for (const { spec, process, launch } of members.toReversed()) {
        const dependents = specs
          .filter(({ dependsOn }) => dependsOn.includes(spec.name))
          .flatMap(({ name }) => stopped.get(name) ?? []);
        stopped.set(
          spec.name,
          Promise.all(dependents).then(() => process.stop(launch)),
        );
      }
      await Promise.all(stopped.values());
    },
  };
}

/** Runs a step to its end. @throws PlatformError with its last words when it fails */
export async function runStep(
  step: StepSpec,
  env: NodeJS.ProcessEnv,
  logsDir: string,
  signal: AbortSignal,
): Promise<void> {
  const logFile = path.join(logsDir, `${step.name}.log`);
  fs.mkdirSync(logsDir, { recursive: true });
  const log = fs.openSync(logFile, 'w');
  try {
    const child = spawn(process.execPath, nodeArgs(step.entry), {
      cwd: repositoryDir,
      env,
      signal,
      stdio: ['ignore', log, log],
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code === 0) return;
  } finally {
    fs.closeSync(log);
  }
  const tail = fs.readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  throw new PlatformError(`${step.name} failed; log: ${logFile}\n${tail}`);
}

/** V8 sizes its heap by the machine: unasked, a dozen services let garbage pile up to gigabytes. MB. */
const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=8'];

function launchOf(
  spec: ServiceSpec,
  ports: Readonly<Record<string, number>>,
  options: ServiceSetOptions,
  hostOf: ServiceEnvContext['hostOf'],
): LaunchSpec {
  const portVariables = Object.entries(ports).map(
    ([variable, port]) => [variable, String(port)] as const,
  );
  return {
    command: process.execPath,
    args: [...HEAP, ...nodeArgs(spec.entry)],
    env: {
      ...options.env,
      GW_LANE: 'live',
      SHUTDOWN_MS: String(drainMs),
      ...Object.fromEntries(portVariables),
      ...spec.env?.({ ...options.context, hostOf }),
    },
    cwd: repositoryDir,
    probe: () => httpAnswers(`http://${hostOf(spec.name)}/health/ready`),
    readyWithinMs: 60_000,
    stopSignal: 'SIGTERM',
    stopWithinMs: drainMs + 1000,
  };
}

function nodeArgs(entry: string): readonly string[] {
  return ['--conditions=@groundswell/source', path.resolve(repositoryDir, entry)];
}

/** @throws PlatformError when a program to run does not exist */
export function requireEntries(
  specs: readonly { readonly name: string; readonly entry: string }[],
): void {
  const missing = specs.filter(({ entry }) => !fs.existsSync(path.resolve(repositoryDir, entry)));
  if (missing.length > 0) {
    throw new PlatformError(
      `There is nothing to run for ${missing.map(({ name, entry }) => `${name} (${entry})`).join(', ')}.`,
    );
  }
}

/** Lets only so many pieces of work run at once; the others wait in order. */
function createSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve)); // takes over the slot of the one that ends
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
