import { chmodSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Cluster, postgresPrograms } from '../backup/cluster.ts';
import {
  dumpAndRestore,
  prepare,
  restoreToPointInTime,
  type Rehearsal,
  type WayBack,
} from '../backup/rehearsal.ts';
import { unprivilegedAccount } from '../platform/account.ts';
import { createAuthority, type Authority } from '../test/secured/certificates.ts';
import { BucketRehearsal } from './backup-bucket.ts';
import { dumpEnvironment } from './backup-connection.ts';
import { BACKUP, MIGRATOR, makeRoles, migrateAsOwner } from './backup-roles.ts';
import { freePort } from './free-port.ts';
import { startObjectStore, versitygw } from './object-store.ts';
import { notRun, passed, type Check, type CheckContext, type Tool } from './types.ts';

const postgres: Tool = {
  name: 'pg_basebackup',
  source: { kind: 'apt', package: 'postgresql' },
};

/**
 * The recipes of infra/backup on a real server with our tables: dump, to a bucket and back, restore; base backup and log to a point in
 * time.
 */
export const backups: Check = {
  name: 'backups: dump, bucket, base backup, point in time',
  tools: [postgres, versitygw],
  async run(context) {
    const binDir = postgresPrograms();
    if (binDir === undefined) return notRun('no initdb: apt-get install postgresql');
    const { workDir, pathOf } = context;
    chmodSync(workDir, 0o755); // the account of the server must get in
    const [started, stored] = [[] as Cluster[], join(workDir, 'bucket')];
    const authority = createAuthority('backups', Date.now());
    const store = await startObjectStore(pathOf(versitygw), stored, authority);
    try {
      const bucket = new BucketRehearsal(context, store, join(workDir, 'postgres'));
      const rehearsal = rehearsalOf(context, binDir, started, bucket, authority);
      const source = await prepare(rehearsal);
      const dump = await dumpAndRestore(source, rehearsal);
      const refused = await bucket.refusals(basename(dump.dump));
      await bucket.interruptions();
      const point = await restoreToPointInTime(source, rehearsal);
      const carried = `to a bucket and back ${seconds(dump.carryMs)}, ${refused} faults refused, 2 uploads cut`;
      return passed(`dump by ${BACKUP}: ${text(dump)}, ${carried}; point in time: ${text(point)}`);
    } finally {
      store.stop();
      for (const cluster of started) await cluster.stop();
    }
  },
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const text = ({ tables, rows, backupMs, restoreMs }: WayBack): string =>
  `${tables} tables, ${rows} rows equal, out ${seconds(backupMs)}, back ${seconds(restoreMs)}`;

function rehearsalOf(
  context: CheckContext,
  binDir: string,
  started: Cluster[],
  bucket: BucketRehearsal,
  authority: Authority,
): Rehearsal {
  const { rootDir, workDir } = context;
  const account = unprivilegedAccount();
  let password = '';
  const dir = join(workDir, 'postgres');
  new Cluster({ binDir, dataDir: join(dir, 'none'), port: 0, account }).folder(dir);
  return {
    recipesDir: join(rootDir, 'infra/backup'),
    dir,
    async cluster(name) {
      const port = await freePort();
      const cluster = new Cluster({ binDir, dataDir: join(dir, name), port, account });
      started.push(cluster);
      return cluster;
    },
    owner: MIGRATOR,
    async install(source) {
      password = await makeRoles(context, source, source.folder(join(dir, 'roles')));
      await migrateAsOwner(context, source);
    },
    dumpEnv(source) {
      const folder = source.folder(join(dir, 'tls'));
      return dumpEnvironment(context, source, { dir: folder, authority, password });
    },
    carry: (file) => bucket.carry(file),
  };
}
