/**
 * `npm start`: the parts, the migrations and schemas, every service and the synthetic world, as one tree of processes.
 *
 * Exit code: 0 stopped as asked, or already running; 1 something failed; 2 wrong use; 128 + signal stopped at once.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installed } from './observability/installed.ts';
import { jmxAgentOption } from './observability/jmx-agent.ts';
import { PlatformError, PlatformRunningError } from './platform/errors.ts';
import { redacted } from './platform/external.ts';
import { Guard } from './platform/guard.ts';
import { localSecrets } from './platform/local-secrets.ts';
import { groundswellDir, type StatePaths, statePaths } from './platform/paths.ts';
import { startPlatform } from './platform/platform.ts';
import { defaultPorts, PortPicker } from './platform/ports.ts';
import { Printer } from './platform/printer.ts';
import { readRun } from './platform/run-file.ts';
import { createServiceSet, requireEntries, runStep } from './platform/service-set.ts';
import { publicServices, services, steps } from './platform/services.ts';
import {
  helpText,
  parseStartOptions,
  planStart,
  type StartOptions,
  type StartPlan,
} from './platform/start-options.ts';
import { createStopSignal, type StopSignal } from './platform/stop-signal.ts';
import type { Platform } from './platform/types.ts';

const stopWithinMs = 15_000;

/** Resolves when everything has been stopped again. @throws the reason when it was not asked to stop */
async function run(options: StartOptions, plan: StartPlan, paths: StatePaths): Promise<void> {
  requireEntries([...plan.steps, ...plan.services]);
  const names = [...plan.parts, ...[...plan.steps, ...plan.services].map(({ name }) => name)];
  const printer = new Printer(process.stdout, names, paths.logs, Date.now);
  const guard = new Guard();
  const endAtOnce = (exitCode: number) => {
    guard.killAll();
    process.exit(exitCode);
  };
  const stopping = createStopSignal({
    onStop() {
      printer.settle();
      printer.note('Stopping; Ctrl-C again stops at once.');
      setTimeout(endAtOnce, stopWithinMs, 1).unref();
    },
    onSecondSignal: (signal) => {
      endAtOnce(128 + os.constants.signals[signal]);
    },
  });
  const releasers: (() => Promise<void>)[] = [];
  try {
    await startAll(options, plan, { paths, printer, guard, stopping, releasers });
    await stopping.requested;
  } catch (error) {
    if (!stopping.signal.aborted) throw error; // otherwise it is only the start that was cut short
  } finally {
    printer.settle();
    for (const release of releasers.toReversed()) await release();
    guard.close();
  }
  if (stopping.failure !== undefined) throw stopping.failure;
}

interface StartContext {
  readonly paths: StatePaths;
  readonly printer: Printer;
  readonly guard: Guard;
  readonly stopping: StopSignal;
  /** How to stop what was started, in the order of the starts. */
  readonly releasers: (() => Promise<void>)[];
}

async function startAll(
  options: StartOptions,
  plan: StartPlan,
  context: StartContext,
): Promise<void> {
  const { paths, printer, guard, stopping, releasers } = context;
  const onProgress = printer.update.bind(printer);
  const brokerMetrics = options.observability ? await watchBroker(paths, options.ports) : {};
  const platform = await startPlatform({
    stateDir: paths.dir,
    only: plan.parts,
    ports: options.ports,
    env: { ...process.env, ...brokerMetrics },
    guard,
    onProgress,
    onFatal: stopping.fail,
    signal: stopping.signal,
  });
  releasers.push(platform.stop);
  const env = { ...process.env, ...brokerMetrics, ...addressVariables(platform) };

  await Promise.all(
    plan.steps.map(async (step) => {
      onProgress({ name: step.name, state: 'starting' });
      await runStep(step, env, paths.logs, stopping.signal);
      onProgress({ name: step.name, state: 'ready' });
    }),
  );

  const servicePorts = services.flatMap(({ ports }) => Object.values(ports));
  const set = await createServiceSet(plan.services, services, {
    logsDir: paths.logs,
    deps: { guard, onProgress, onFatal: stopping.fail },
    ports: new PortPicker(options.ports, [...Object.values(defaultPorts), ...servicePorts]),
    env,
    context: {
      seed: options.seed,
      rate: options.rate,
      world: options.world,
      sources: (process.env['SOURCES'] ?? '').split(',').filter((source) => source !== ''),
      secrets: localSecrets(paths.dir),
      dataDir: paths.data,
    },
  });
  releasers.push(set.stop);
  await Promise.race([set.start(), stopping.requested]);
  if (stopping.signal.aborted) return;

  fs.writeFileSync(paths.urls, `${JSON.stringify(set.urls, null, 2)}\n`);
  releasers.push(async () => {
    await fs.promises.rm(paths.urls, { force: true });
  });
  printer.settle();
  printer.note(`\n${addressText(paths)}\n\nCtrl-C stops it all.`);
}

/** Options of the broker's JVM that make it export its figures, and where. A broker that is not ours is left alone. */
async function watchBroker(
  paths: StatePaths,
  ports: StartOptions['ports'],
): Promise<Readonly<Record<string, string>>> {
  if (process.env['KAFKA_BROKERS'] !== undefined) return {};
  const port = await new PortPicker(ports, Object.values(defaultPorts)).pick(9404);
  const option = await jmxAgentOption(path.join(paths.dir, 'jmx'), port);
  return { KAFKA_OPTS: option, KAFKA_METRICS: `127.0.0.1:${port}` };
}

function addressVariables(platform: Platform): Readonly<Record<string, string>> {
  return {
    KAFKA_BROKERS: platform.kafkaBrokers,
    SCHEMA_REGISTRY_URL: platform.schemaRegistryUrl,
    DATABASE_URL: platform.databaseUrl,
    REDIS_URL: platform.redisUrl,
  };
}

/** Where to look, the page first. */
function addressText(paths: StatePaths): string {
  const urls = fs.existsSync(paths.urls)
    ? (JSON.parse(fs.readFileSync(paths.urls, 'utf8')) as Record<string, string>)
    : {};
  const ofServices = publicServices.flatMap(({ name, what }) =>
    urls[name] === undefined ? [] : [[what, urls[name]]],
  );
  const ofParts = Object.entries(readRun(paths)?.addresses ?? {}).map(([name, address]) => [
    name,
    redacted(address),
  ]);
  const lines = [...ofServices, ...ofParts, ['logs', path.relative(process.cwd(), paths.logs)]];
  return lines.map(([what = '', address = '']) => `  ${what.padEnd(20)} ${address}`).join('\n');
}

async function main(): Promise<number> {
  let options: StartOptions;
  let plan: StartPlan;
  try {
    options = parseStartOptions(process.argv.slice(2));
    if (options.help) {
      process.stdout.write(helpText);
      return 0;
    }
    if (options.observability && installed('prometheus') === undefined) {
      throw new PlatformError(
        '--observability needs prometheus on PATH: apt-get install prometheus, or brew install prometheus.',
      );
    }
    plan = planStart(options, { services, steps });
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  const paths = statePaths(options.stateDir ?? groundswellDir);
  try {
    await run(options, plan, paths);
    return 0;
  } catch (error) {
    if (error instanceof PlatformRunningError) {
      process.stdout.write(`${error.message}\n\n${addressText(paths)}\n`);
      return 0;
    }
    process.stderr.write(
      `${error instanceof PlatformError ? error.message : String((error as Error).stack)}\n`,
    );
    return 1;
  }
}

process.exitCode = await main();
