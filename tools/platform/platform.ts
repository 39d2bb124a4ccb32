import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import { PlatformError, PlatformRunningError } from './errors.ts';
import { awaitExternal, externalAddress, redacted } from './external.ts';
import { Guard } from './guard.ts';
import { isProcessAlive, tryLock } from './lock.ts';
import { createKafkaPart } from './parts/kafka.ts';
import type { Part, PartContext } from './parts/part.ts';
import { createPostgresPart } from './parts/postgres.ts';
import { createRedisPart } from './parts/redis.ts';
import { createRegistryPart } from './parts/registry.ts';
import { defaultPartsDir, type StatePaths, statePaths } from './paths.ts';
import { defaultPorts, PortPicker } from './ports.ts';
import { type LaunchSpec, ManagedProcess } from './process.ts';
import { readRun, writeRun } from './run-file.ts';
import {
  type PartName,
  partNames,
  type PartStatus,
  type Platform,
  type PlatformOptions,
  type ProcessState,
} from './types.ts';

/** A part with the process that runs it. */
interface Running {
  readonly part: Part;
  readonly process: ManagedProcess;
  spec?: LaunchSpec;
  state: ProcessState;
  readyAfterMs?: number;
}

/**
 * Starts the parts that are asked for and that the environment does not name, each as soon as what it needs serves.
 * Resolves when all of them serve.
 *
 * @throws PlatformRunningError when another process runs a platform in the same folder
 * @throws PlatformError when a part cannot be started; everything that was started is stopped first
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const paths = statePaths(options.stateDir);
  const lock = tryLock(paths.lock);
  if ('holder' in lock) throw new PlatformRunningError(lock.holder.pid, paths.dir);
  await leftoversGone(paths);

  const startedAtMs = Date.now();
  const wanted = options.only ?? partNames;
  const addressByPart = new Map<PartName, string>();
  const running = new Map<PartName, Running>();
  const guard = options.guard ?? new Guard();
  const preparing = new AbortController();
  const cancel = () => {
    preparing.abort();
  };
  options.signal?.addEventListener('abort', cancel);

  const progress = (name: PartName, state: ProcessState, detail?: string) => {
    const entry = running.get(name);
    if (entry !== undefined) {
      entry.state = state;
      if (state === 'ready') {
        entry.readyAfterMs ??= Date.now() - startedAtMs;
        writeRun(paths, Object.fromEntries(addressByPart), pids());
      }
    }
    const address = state === 'ready' || state === 'external' ? addressByPart.get(name) : undefined;
    const text = address === undefined ? detail : redacted(address);
    options.onProgress?.({ name, state, ...(text === undefined ? {} : { detail: text }) });
  };
  const pids = () =>
    Object.fromEntries([...running].map(([name, { process }]) => [name, process.pid]));

  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll());
  const stopAll = async () => {
    preparing.abort();
    options.signal?.removeEventListener('abort', cancel);
    // What others need stops last.
    const needed = new Set([...running.values()].flatMap(({ part }) => part.needs));
    const stopThose = async (isNeeded: boolean) => {
      const those = [...running.values()].filter(({ part }) => needed.has(part.name) === isNeeded);
      await Promise.all(those.map(async ({ process, spec }) => spec && process.stop(spec)));
    };
    await stopThose(false);
    await stopThose(true);
    if (options.guard === undefined) guard.close();
    fs.rmSync(paths.run, { force: true });
    lock.release();
  };

  try {
    const parts = await plan(wanted, options, paths, preparing.signal, progress);
    for (const part of parts) {
      const process = new ManagedProcess(part.name, path.join(paths.logs, `${part.name}.log`), {
        guard,
        onProgress: ({ state, detail }) => {
          progress(part.name, state, detail);
        },
        onFatal: (error) => options.onFatal?.(error),
      });
      running.set(part.name, { part, process, state: 'waiting' });
      addressByPart.set(part.name, part.address);
    }
    for (const name of wanted) {
      const address = externalAddress(name, options.env);
      if (address !== undefined) addressByPart.set(name, address);
    }
    if (options.signal?.aborted === true) cancel();
    await startAll(running, wanted, options.env, preparing.signal, progress);
  } catch (error) {
    await stop();
    throw error;
  }

  const localPart = (name: PartName): Running & { spec: LaunchSpec } => {
    const entry = running.get(name);
    if (entry?.spec === undefined)
      throw new PlatformError(`${name} was not started by this platform.`);
    return entry as Running & { spec: LaunchSpec };
  };

  return {
    kafkaBrokers: addressByPart.get('kafka') ?? '',
    schemaRegistryUrl: addressByPart.get('registry') ?? '',
    databaseUrl: addressByPart.get('postgres') ?? '',
    redisUrl: addressByPart.get('redis') ?? '',
    get parts() {
      return [...addressByPart].map(([name, address]) =>
        statusOf(name, address, running.get(name)),
      );
    },
    stop,
    kill: (name, signal) => {
      localPart(name).process.signal(signal);
    },
    halt: (name) => localPart(name).process.stop(localPart(name).spec),
    restart: async (name) => {
      const { process, spec } = localPart(name);
      await process.stop(spec);
      await process.start(spec);
    },
    pid: (name) => running.get(name)?.process.pid,
  };
}

/** The parts to start here: those asked for and not named by the environment, and what these need. */
async function plan(
  wanted: readonly PartName[],
  options: PlatformOptions,
  paths: StatePaths,
  signal: AbortSignal,
  progress: (name: PartName, state: ProcessState, detail?: string) => void,
): Promise<readonly Part[]> {
  const ports = new PortPicker(options.ports ?? 'default', Object.values(defaultPorts));
  const partsDir = path.resolve(options.partsDir ?? defaultPartsDir);
  const isLocal = (name: PartName) =>
    wanted.includes(name) && externalAddress(name, options.env) === undefined;
  const context = (name: PartName): PartContext => ({
    paths,
    partsDir,
    env: options.env,
    signal,
    report: (state, detail) => {
      progress(name, state, detail);
    },
  });

  const parts: Part[] = [];
  if (isLocal('kafka')) {
    const port = await ports.pick(defaultPorts.kafka);
    const controllerPort = await ports.pick(defaultPorts.controller);
    parts.push(createKafkaPart(context('kafka'), port, controllerPort));
  }
  // The registry keeps its schemas in a Postgres of its own making even where DATABASE_URL names another one.
  if (isLocal('postgres') || isLocal('registry')) {
    const port = await ports.pick(defaultPorts.postgres);
    parts.push(createPostgresPart(context('postgres'), port));
    if (isLocal('registry')) {
      const registryPort = await ports.pick(defaultPorts.registry);
      parts.push(createRegistryPart(context('registry'), registryPort, port));
    }
  }
  if (isLocal('redis'))
    parts.push(createRedisPart(context('redis'), await ports.pick(defaultPorts.redis)));
  return parts.toSorted((a, b) => partNames.indexOf(a.name) - partNames.indexOf(b.name));
}

