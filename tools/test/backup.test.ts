import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket } from '@groundswell/bucket';
import { BadConfigError, loadConfig, secretText } from '@groundswell/runtime';
import { expect } from 'chai';
import { parse } from 'yaml';
import { connectionFile } from '../backup/connection-file.ts';
import { keyOfDump, nameInKey, prefixOfLane } from '../backup/dump-name.ts';
import { bucketSettings } from '../backup/settings.ts';
import { fetchDump, listDumps, storeDump } from '../backup/store.ts';

const NAME = 'gw_live-20261122T024100Z.dump';
const never = new AbortController().signal;

/** @returns what it said, or `none` */
async function failureOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing;
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('names of dumps', () => {
  it('are those that dump.sh gives, below the schema of the lane', () => {
    expect(keyOfDump(NAME)).to.equal(`gw_live/${NAME}`);
    expect(keyOfDump('gw_a_b-20261122T024100Z.dump').startsWith(prefixOfLane('a-b'))).to.equal(
      true,
    );
    const script = readFileSync('infra/backup/dump.sh', 'utf8');
    expect(script).to.include('$schema-$(date -u +%Y%m%dT%H%M%SZ).dump');
    expect(script).to.include('gw_$(printf %s "$lane" | tr - _)');
  });

  it('are refused otherwise: unfinished ones, paths, anything else', () => {
    for (const name of [`${NAME}.partial`, `../${NAME}`, 'live.dump', '', `x/${NAME}`]) {
      expect(() => keyOfDump(name), name).to.throw('is not the name of a dump');
    }
  });

  it('are found in keys, where nothing else counts as a dump', () => {
    expect(nameInKey(`gw_live/${NAME}`)).to.equal(NAME);
    expect(nameInKey(`gw_other/${NAME}`)).to.equal(undefined);
    expect(nameInKey('gw_live/notes.txt')).to.equal(undefined);
  });
});

describe('the file by which pg_dump finds the database', () => {
  const url = 'postgresql://groundswell_migrator:p%40ss%3Dw%25rd@db.example.com:25060/groundswell';
  const linesOf = (text: string): string[] => text.trimEnd().split('\n');

  it('has what the URL has, decoded, and the authority that everything of ours trusts', () => {
    const access = { url: `${url}?sslmode=verify-full`, tls: {}, password: null };
    expect(linesOf(connectionFile(access, '/etc/groundswell/ca/ca.crt'))).to.deep.equal([
      '[groundswell]',
      'host=db.example.com',
      'port=25060',
      'dbname=groundswell',
      'user=groundswell_migrator',
      'password=p@ss=w%rd',
      'connect_timeout=30',
      'sslmode=verify-full',
      'sslrootcert=/etc/groundswell/ca/ca.crt',
    ]);
  });

  it('checks the server against the public authorities where it has none of its own', () => {
    const access = { url: `${url}?sslmode=verify-full`, tls: {}, password: null };
    expect(linesOf(connectionFile(access, undefined))).to.include('sslrootcert=system');
    const own = { ...access, tls: { caFile: '/own.crt', certFile: '/c', keyFile: '/k' } };
    expect(linesOf(connectionFile(own, '/all.crt'))).to.include.members([
      'sslrootcert=/own.crt',
      'sslcert=/c',
      'sslkey=/k',
    ]);
  });

  it('takes a password of its own before that of the URL, and plaintext only where the URL has it', () => {
    const access = { url: 'postgres://u:a@[::1]/d', tls: {}, password: secretText('b c') };
    const lines = linesOf(connectionFile(access, '/ca.crt'));
    expect(lines).to.include.members(['host=::1', 'port=5432', 'password=b c', 'sslmode=disable']);
  });

  it('refuses what a line cannot hold, without showing it', () => {
    for (const secret of ['two\nhost=evil', 'sesame ']) {
      const access = { url, tls: {}, password: secretText(secret) };
      expect(() => connectionFile(access, undefined))
        .to.throw(/^password: /)
        .with.property('message')
        .not.include(secret.trim());
    }
  });
});

