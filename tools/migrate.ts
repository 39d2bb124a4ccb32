/**
 * Creates or updates the schema of a lane, gives the roles of application and readers their rights, and seeds the reference data of the
 * demo. Idempotent. Reads DATABASE_URL (of the owner), GW_LANE, and where roles are apart DATABASE_APP_ROLE and DATABASE_READER_ROLE.
 * `--no-seed` leaves the reference data alone.
 */
import {
  createDatabase,
  createModels,
  grantRights,
  migrate,
  seedReference,
} from '@groundswell/postgres';
import { field, fields, loadConfig } from '@groundswell/runtime';
import { z } from 'zod';
import { demoReference } from './reference.ts';

if (process.argv.includes('--help')) {
  process.stdout.write(
    'migrate: create or update the tables of a lane (DATABASE_URL, GW_LANE). --no-seed: no reference data\n',
  );
  process.exit(0);
}
const role = (env: string) => field(env, z.string().optional(), 'Role; empty: none is apart.');
const {
  database: address,
  lane,
  app,
  reader,
} = loadConfig(
  {
    database: fields.database,
    lane: fields.lane,
    app: role('DATABASE_APP_ROLE'),
    reader: role('DATABASE_READER_ROLE'),
  },
  process.env,
);
const database = createDatabase({
  ...address,
  lane,
  applicationName: 'migrate',
  maxConnections: 1,
});
const ran = await migrate(database, Date.now());
const newer =
  app === undefined || reader === undefined ? [] : await grantRights(database, { app, reader });
await database.close();
process.stdout.write(
  `lane ${lane}: ${ran.length === 0 ? 'up to date' : `ran ${ran.join(', ')}`}\n`,
);
if (newer.length > 0) {
  process.stdout.write(
    `lane ${lane}: a newer release ran ${newer.join(', ')}; rights stay as it gave them\n`,
  );
}
if (!process.argv.includes('--no-seed')) {
  const models = createModels(address, lane);
  await seedReference(models, demoReference);
  await models.close();
  process.stdout.write(`lane ${lane}: reference data present\n`);
}
