/**
 * Carries dumps of infra/backup/dump.sh to a bucket and back, and writes the file by which pg_dump finds the database. The chart's CronJob
 * `backup` and a person after a disaster run it: `node --conditions=@groundswell/source tools/backup.ts --help`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBucket } from '@groundswell/bucket';
import { GroundswellError } from '@groundswell/domain';
import { BadConfigError, fields, loadConfig } from '@groundswell/runtime';
import { connectionFile } from './backup/connection-file.ts';
import { bucketSettings } from './backup/settings.ts';
import { fetchDump, listDumps, storeDump } from './backup/store.ts';

const HELP = `backup: dumps of a lane in a bucket

  store <file or folder>   carry a dump there and read it back; a folder holds exactly one
  list                     dumps of GW_LANE (live), newest first: name, bytes, when it was stored
  fetch <name> <file>      bring one back into a new file, compared by its SHA-256
  connection <folder>      write pg_service.conf from DATABASE_URL, for pg_dump: PGSERVICEFILE, PGSERVICE=groundswell

The bucket: BACKUP_ENDPOINT (https), BACKUP_REGION, BACKUP_BUCKET, BACKUP_ACCESS_KEY_ID, BACKUP_SECRET_ACCESS_KEY (or both with _FILE),
BACKUP_CA_FILE for an authority of one's own.
Exit codes: 0 done; 1 refused, not there, or another than was stored; 2 called wrongly; 143, 130 interrupted.
`;
const { argv, env, stdout, stderr } = process;
const [command = '', ...operands] = argv.slice(2);
const say = (line: string): void => void stdout.write(`${line}\n`);

/** How many operands a command takes. */
const commands: Readonly<Record<string, number>> = { store: 1, list: 0, fetch: 2, connection: 1 };

const interruption = new AbortController();
// In an image process 1 ends at SIGTERM by itself: here parts that are on their way are taken back first.
process.removeAllListeners('SIGTERM');
for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const) {
  process.once(signal, () => {
    process.exitCode = code;
    interruption.abort();
  });
}

if (command === '--help' || operands.includes('--help')) say(HELP.trimEnd());
else if (commands[command] !== operands.length) {
  stderr.write(HELP);
  process.exitCode = 2;
} else {
  try {
    await run(operands[0] ?? '', operands[1] ?? '');
  } catch (thrown) {
    if (!(thrown instanceof GroundswellError)) throw thrown;
    stderr.write(`${thrown.code}: ${thrown.message}\n`);
    process.exitCode ??= thrown instanceof BadConfigError ? 2 : 1;
  }
}

async function run(first: string, second: string): Promise<void> {
  if (command === 'connection') {
    const { database } = loadConfig({ database: fields.database }, env);
    const text = connectionFile(database, env['NODE_EXTRA_CA_CERTS']);
    writeFileSync(join(first, 'pg_service.conf'), text, { mode: 0o600 });
    return;
  }
  const { access, lane } = loadConfig({ access: bucketSettings, lane: fields.lane }, env);
  const bucket = createBucket(access);
  const { signal } = interruption;
  const where = `${access.endpoint}/${access.bucket}`;
  try {
    if (command === 'store') {
      const { name, bytes } = await storeDump(bucket, first, signal);
      say(`${name}: ${bytes} bytes are in ${where}, and came back the same`);
    } else if (command === 'fetch') {
      const { name, bytes } = await fetchDump(bucket, first, second, signal);
      say(`${name}: ${bytes} bytes are in ${second}`);
    } else {
      for (const { name, bytes, storedAt } of await listDumps(bucket, lane)) {
        say(`${name}  ${bytes}  ${storedAt.toISOString()}`);
      }
    }
  } finally {
    bucket.close();
  }
}
