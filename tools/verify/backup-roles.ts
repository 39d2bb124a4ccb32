import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../backup/cluster.ts';
import { PlatformError } from '../platform/errors.ts';
import type { CheckContext } from './types.ts';

/** Who owns the lane, and who may only read it: the names that tools and chart have by default. */
export const MIGRATOR = 'groundswell_migrator';
export const BACKUP = 'groundswell_backup';
const ROLES = {
  DATABASE_APP_ROLE: 'groundswell_app',
  DATABASE_READER_ROLE: 'groundswell_reader',
  DATABASE_BACKUP_ROLE: BACKUP,
};
const program = (name: string): readonly string[] => ['--conditions=@groundswell/source', name];

/**
 * Makes the roles of an installation as an operator does.
 * @param dir for their passwords
 * @returns the password of the role that dumps, which a URL must encode
 */
export async function makeRoles(
  context: CheckContext,
  source: Cluster,
  dir: string,
): Promise<string> {
  const password = `str@nge=w%rd /ü ${randomBytes(9).toString('hex')}`;
  const kinds = ['MIGRATOR', 'APP', 'READER', 'WATCH', 'BACKUP'];
  const files = kinds.map((kind) => {
    const file = join(dir, `password-${kind.toLowerCase()}`);
    const text = kind === 'BACKUP' ? password : randomBytes(18).toString('base64url');
    writeFileSync(file, text, { mode: 0o600 });
    return [`DATABASE_${kind}_PASSWORD_FILE`, file] as const;
  });
  const env = { DATABASE_URL: source.url(), ...Object.fromEntries(files) };
  await demand(context, 'tools/deploy-roles.ts', env);
  return password;
}

/** Makes the tables of the lane `live` and gives the roles their rights, as the chart's hook does. */
export async function migrateAsOwner(context: CheckContext, source: Cluster): Promise<void> {
  const env = { DATABASE_URL: source.url(MIGRATOR), GW_LANE: 'live', ...ROLES };
  await demand(context, 'tools/migrate.ts', env);
}

async function demand(
  { rootDir, run }: CheckContext,
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const ran = await run(process.execPath, program(name), { cwd: rootDir, env });
  if (ran.code !== 0) throw new PlatformError(`${name}: ${ran.output}`);
}
