import { createServer } from 'node:http';
import { createBrokerClient } from './broker/client.ts';
import { startFakeCoinbase } from './coinbase/server.ts';
import { readConfig } from './config.ts';
import { startWorld } from './running-world.ts';
import { worldInstruments } from './world/instruments.ts';

/** The synthetic world as a process: a venue to connect to and a broker that posts. */

const started = process.hrtime.bigint();
const startedMs = Date.now();
/** Wall clock in micros that never goes back. */
const nowUs = (): number =>
  Math.floor(startedMs * 1000 + Number(process.hrtime.bigint() - started) / 1000);

function say(level: string, message: string, fields: object = {}): void {
  const line = { timestamp: new Date().toISOString(), level, service: 'world', message, ...fields };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const read = readConfig(process.env);
if ('mistakes' in read) {
  for (const mistake of read.mistakes) say('error', mistake);
  process.exit(2);
}
const { config } = read;

const broker =
  config.ingestUrl === null
    ? null
    : createBrokerClient({
        url: config.ingestUrl,
        secret: config.ingestSecret,
        nowMs: () => Date.now(),
        onState: (reason) => say('warn', 'broker cannot post', { reason }),
      });
const products = worldInstruments.map((one) => one.product);
const venue = await startFakeCoinbase({
  host: config.host,
  port: config.venuePort,
  products,
  nowUs,
});
const world = startWorld(config, { venue, broker, pending: () => broker?.pending() ?? [] }, nowUs);

const health = createServer((request, response) => {
  const ok = request.url === '/health/live' || request.url === '/health/ready';
  response.writeHead(ok || request.url === '/stats' ? 200 : 404, {
    'content-type': 'application/json',
  });
  const stats = {
    connections: venue.connectionCount(),
    broker: broker?.stats(),
    planted: world.ledger.counts(),
  };
  response.end(JSON.stringify(ok ? { ok: true } : stats));
});
health.listen(config.healthPort, config.host);

const turns = setInterval(() => world.turn(), 2);
const saves = setInterval(() => world.save(), 5_000);
world.save();
say('info', 'world running', {
  seed: world.seed,
  rate: config.rate,
  plan: config.plan,
  url: venue.wsUrl,
});

async function stop(): Promise<void> {
  clearInterval(turns);
  clearInterval(saves);
  world.save();
  broker?.stop();
  health.close();
  await venue.stop();
  say('info', 'world stopped', { planted: world.ledger.counts() });
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void stop();
  });
}