describe('the settings of a bucket', () => {
  const good = {
    BACKUP_ENDPOINT: 'https://fra1.digitaloceanspaces.com',
    BACKUP_REGION: 'fra1',
    BACKUP_BUCKET: 'groundswell-production-backups',
    BACKUP_ACCESS_KEY_ID: 'id',
    BACKUP_SECRET_ACCESS_KEY: 'the secret itself',
  };
  const load = (change: Readonly<Record<string, string>>) =>
    loadConfig({ access: bucketSettings }, { ...good, ...change }).access;

  it('show no secret when they are printed', () => {
    const access = load({});
    expect(access.secretAccessKey.read()).to.equal('the secret itself');
    expect(JSON.stringify(access)).to.not.include('the secret itself');
  });

  it('take a secret from a file, which wins', () => {
    const dir = mkdtempSync(join(tmpdir(), 'gw-backup-'));
    writeFileSync(join(dir, 'secret'), 'of the file\n');
    const access = load({ BACKUP_SECRET_ACCESS_KEY_FILE: join(dir, 'secret') });
    expect(access.secretAccessKey.read()).to.equal('of the file');
    rmSync(dir, { recursive: true });
  });

  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['BACKUP_ENDPOINT', 'http://s3.example.com', /BACKUP_ENDPOINT: must be https/],
    ['BACKUP_ENDPOINT', 'https://id:secret@s3.example.com', /a scheme, a host and no more/],
    ['BACKUP_ENDPOINT', 'https://s3.example.com/bucket', /a scheme, a host and no more/],
    ['BACKUP_ENDPOINT', 'fra1', /BACKUP_ENDPOINT/],
    ['BACKUP_BUCKET', '', /BACKUP_BUCKET/],
    ['BACKUP_REGION', '', /BACKUP_REGION/],
    ['BACKUP_ACCESS_KEY_ID', '', /BACKUP_ACCESS_KEY_ID or .*_FILE: is not set/],
    ['BACKUP_SECRET_ACCESS_KEY_FILE', '/nowhere', /the file cannot be read/],
    ['BACKUP_CA_FILE', '/nowhere', /BACKUP_CA_FILE: cannot be read/],
  ];
  for (const [variable, value, says] of faults) {
    it(`refuse ${variable}=${value}`, () => {
      expect(() => load({ [variable]: value })).to.throw(BadConfigError, says);
    });
  }

  it('take plaintext to this machine only, whatever GW_ALLOW_PLAINTEXT says', () => {
    expect(load({ BACKUP_ENDPOINT: 'http://127.0.0.1:7070' }).endpoint).to.include('127.0.0.1');
    const other = { BACKUP_ENDPOINT: 'http://10.0.0.1', GW_ALLOW_PLAINTEXT: 'postgres' };
    expect(() => load(other)).to.throw(BadConfigError);
  });
});

