/**
 * Makes the five roles of an installation in a Postgres of one's own (S75): `node tools/deploy-roles.ts`, by a superuser, before the first
 * migration. A managed service makes them itself. Reads DATABASE_*, and a file with the password of each role.
 */
import { GroundswellError } from '@groundswell/domain';
import { createDatabase, createRoles } from '@groundswell/postgres';
import { field, fields, loadConfig, secretFile } from '@groundswell/runtime';
import { z } from 'zod';

const roleField = (kind: string, name: string) =>
  field(`DATABASE_${kind}_ROLE`, z.string().default(name), 'Name of the role.');
const fileField = (kind: string) =>
  field(`DATABASE_${kind}_PASSWORD_FILE`, z.string(), 'File with the password of the role.');

try {
  const config = loadConfig(
    {
      database: fields.database,
      migrator: roleField('MIGRATOR', 'groundswell_migrator'),
      app: roleField('APP', 'groundswell_app'),
      reader: roleField('READER', 'groundswell_reader'),
      migratorFile: fileField('MIGRATOR'),
      appFile: fileField('APP'),
      readerFile: fileField('READER'),
      watcher: roleField('WATCH', 'groundswell_watch'),
      watcherFile: fileField('WATCH'),
      backup: roleField('BACKUP', 'groundswell_backup'),
      backupFile: fileField('BACKUP'),
    },
    process.env,
  );
  const database = createDatabase({
    ...config.database,
    lane: 'live',
    applicationName: 'deploy-roles',
    maxConnections: 1,
  });
  try {
    const { migrator, app, reader, watcher, backup } = config;
    const passwordIn = (file: string): string => secretFile(file).read();
    await createRoles(database, [
      { name: migrator, password: passwordIn(config.migratorFile), createsSchemas: true },
      { name: app, password: passwordIn(config.appFile) },
      { name: reader, password: passwordIn(config.readerFile) },
      { name: watcher, password: passwordIn(config.watcherFile), seesStatistics: true },
      { name: backup, password: passwordIn(config.backupFile) },
    ]);
    process.stdout.write(`roles ${migrator}, ${app}, ${reader}, ${watcher}, ${backup}: present\n`);
  } finally {
    await database.close();
  }
} catch (thrown) {
  if (!(thrown instanceof GroundswellError)) throw thrown;
  process.stderr.write(`${thrown.code}: ${thrown.message}\n`);
  process.exitCode = 1;
}
