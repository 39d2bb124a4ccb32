import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeState } from '../platform/index.ts';
import { localSecrets } from '../platform/local-secrets.ts';
import { isProcessAlive } from '../platform/lock.ts';
import { groundswellDir, repositoryDir, statePaths } from '../platform/paths.ts';
import { readRun } from '../platform/run-file.ts';
import { LoadError } from './errors.ts';
import type { LoadOptions, Urls } from './options.ts';

/** A platform to put load on. */
export interface Target {
  readonly urls: Urls;
  readonly ingestSender: string;
  /** `whsec_...` of the sender. */
  readonly ingestSecret: string;
  /** What it is, for the report. */
  readonly from: string;
  /** Stops what was started for this run. */
  stop(): Promise<void>;
}

const SENDER = 'world-broker';
/** A part or service that is stuck ends the start by itself; this is for machines that are slow, and for first downloads. */
const START_WITHIN_MS = 900_000;
const STOP_WITHIN_MS = 25_000;

/** All of `npm start` but the page. */
const SERVICES =
  'dev-issuer,connect-brokerage,simulator,connect-market,connect-social,derive-market,derive-behaviour,derive-sentiment,persist-online,serve-api,serve-live';

/** One generator is one caller: limits that keep one caller from being a crowd are lifted for it, everything else stays. */
const LIMITS = {
  REQUEST_BURST: '1000000',
  REQUESTS_PER_SECOND: '1000000',
  MAX_SOCKETS_PER_SUBJECT: '100000',
  MAX_SOCKETS_PER_ADDRESS: '100000',
} as const;

/** The given one, the running one or a fresh one. @throws LoadError */
export async function openTarget(
  options: LoadOptions,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Target> {
  if (options.urls.api !== undefined) return givenTarget(options.urls, env);
  return options.useRunning ? runningTarget() : startTarget(options, env, signal);
}

function givenTarget(urls: Urls, env: NodeJS.ProcessEnv): Target {
  if (urls.issuer === undefined && !env['LOAD_TOKEN']) {
    throw new LoadError('Give --url issuer=... or a token in LOAD_TOKEN.');
  }
  return {
    urls,
    ingestSender: env['INGEST_SENDER'] ?? SENDER,
    ingestSecret: env['INGEST_SECRET'] ?? '',
    from: 'a platform given by address',
    stop: () => Promise.resolve(),
  };
}

function runningTarget(): Target {
  const paths = statePaths(groundswellDir);
  const run = readRun(paths);
  if (run === undefined || !isProcessAlive(run.supervisorPid) || !fs.existsSync(paths.urls)) {
    throw new LoadError('No platform runs here: npm start, or leave --running away.');
  }
  return localTarget(paths.dir, 'the platform that npm start runs', () => Promise.resolve());
}

/** `npm start` as a child with data of its own, gone afterwards. Its channel tells it when this process dies. */
async function startTarget(
  { worldRate, seed }: LoadOptions,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Target> {
  const dir = path.join(groundswellDir, 'load');
  const paths = statePaths(dir);
  removeState(dir);
  fs.mkdirSync(paths.logs, { recursive: true });
  const log = fs.openSync(path.join(paths.logs, 'start.log'), 'w');
  const rate = worldRate === undefined ? [] : ['--rate', String(worldRate)];
  const script = path.join(repositoryDir, 'tools/start.ts');
  const child = spawn(
    process.execPath,
    [
      '--conditions=@groundswell/source',
      script,
      ...['--free-ports', '--state-dir', dir, '--only', SERVICES, '--seed', String(seed), ...rate],
    ],
    { cwd: repositoryDir, env: { ...env, ...LIMITS }, stdio: ['ignore', log, log, 'ipc'] },
  );
  fs.closeSync(log);
  const stop = async (): Promise<void> => {
    await stopChild(child);
    removeState(dir);
  };
  try {
    const deadlineMs = Date.now() + START_WITHIN_MS;
    while (!fs.existsSync(paths.urls)) {
      if (signal.aborted) throw new LoadError('Stopped before the platform served.');
      if (child.exitCode !== null || Date.now() > deadlineMs) {
        throw new LoadError(`The platform did not start; log: ${paths.logs}/start.log`);
      }
      await delay(250);
    }
    return localTarget(dir, 'a platform started for this run', stop);
  } catch (thrown) {
    await stopChild(child);
    throw thrown;
  }
}

function localTarget(dir: string, from: string, stop: () => Promise<void>): Target {
  const urls = JSON.parse(fs.readFileSync(statePaths(dir).urls, 'utf8')) as Record<string, string>;
  const of = (service: string): string => {
    const url = urls[service];
    if (url === undefined) throw new LoadError(`${service} is not part of ${from}.`);
    return url;
  };
  return {
    urls: {
      api: of('serve-api'),
      live: of('serve-live'),
      ingest: of('connect-brokerage'),
      issuer: of('dev-issuer'),
    },
    ingestSender: SENDER,
    ingestSecret: localSecrets(dir).ingestSecret,
    from,
    stop,
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
