/**
 * Creates or updates the schema of a lane and seeds the reference data of the demo. Idempotent.
 * Reads DATABASE_URL and GW_LANE; `--no-seed` leaves the reference data alone.
 */
import { createDatabase, createModels, migrate, seedReference } from '@groundswell/postgres';
import { fields, loadConfig } from '@groundswell/runtime';
import { demoReference } from './reference.ts';

if (process.argv.includes('--help')) {
  process.stdout.write(
    'migrate: create or update the tables of a lane (DATABASE_URL, GW_LANE). --no-seed: no reference data\n',
  );
  process.exit(0);
}
const { database: address, lane } = loadConfig(
  { database: fields.database, lane: fields.lane },
  process.env,
);
const database = createDatabase({
  ...address,
  lane,
  applicationName: 'migrate',
  maxConnections: 1,
});
const ran = await migrate(database, Date.now());
await database.close();
process.stdout.write(
  `lane ${lane}: ${ran.length === 0 ? 'up to date' : `ran ${ran.join(', ')}`}\n`,
);
if (!process.argv.includes('--no-seed')) {
  const models = createModels(address, lane);
  await seedReference(models, demoReference);
  await models.close();
  process.stdout.write(`lane ${lane}: reference data present\n`);
}
