/**
 * Arm "ours": derive-market as it is deployed - lazy fetch, decode, validate, dedupe, exact bars of three sizes with lateness, one Postgres
 * transaction per batch with state, history, outbox and checkpoint, and the relay. Prints CPU seconds of this process and the hash of its minute bars.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseE18 } from '@groundswell/domain';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRecordSource,
  createRegistryClient,
} from '@groundswell/kafka';
import { createDatabase, createOutboxStore, createTaskStore } from '@groundswell/postgres';
import { inLane, laneConsumerGroup, type TopicName } from '@groundswell/schemas';
import {
  startDerivation,
  type Codecs,
  type StreamObserver,
  type Topology,
} from '@groundswell/stream';
import { createTopology } from '@groundswell/derive-market';
import { report, table, type Bar } from './table.ts';

const { BROKERS = '', REGISTRY_URL = '', DATABASE_URL = '', LANE = '', EVENTS = '0' } = process.env;
const wanted = Number(EVENTS);
const database = createDatabase({
  url: DATABASE_URL,
  lane: LANE,
  applicationName: 'bench',
  maxConnections: 8,
});
const kafka = createKafkaClient({ brokers: BROKERS.split(','), clientId: 'bench-ours' });
const registry = createRegistryClient({ url: REGISTRY_URL });
const topology = createTopology(new Map()) as unknown as Topology;
const codecs = new Map<TopicName, unknown>();
for (const name of [
  'market.trade.v1',
  'feature.symbol.market.v1',
  'market.mark.v1',
  'control.dead-letter.v1',
  'control.late-event.v1',
] as const) {
  const codec = createRecordCodec(registry, name);
  await codec.ready();
  codecs.set(name, codec);
}
// The log is read from its start each time: so is everything that was derived from it.
await database.query(
  `TRUNCATE checkpoint, state, seen, mark, outbox, outbox_cursor, dead_letter, late_record, floor, feature_history`,
);
let decided = 0;
let done: () => void = () => undefined;
const finished = new Promise<void>((resolve) => (done = resolve));
const quiet = new Proxy({}, { get: () => () => undefined }) as StreamObserver;
const observer: StreamObserver = {
  ...quiet,
  acquired: () => undefined,
  lag: () => undefined,
  published: () => undefined,
  relayFailed: (error) => process.stderr.write(`relay: ${error.message}\n`),
  fenced: () => process.stderr.write('fenced\n'),
  retrying: (_task, error) => process.stderr.write(`retry: ${error.message}\n`),
  stopped: (_task, error) => process.stderr.write(`stopped: ${error.message}\n`),
  committed: (_task, _topic, counts) => {
    decided += Object.values(counts).reduce((sum, n) => sum + n, 0);
    if (decided >= wanted) done();
  },
};
const source = createRecordSource(kafka, {
  groupId: laneConsumerGroup(LANE, 'derive-market'),
  keyedTopics: [inLane(LANE, 'market.trade.v1')],
  broadcastTopics: [],
  maxBytesPerPartition: 1_048_576,
});
const began = process.cpuUsage();
const derivation = await startDerivation({
  topology,
  lane: LANE,
  source,
  sink: createRecordSink(kafka),
  store: createTaskStore(database),
  outbox: createOutboxStore(database),
  codecs: ((name: TopicName) => codecs.get(name)) as Codecs,
  observer,
  nowUs: () => Date.now() * 1000,
  random: Math.random,
  sleep: (ms) => sleep(ms),
  codeVersion: 'bench',
  purgeHorizonMs: 0,
  onFatal: (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exit(1);
  },
});
await finished;
// The last windows stay open until a later trade: their newest provisional values are what counts here.
await derivation.stop();
const used = process.cpuUsage(began);
const rows = await database.query<{
  entity: string;
  start: string;
  record: Record<string, string> & { trade_count: number };
}>(
  `SELECT DISTINCT ON (entity, window_start_us) entity, window_start_us AS start, record FROM feature_history
   WHERE feature_set = 'market.bar' AND window_size_ms = 60000 ORDER BY entity, window_start_us, revision DESC`,
);
const bars = new Map<string, Bar>(
  rows.map(({ entity, start, record }) => [
    `${entity.slice(0, entity.indexOf('@'))}|${Number(start) / 60_000_000}`,
    {
      open: parseE18(record['open'] ?? ''),
      high: parseE18(record['high'] ?? ''),
      low: parseE18(record['low'] ?? ''),
      close: parseE18(record['close'] ?? ''),
      volume: parseE18(record['volume'] ?? ''),
      count: record.trade_count,
    },
  ]),
);
report(used, wanted, table(bars));
await database.close();
await kafka.close();
process.exit(0);
