import { spawn, spawnSync } from 'node:child_process';
import {
  createKafkaClient,
  createRecordCodec,
  createRecordSink,
  createRegistryClient,
  type KafkaClient,
} from '@groundswell/kafka';
import { inLane, type SymbolMarket } from '@groundswell/schemas';
import { openServiceLane, type ServiceLane } from '@groundswell/testkit';
import { expect } from 'chai';

const START_US = 1_790_000_040_000_000;

/** One version of the minute bar of an instrument. */
function bar(instrumentId: string, revision: number, closeE18: bigint): SymbolMarket {
  const endUs = START_US + 60_000_000;
  const entity = `${instrumentId}@coinbase`;
  return {
    eventId: `market.bar|${entity}|60000|${START_US}|1|${revision}`,
    op: 'CREATE',
    refEventId: null,
    source: 'derive-market',
    feed: 'coinbase',
    eventTimeUs: endUs - 1000,
    ingestTimeUs: endUs,
    sequence: null,
    eventTimeNanosRem: null,
    featureSet: 'market.bar',
    entity,
    windowSizeMs: 60_000,
    windowStartUs: START_US,
    windowEndUs: endUs,
    lineage: 1,
    revision,
    status: 'PROVISIONAL',
    n: revision,
    lateCount: 0,
    watermarkUs: endUs,
    knownAtUs: endUs,
    cause: 'UPDATE',
    counts: { coinbase: revision },
    positions: [],
    instrumentId,
    openE18: closeE18,
    highE18: closeE18,
    lowE18: closeE18,
    closeE18,
    volumeE18: 10n ** 18n,
    tradeCount: revision,
    vwapE18: closeE18,
    realisedVolatility: null,
    returnCount: null,
    conditionTable: null,
  };
}

const hasPython =
  spawnSync(
    'python3',
    ['-c', 'from confluent_kafka.schema_registry.avro import AvroDeserializer'],
    { stdio: 'ignore' },
  ).status === 0;

describe('the examples for downstream teams', () => {
  let lane: ServiceLane;
  let kafka: KafkaClient;
  let topic: string;

  before(async () => {
    lane = await openServiceLane(process.env);
    topic = inLane(lane.lane, 'feature.symbol.market.v1');
    kafka = createKafkaClient({
      brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
      clientId: 'test',
    });
    const registry = createRegistryClient({ url: process.env['SCHEMA_REGISTRY_URL'] ?? '' });
    const codec = createRecordCodec(registry, 'feature.symbol.market.v1');
    await codec.ready();
    const sink = createRecordSink(kafka);
    // As the log may hold them: a newer version, the older one again after it, and another value.
    const records = [
      bar('crypto:TIDE-USD', 1, 1_500_000_000_000_000_000n),
      bar('crypto:TIDE-USD', 10, 2_250_000_000_000_000_000n),
      bar('crypto:TIDE-USD', 9, 2_000_000_000_000_000_000n),
      bar('crypto:MOSS-USD', 1, 6_380_000_000_000n),
    ];
    await sink.send(
      topic,
      0,
      records.map((record) => ({
        key: Buffer.from(record.entity),
        value: codec.encode(record),
        headers: {},
      })),
    );
    await sink.stop();
  });

  after(async () => {
    await kafka.close();
    await lane.close();
  });

  const closes = async (command: string, args: readonly string[]): Promise<unknown[]> => {
    const { code, out, errors } = await run(command, [...args, topic, '--max', '4']);
    expect(code, errors).to.equal(0);
    expect(errors).to.include('4 records, 2 values');
    return out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly close: unknown }).close);
  };
  const newestOnly = ['1.5', '2.25', '0.00000638'];

  it('keep the newest version of each value, exact decimals included: Node', async () => {
    expect(await closes(process.execPath, ['examples/consumer-node/consumer.mjs'])).to.deep.equal(
      newestOnly,
    );
  });

  const title = hasPython
    ? 'Python'
    : 'Python (not run: pip install -r examples/consumer-python/requirements.txt)';
  (hasPython ? it : it.skip)(`keep the newest version of each value: ${title}`, async () => {
    const texts = await closes('python3', ['examples/consumer-python/consumer.py']);
    expect(texts.map((text) => Number(text))).to.deep.equal(newestOnly.map(Number));
  });
});

function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly out: string; readonly errors: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve({ code, out, errors });
    });
  });
}
