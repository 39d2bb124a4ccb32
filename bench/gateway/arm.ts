import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../harness/node-process.ts';
import { createPublisher, expectedEnd, owedUpdates, type Load, type Update } from './load.ts';

/** What an arm prints, one JSON line. */
export interface Run {
  /** Of the server's process, from the first update until every client has the last ones (M2). */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly owed: number;
  /** Of what every client ended with. */
  readonly hash: string;
}

/** Until the frames of the warm-up are out. */
const SETTLE_MS = 500;

/**
 * Runs the load against a server that listens: clients in another process, updates at their times, then waits until every client has the
 * last version of every channel.
 * @throws Error when they do not get there (M4)
 */
export async function runArm(
  httpServer: Server,
  publish: (update: Update) => void,
): Promise<never> {
  const load = JSON.parse(process.env['LOAD'] ?? '{}') as Load;
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  const { port } = httpServer.address() as AddressInfo;
  const clients = spawn(
    process.execPath,
    ['--conditions=@groundswell/source', 'bench/gateway/clients.ts'],
    {
      cwd: repository,
      env: { ...process.env, PORT: String(port) },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const answers = createInterface(clients.stdout);
  const [first] = (await once(answers, 'line')) as [string];
  if (!first.startsWith('ready')) throw new Error(`the clients said ${first}`);
  // Everything that both ends must agree on is computed before the clock runs.
  const [expected, owed] = [expectedEnd(load), owedUpdates(load)];
  const publisher = createPublisher(load, publish);
  await publisher.warmUp();
  await sleep(SETTLE_MS);

  const ended = once(answers, 'line');
  const began = performance.now();
  const cpu = process.cpuUsage();
  await publisher.run();
  const [last] = (await ended) as [string];
  const used = process.cpuUsage(cpu);
  const end = JSON.parse(last) as string;
  if (end !== expected) throw new Error('the clients did not get every last version');
  const run: Run = {
    cpuSeconds: (used.user + used.system) / 1e6,
    wallSeconds: (performance.now() - began) / 1000,
    owed,
    hash: createHash('sha256').update(end).digest('hex').slice(0, 16),
  };
  process.stdout.write(`${JSON.stringify(run)}\n`);
  clients.stdin.end();
  await once(clients, 'exit');
  process.exit(0);
}