/** Prepares all parts side by side and starts each when what it needs serves. */
async function startAll(
  running: ReadonlyMap<PartName, Running>,
  wanted: readonly PartName[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  progress: (name: PartName, state: ProcessState) => void,
): Promise<void> {
  const ready = new Map<PartName, Promise<void>>();
  const startOne = async (entry: Running) => {
    const { part, process } = entry;
    progress(part.name, 'preparing');
    const spec = await part.prepare();
    await Promise.all(part.needs.flatMap((name) => ready.get(name) ?? []));
    signal.throwIfAborted();
    entry.spec = spec;
    await process.start(spec);
  };
  const useExternal = async (name: PartName, address: string) => {
    await awaitExternal(name, address, signal);
    progress(name, 'external');
  };
  for (const [name, entry] of running) ready.set(name, startOne(entry));
  const external = wanted.map((name) => {
    const address = externalAddress(name, env);
    return address === undefined ? undefined : useExternal(name, address);
  });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new PlatformError('The start was stopped.'));
    });
  });
  await Promise.race([Promise.all([...ready.values(), ...external]), aborted]);
}

function statusOf(name: PartName, address: string, entry: Running | undefined): PartStatus {
  if (entry === undefined) return { name, address, state: 'external' };
  const { state, process, readyAfterMs } = entry;
  return {
    name,
    address,
    state,
    logFile: process.logFile,
    ...(process.pid === undefined ? {} : { pid: process.pid }),
    ...(readyAfterMs === undefined ? {} : { readyAfterMs }),
  };
}

/** After a `kill -9` of the last supervisor its guard needs a moment to end the parts, which still hold their data. */
async function leftoversGone(paths: StatePaths): Promise<void> {
  const pids = Object.values(readRun(paths)?.pids ?? {});
  const deadlineMs = Date.now() + 8000;
  while (pids.some(isProcessAlive) && Date.now() < deadlineMs) await delay(100);
  fs.rmSync(paths.run, { force: true });
}
