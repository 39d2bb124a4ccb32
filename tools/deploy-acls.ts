/**
 * Gives each service's user in Kafka the rights of the catalogue and no more (S73): `node tools/deploy-acls.ts`. For a
 * cluster of one's own with an authorizer; a managed one gets the same table from Terraform. Reads GW_LANE and KAFKA_*; the user must be an admin.
 */
import { Command } from 'commander';
import { GroundswellError } from '@groundswell/domain';
import { createAclAdmin, createKafkaClient } from '@groundswell/kafka';
import { fields, loadConfig } from '@groundswell/runtime';
import { rightsInLane, serviceNames } from './deploy-acls/rights.ts';

const { env, stdout, stderr } = process;

const { dryRun } = new Command('deploy-acls')
  .description('Give each service its rights in Kafka, and take away what else it has. Repeatable.')
  .option('--dry-run', 'print the rights and change nothing')
  .parse()
  .opts<{ dryRun?: boolean }>();

try {
  const { lane } = loadConfig({ lane: fields.lane }, env);
  const rights = rightsInLane(lane);
  if (dryRun === true) {
    for (const { user, resource, name, isPrefix, operation } of rights) {
      stdout.write(`${user} may ${operation} ${resource} ${name}${isPrefix ? '*' : ''}\n`);
    }
  } else {
    const { kafka } = loadConfig({ kafka: fields.kafka }, env);
    const client = createKafkaClient({ ...kafka, clientId: 'deploy-acls' });
    try {
      const done = await createAclAdmin(client).ensureRights(serviceNames, rights);
      stdout.write(
        `lane ${lane}: ${done.created} rights given, ${done.removed} taken, ${done.unchanged} as they were\n`,
      );
    } finally {
      await client.close();
    }
  }
} catch (thrown) {
  if (!(thrown instanceof GroundswellError)) throw thrown;
  stderr.write(`${thrown.code}: ${thrown.message}\n`);
  process.exitCode = 1;
}
