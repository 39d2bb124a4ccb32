/** Creates the topics of the catalogue and registers their schemas: `node tools/deploy-schemas.ts [--lane <name>]`. */
import { Command } from 'commander';
import { GroundswellError, toError } from '@groundswell/domain';
import { createKafkaClient, createRegistryClient, createStockRegistry } from '@groundswell/kafka';
import { fields, loadConfig } from '@groundswell/runtime';
import { LIVE_LANE } from '@groundswell/schemas';
import { deploySchemas } from './deploy-schemas/deploy.ts';

const { env, stdout, stderr } = process;

const command: Command = new Command('deploy-schemas')
  .description('Create the topics of the catalogue and register their schemas. Safe to repeat.')
  .option('--lane <name>', 'lane whose topics are created', env['GW_LANE'] ?? LIVE_LANE)
  .option(
    '--brokers <list>',
    'Kafka brokers, host:port,host:port (KAFKA_BROKERS)',
    env['KAFKA_BROKERS'],
  )
  .option('--registry <url>', 'schema registry (SCHEMA_REGISTRY_URL)', env['SCHEMA_REGISTRY_URL'])
  .parse();

interface Options {
  readonly lane: string;
  readonly brokers?: string;
  readonly registry?: string;
}

const { lane, brokers, registry } = command.opts<Options>();
if (brokers === undefined || registry === undefined) {
  command.error(
    'Both KAFKA_BROKERS and SCHEMA_REGISTRY_URL (or --brokers and --registry) are needed.',
  );
}

/** Certificates, users and passwords come from the environment only: arguments are seen by everybody. */
function access() {
  const given = { ...env, KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registry };
  try {
    return loadConfig({ kafka: fields.kafka, registry: fields.registry }, given);
  } catch (thrown) {
    return command.error(toError(thrown).message, { exitCode: 2 });
  }
}

const config = access();
const client = createKafkaClient({ ...config.kafka, clientId: 'deploy-schemas' });
try {
  const deployed = await deploySchemas({
    client,
    registry: createRegistryClient({ ...config.registry, timeoutMs: 10_000 }),
    lane,
    log: { info: () => undefined },
  });
  const stock = createStockRegistry(config.registry.url, config.registry);
  for (const { topic, outcome, subject, schemaId, schema } of deployed) {
    // Other programs read with the stock client: a schema that it cannot load is not deployed.
    await stock.getSchema(schemaId);
    stdout.write(`${topic}: topic ${outcome}; ${subject} ${schema}, schema id ${schemaId}\n`);
  }
} catch (thrown) {
  if (!(thrown instanceof GroundswellError)) throw thrown;
  stderr.write(`${thrown.code}: ${thrown.message}\n`);
  process.exitCode = 1;
} finally {
  await client.close();
}
