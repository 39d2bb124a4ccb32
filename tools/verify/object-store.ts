import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Authority } from '../test/secured/certificates.ts';
import { freePort } from './free-port.ts';
import type { Tool } from './types.ts';

/** A server of S3 over a folder, which checks signatures. */
export const versitygw: Tool = {
  name: 'versitygw',
  source: { kind: 'go', module: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0' },
};

export interface ObjectStore {
  readonly port: number;
  /** Folder of the bucket: its objects are files there. */
  readonly bucketDir: string;
  /** BACKUP_* as a program is given them. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

const BUCKET = 'backups';
const REGION = 'fra1';
const PATIENCE_MS = 60_000;

/** One bucket on a free port of the loopback interface, over TLS by a certificate of `authority`. */
export async function startObjectStore(
  program: string,
  dir: string,
  authority: Authority,
): Promise<ObjectStore> {
  const [dataDir, sidecar] = [join(dir, 'objects'), join(dir, 'metadata')];
  for (const folder of [join(dataDir, BUCKET), sidecar]) mkdirSync(folder, { recursive: true });
  const { certificate, key } = authority.issue(['127.0.0.1']);
  const files = { ca: join(dir, 'ca.crt'), cert: join(dir, 'server.crt'), key: join(dir, 'key') };
  writeFileSync(files.ca, authority.certificate);
  writeFileSync(files.cert, certificate);
  writeFileSync(files.key, key, { mode: 0o600 });
  const id = `id${randomBytes(9).toString('hex')}`;
  const secret = randomBytes(24).toString('base64url');
  const port = await freePort();
  const log = openSync(join(dir, 'versitygw.log'), 'w');
  const server = spawn(
    program,
    [
      ...['--port', `127.0.0.1:${port}`, '--region', REGION],
      ...['--cert', files.cert, '--key', files.key],
      ...['posix', '--sidecar', sidecar, dataDir],
    ],
    {
      env: { ...process.env, ROOT_ACCESS_KEY_ID: id, ROOT_SECRET_ACCESS_KEY: secret },
      stdio: ['ignore', log, log],
    },
  );
  const stop = (): void => {
    server.kill('SIGKILL');
  };
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await answers(port))) {
    await sleep(100);
    if (server.exitCode !== null || Date.now() > deadline) {
      stop();
      throw new Error(`versitygw: ${readFileSync(join(dir, 'versitygw.log'), 'utf8')}`);
    }
  }
  const env = {
    BACKUP_ENDPOINT: `https://127.0.0.1:${port}`,
    BACKUP_REGION: REGION,
    BACKUP_BUCKET: BUCKET,
    BACKUP_ACCESS_KEY_ID: id,
    BACKUP_SECRET_ACCESS_KEY: secret,
    BACKUP_CA_FILE: files.ca,
  };
  return { port, bucketDir: join(dataDir, BUCKET), env, stop };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
