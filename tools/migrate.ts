/**
 * Creates or updates the schema of a lane, gives the roles of application, readers and backup their rights, and seeds the reference data of
 * the demo. Idempotent. Reads DATABASE_URL (of the owner), GW_LANE, and where roles are apart DATABASE_APP_ROLE, DATABASE_READER_ROLE and, for
 * dumps, DATABASE_BACKUP_ROLE.
 * `--no-seed` leaves the reference data alone. `--maintain` does nothing of it: it makes the months of history that come and drops those
 * that HISTORY_MONTHS no longer keeps; for every day.
 */
import {
  createDatabase,
  createModels,
  grantRights,
  maintainHistory,
  migrate,
  missingRoles,
  seedReference,
  type LaneRoles,
} from '@groundswell/postgres';
import { BadConfigError, field, fields, loadConfig } from '@groundswell/runtime';
import { z } from 'zod';
import { demoReference } from './reference.ts';

const { argv, env, stderr, stdout } = process;
const HELP = `migrate: create or update the tables of a lane (DATABASE_URL, GW_LANE)

  --no-seed    no reference data
  --maintain   only make the months of history that come, and drop those before the last HISTORY_MONTHS
               whole ones (empty: none is ever dropped)
`;
const known = ['--help', '--no-seed', '--maintain'];
const unknown = argv.slice(2).find((option) => !known.includes(option));
if (unknown !== undefined || argv.includes('--help')) {
  stdout.write(unknown === undefined ? HELP : `Unknown option ${unknown}.\n${HELP}`);
  process.exit(unknown === undefined ? 0 : 2);
}
const role = (name: string) => field(name, z.string().optional(), 'Role; empty: none is apart.');
const config = loadConfig(
  {
    database: fields.database,
    lane: fields.lane,
    app: role('DATABASE_APP_ROLE'),
    reader: role('DATABASE_READER_ROLE'),
    backup: role('DATABASE_BACKUP_ROLE'),
    keptMonths: field(
      'HISTORY_MONTHS',
      z.coerce.number().int().min(1).optional(),
      'Whole months of history kept before the present one; empty: all.',
    ),
  },
  env,
);
const { database: address, lane } = config;
const database = createDatabase({
  ...address,
  lane,
  applicationName: 'migrate',
  maxConnections: 1,
});
const say = (text: string): void => void stdout.write(`lane ${lane}: ${text}\n`);
try {
  await (argv.includes('--maintain') ? maintain() : bringUp());
} catch (thrown) {
  if (!(thrown instanceof BadConfigError)) throw thrown;
  stderr.write(`${thrown.code}: ${thrown.message}\n`);
  process.exitCode = 1;
} finally {
  await database.close();
}

async function maintain(): Promise<void> {
  const keptMonths = config.keptMonths ?? null;
  const dropped = await maintainHistory(database, { nowMs: Date.now(), keptMonths });
  say(`months of history are there; ${dropped.length === 0 ? 'none' : dropped.join(', ')} dropped`);
}

async function bringUp(): Promise<void> {
  const roles = await rolesApart();
  const ran = await migrate(database, Date.now());
  say(ran.length === 0 ? 'up to date' : `ran ${ran.join(', ')}`);
  if (roles !== undefined) {
    const newer = await grantRights(database, roles);
    if (newer.length > 0) say(`a newer release ran ${newer.join(', ')}; no right was taken`);
  }
  if (argv.includes('--no-seed')) return;
  const models = createModels(address, lane);
  await seedReference(models, demoReference);
  await models.close();
  say('reference data present');
}

/** @throws BadConfigError for one that is not there, before anything is changed; undefined = the owner does everything */
async function rolesApart(): Promise<LaneRoles | undefined> {
  const { app, reader, backup } = config;
  if (app === undefined || reader === undefined) {
    if (backup === undefined) return undefined;
    throw new BadConfigError([
      'DATABASE_BACKUP_ROLE: give DATABASE_APP_ROLE and DATABASE_READER_ROLE, too, or none of them.',
    ]);
  }
  const roles = { app, reader, backup };
  const missing = await missingRoles(database, roles);
  if (missing.length === 0) return roles;
  throw new BadConfigError([
    `Postgres has no role ${missing.join(', ')}; nothing was changed. Make it first: docs/deploy.md, "Postgres roles".`,
  ]);
}
