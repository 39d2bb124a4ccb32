import fs from 'node:fs';
import { isProcessAlive } from '../platform/lock.ts';
import { localSecrets } from '../platform/local-secrets.ts';
import type { StatePaths } from '../platform/paths.ts';
import { readRun } from '../platform/run-file.ts';
import { IMPORT_SENDER } from '../platform/services.ts';
import type { Door } from './door.ts';
import { ImportError } from './errors.ts';

/** A platform that takes imports. */
export interface ImportTarget {
  readonly door: Door;
  readonly databaseUrl: string;
  readonly lane: string;
  /** Where it was found, for people. */
  readonly from: string;
}

/** What the environment names, else what `npm start` runs. @throws ImportError */
export function findTarget(env: NodeJS.ProcessEnv, paths: StatePaths): ImportTarget {
  const lane = env['GW_LANE'] ?? 'live';
  const { INGEST_URL: url, INGEST_SECRET: secret, DATABASE_URL: databaseUrl } = env;
  if (url && secret && databaseUrl) {
    const sender = env['INGEST_SENDER'] ?? IMPORT_SENDER;
    return {
      door: { url: url.replace(/\/$/, ''), sender, secret },
      databaseUrl,
      lane,
      from: 'the platform named by the environment',
    };
  }
  const run = readRun(paths);
  const urls = fs.existsSync(paths.urls)
    ? (JSON.parse(fs.readFileSync(paths.urls, 'utf8')) as Readonly<Record<string, string>>)
    : {};
  const running = run !== undefined && isProcessAlive(run.supervisorPid);
  const [address, database] = [urls['connect-brokerage'], run?.addresses['postgres']];
  if (!running || !address || !database) {
    throw new ImportError(
      'No platform runs here: start it with npm start, name one by INGEST_URL, INGEST_SECRET and DATABASE_URL, or use --lane for one that lasts as long as the import.',
    );
  }
  return {
    door: { url: address, sender: IMPORT_SENDER, secret: localSecrets(paths.dir).importSecret },
    databaseUrl: database,
    lane,
    from: 'the platform that npm start runs',
  };
}