describe('what Terraform gives the chart for backups', () => {
  const { backup } = parse(readFileSync('helm/groundswell/values.yaml', 'utf8')) as {
    readonly backup: Readonly<Record<string, unknown>> & {
      readonly secretEnv: Readonly<Record<string, string>>;
      readonly connectionSecretEnv: Readonly<Record<string, string>>;
      readonly role: string;
    };
  };

  it('has the keys of the secret, by the names that the chart asks for', () => {
    const outputs = readFileSync('terraform/modules/platform/outputs.tf', 'utf8');
    const given = [...outputs.matchAll(/^ {4}(backup-[a-z-]+) += /gm)].map(([, key]) => key);
    const asked = { ...backup.secretEnv, ...backup.connectionSecretEnv };
    expect(Object.values(asked)).to.have.members(given);
    for (const variable of Object.keys(backup.secretEnv)) {
      expect(readFileSync('tools/backup/settings.ts', 'utf8')).to.include(`secret('${variable}'`);
    }
  });

  it('has the address of the role that dumps, which is let in and made everywhere by one name', () => {
    const { role, connectionSecretEnv } = backup;
    const key = connectionSecretEnv['DATABASE_URL'] ?? '';
    for (const [file, text] of [
      ['terraform/modules/platform/outputs.tf', new RegExp(`${key} += .*urls\\["${role}"\\]`)],
      ['terraform/modules/postgres/main.tf', new RegExp(`user[^}]*"${role}"`)],
      ['infra/postgres/managed-roles.sql', new RegExp(`^GRANT CONNECT ON .* ${role}[,;]`, 'm')],
      ['tools/deploy-roles.ts', new RegExp(`'BACKUP', '${role}'`)],
    ] as const) {
      expect(readFileSync(file, 'utf8'), file).to.match(text);
    }
  });

  it('has the place, by names of values that the chart has and leaves empty', () => {
    const outputs = readFileSync('terraform/modules/spaces/outputs.tf', 'utf8');
    const [, block = ''] =
      /"backup_store" \{[\s\S]*?value = \{([\s\S]*?)\n {2}\}/.exec(outputs) ?? [];
    const given = [...block.matchAll(/^ +(\w+) += /gm)].map(([, name = '']) => name);
    expect(given).to.have.length(3);
    for (const name of given) expect(backup[name], name).to.equal('');
  });
});

describe('a dump', () => {
  let dir: string;
  let held: Map<string, { bytes: Buffer; sha256: string | null }>;
  let bucket: Bucket;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gw-backup-'));
    writeFileSync(join(dir, NAME), 'rows');
    held = new Map();
    bucket = {
      put: (key, { file, sha256 }) => {
        held.set(key, { bytes: readFileSync(file), sha256 });
        return Promise.resolve();
      },
      list: (prefix) =>
        Promise.resolve(
          [...held]
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, { bytes }]) => ({ key, bytes: bytes.length, storedAt: new Date(0) })),
        ),
      open: (key) => {
        const { bytes, sha256 } = held.get(key) ?? { bytes: Buffer.alloc(0), sha256: null };
        // eslint-disable-next-line @typescript-eslint/require-await -- a stream of one chunk
        const body = async function* () {
          yield bytes;
        };
        return Promise.resolve({ body: body(), sha256 });
      },
      remove: (key) => {
        held.delete(key);
        return Promise.resolve();
      },
      close: () => undefined,
    };
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  it('is stored with its hash below the schema of its lane', async () => {
    expect(await storeDump(bucket, dir, never)).to.deep.equal({ name: NAME, bytes: 4 });
    const sha256 = createHash('sha256').update('rows').digest('hex');
    expect(held.get(`gw_live/${NAME}`)?.sha256).to.equal(sha256);
  });

  it('that comes back another is no backup, and does not keep the name', async () => {
    const { open } = bucket;
    bucket = {
      ...bucket,
      open: (key) => {
        held.set(key, { bytes: Buffer.from('row'), sha256: held.get(key)?.sha256 ?? null });
        return open(key);
      },
    };
    expect(await failureOf(storeDump(bucket, join(dir, NAME), never))).to.include(
      '4 bytes went, 3 others came back',
    );
    expect([...held.keys()]).to.deep.equal([]);
  });

  it('is the only one of its folder, finished and not empty', async () => {
    writeFileSync(join(dir, 'gw_live-20261122T024101Z.dump.partial'), 'ro');
    await storeDump(bucket, dir, never);
    writeFileSync(join(dir, 'gw_live-20261122T024101Z.dump'), 'rows');
    expect(await failureOf(storeDump(bucket, dir, never))).to.include('has 2 dumps, not one');
    expect(await failureOf(storeDump(bucket, join(dir, 'gone'), never))).to.include('not there');
    writeFileSync(join(dir, NAME), '');
    expect(await failureOf(storeDump(bucket, join(dir, NAME), never))).to.include('is empty');
  });

  it('is listed newest first, without what is no dump or of another lane', async () => {
    const bytes = Buffer.from('rows');
    for (const key of [
      'gw_live/gw_live-20261121T024100Z.dump',
      `gw_live/${NAME}`,
      'gw_live/x',
      `gw_live_2/gw_live_2-20261123T024100Z.dump`,
    ]) {
      held.set(key, { bytes, sha256: null });
    }
    const names = (await listDumps(bucket, 'live')).map(({ name }) => name);
    expect(names).to.deep.equal([NAME, 'gw_live-20261121T024100Z.dump']);
  });

  it('comes back into a new file for its owner only', async () => {
    await storeDump(bucket, dir, never);
    const file = join(dir, 'back');
    expect(await fetchDump(bucket, NAME, file, never)).to.deep.equal({ name: NAME, bytes: 4 });
    expect(readFileSync(file, 'utf8')).to.equal('rows');
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(await failureOf(fetchDump(bucket, NAME, file, never))).to.include('is there already');
  });

  it('that is not what was stored, or has no hash, makes no file', async () => {
    await storeDump(bucket, dir, never);
    const sha256 = held.get(`gw_live/${NAME}`)?.sha256 ?? null;
    for (const other of [
      { bytes: Buffer.from('Rows'), sha256 },
      { bytes: Buffer.from('rows'), sha256: null },
    ]) {
      held.set(`gw_live/${NAME}`, other);
      const file = join(dir, 'back');
      expect(await failureOf(fetchDump(bucket, NAME, file, never))).to.include('is another');
      expect(existsSync(file)).to.equal(false);
      expect(readdirSync(dir)).to.deep.equal([NAME]);
    }
  });
});
