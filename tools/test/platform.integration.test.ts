import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import {
  partNames,
  partVariables,
  removeState,
  type Platform,
  PlatformRunningError,
  type ProgressEvent,
  startPlatform,
} from '../platform/index.ts';
import { isProcessAlive } from '../platform/lock.ts';
import { repositoryDir, statePaths } from '../platform/paths.ts';
import { httpAnswers, kafkaAnswers, postgresAnswers, redisAnswers } from '../platform/probes.ts';
import { readRun, type RunFile } from '../platform/run-file.ts';

/** Downloads may be part of the first run. */
const startTimeoutMs = 300_000;

describe('the local platform', function () {
  this.timeout(startTimeoutMs);
  let stateDir: string;
  let platform: Platform;
  const events: ProgressEvent[] = [];

  before(async () => {
    stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'groundswell-platform-'));
    platform = await startPlatform({
      stateDir,
      ports: 'free',
      env: withoutExternalParts(),
      onProgress: (event) => events.push(event),
    });
  });

  after(async () => {
    await platform.stop();
    removeState(stateDir);
    fs.rmdirSync(stateDir);
  });

  it('answers on every address it gives', async () => {
    expect(platform.parts.map(({ name, state }) => ({ name, state }))).to.deep.equal(
      partNames.map((name) => ({ name, state: 'ready' })),
    );
    const [host = '', port] = platform.kafkaBrokers.split(':');
    expect(await kafkaAnswers(host, Number(port))).to.equal(true);
    expect(await httpAnswers(`${platform.schemaRegistryUrl}/subjects`)).to.equal(true);
    const postgres = new URL(platform.databaseUrl);
    expect(
      await postgresAnswers(postgres.hostname, Number(postgres.port), postgres.username),
    ).to.equal(true);
    const redis = new URL(platform.redisUrl);
    expect(await redisAnswers(redis.hostname, Number(redis.port))).to.equal(true);
  });

  it('lets nobody else start a second one in the same folder', async () => {
    const second = startPlatform({ stateDir, ports: 'free', env: withoutExternalParts() });
    const error = await second.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(PlatformRunningError);
    expect(error).to.have.property('pid', process.pid);
  });

  it('restarts Redis after SIGKILL, with its data', async () => {
    expect(await redis(platform, 'SET greeting hello')).to.equal('+OK');
    const killedPid = platform.pid('redis');
    events.length = 0;
    platform.kill('redis', 'SIGKILL');
    await until(() => events.some(({ name, state }) => name === 'redis' && state === 'ready'));
    expect(events.find(({ state }) => state === 'died')?.detail).to.include('was ended by SIGKILL');
    expect(platform.pid('redis')).to.be.a('number').and.not.equal(killedPid);
    expect(await redis(platform, 'GET greeting')).to.equal('hello');
  });

  it('keeps Redis down between halt and restart', async () => {
    await platform.halt('redis');
    expect(platform.pid('redis')).to.equal(undefined);
    const { hostname, port } = new URL(platform.redisUrl);
    expect(await redisAnswers(hostname, Number(port))).to.equal(false);
    await platform.restart('redis');
    expect(await redis(platform, 'GET greeting')).to.equal('hello');
  });

  it('keeps schema ids when the registry is restarted', async () => {
    const url = `${platform.schemaRegistryUrl}/subjects/probe-value/versions`;
    const register = async () => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify({ schema: '{"type":"record","name":"Probe","fields":[]}' }),
      });
      expect(response.status).to.equal(200);
      return ((await response.json()) as { id: number }).id;
    };
    const id = await register();
    await platform.restart('registry');
    expect(await register()).to.equal(id);
  });

  it('uses a part that the environment names and starts none of its kind', async () => {
    const other = fs.mkdtempSync(path.join(os.tmpdir(), 'groundswell-platform-'));
    const env = { ...withoutExternalParts(), REDIS_URL: platform.redisUrl };
    const external = await startPlatform({ stateDir: other, only: ['redis'], env });
    expect(external.redisUrl).to.equal(platform.redisUrl);
    expect(external.parts).to.deep.equal([
      { name: 'redis', state: 'external', address: platform.redisUrl },
    ]);
    await external.stop();
    expect(await redis(platform, 'PING')).to.equal('+PONG');
    fs.rmSync(other, { recursive: true });
  });
});

describe('npm start with parts alone', function () {
  this.timeout(startTimeoutMs);
  let stateDir: string;

  before(() => {
    stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'groundswell-start-'));
  });

  after(() => {
    removeState(stateDir);
    fs.rmdirSync(stateDir);
  });

  it('leaves nothing running when its supervisor is killed with SIGKILL', async () => {
    const { child, run } = await start();
    const pids = Object.values(run.pids);
    expect(pids).to.have.length(partNames.length);
    expect(pids.every(isProcessAlive)).to.equal(true);
    process.kill(run.supervisorPid, 'SIGKILL');
    await once(child, 'exit');
    await until(() => !pids.some(isProcessAlive), 8000);
  });

  it('starts again on what that left behind, and stops in order on SIGTERM with exit code 0', async () => {
    const { child, run } = await start();
    const began = Date.now();
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).to.equal(0);
    expect(Date.now() - began).to.be.lessThan(15_000);
    expect(Object.values(run.pids).some(isProcessAlive)).to.equal(false);
    expect(fs.existsSync(statePaths(stateDir).run)).to.equal(false);
  });

  it('stops when the bootstrap that started it is killed with SIGKILL', async () => {
    const { child, run } = await start('redis');
    child.kill('SIGKILL');
    await until(() => ![run.supervisorPid, ...Object.values(run.pids)].some(isProcessAlive), 8000);
  });

  /** Resolves when all chosen parts serve. */
  async function start(only = partNames.join(',')): Promise<{ child: ChildProcess; run: RunFile }> {
    const args = [
      'tools/bootstrap.mjs',
      'tools/start.ts',
      '--free-ports',
      '--state-dir',
      stateDir,
      '--only',
      only,
    ];
    const child = spawn(process.execPath, args, {
      cwd: repositoryDir,
      env: withoutExternalParts(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    await until(() => {
      if (child.exitCode !== null) throw new Error(`npm start ended early:\n${output}`);
      return output.includes('Ctrl-C stops it all.');
    }, startTimeoutMs);
    return { child, run: readRun(statePaths(stateDir))! };
  }
});

/** This test is about starting: what the surroundings name must not count. */
function withoutExternalParts(): NodeJS.ProcessEnv {
  const named = new Set(Object.values(partVariables));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !named.has(name)));
}

async function until(isTrue: () => boolean, withinMs = 30_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!isTrue()) {
    if (Date.now() > deadlineMs) throw new Error(`not within ${withinMs} ms`);
    await delay(20);
  }
}

/** Sends one inline command and resolves with the last line of the answer. */
async function redis(platform: Platform, command: string): Promise<string> {
  const { hostname, port } = new URL(platform.redisUrl);
  const socket = net.connect(Number(port), hostname);
  socket.write(`${command}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString('utf8').trimEnd().split('\r\n').at(-1) ?? '';
}
