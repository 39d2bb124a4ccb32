import { createServer } from 'node:http';
import { createBrokerClient } from './broker/client.ts';
import { startFakeCoinbase } from './coinbase/server.ts';
import { readConfig } from './config.ts';
import { startFakeJetstream } from './jetstream/server.ts';
import { metricsText } from './metrics.ts';
import { startWorld, type RunningWorld } from './running-world.ts';
import { worldInstruments } from './world/instruments.ts';

/** The synthetic world as a process: a venue and a social network to connect to, and a broker that posts. */

/** Seqs start from the clock, so a restarted instance goes on above every one it ever gave out (up to 1,000 events per second). */
const FIRST_SEQ_MS = 1_600_000_000_000;
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
let past: RunningWorld['candles'] | null = null;
const venue = await startFakeCoinbase({
  host: config.host,
  port: config.venuePort,
  products,
  nowUs,
  candles: (product) => past?.(product) ?? null,
});
const jetstream = await startFakeJetstream({
  host: config.host,
  port: config.jetstreamPort,
  // The past, an hour of the present, brigades and everything that is no post.
  replayCapacity: Math.ceil(config.postsPerSecond * (config.pastMinutes + 60) * 60 * 1.5) + 5_000,
  firstSeq: startedMs - FIRST_SEQ_MS,
});
const world = startWorld(
  config,
  {
    venue,
    broker,
    jetstream,
    pending: () => broker?.pending() ?? [],
    silence(sources) {
      venue.faults.silent = sources.has('venue');
      jetstream.faults.silent = sources.has('jetstream');
      broker?.hold(sources.has('broker'));
    },
  },
  nowUs,
);
past = world.candles;

const health = createServer((request, response) => {
  const connections = { venue: venue.connectionCount(), jetstream: jetstream.connectionCount() };
  const planted = world.ledger.counts();
  const answers: Readonly<Record<string, () => string>> = {
    '/health/live': () => JSON.stringify({ ok: true }),
    '/health/ready': () => JSON.stringify({ ok: true }),
    '/stats': () =>
      JSON.stringify({ connections, broker: broker?.stats(), planted, moods: world.moods() }),
    '/metrics': () => metricsText(connections, planted),
  };
  const answer = answers[request.url ?? ''];
  const type = request.url === '/metrics' ? 'text/plain; version=0.0.4' : 'application/json';
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': type });
  response.end(answer?.());
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
  postsPerSecond: config.postsPerSecond,
  jetstreamUrl: jetstream.v1Url,
});

async function stop(): Promise<void> {
  clearInterval(turns);
  clearInterval(saves);
  world.save();
  broker?.stop();
  health.close();
  await Promise.all([venue.stop(), jetstream.stop()]);
  say('info', 'world stopped', { planted: world.ledger.counts() });
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void stop();
  });
}
