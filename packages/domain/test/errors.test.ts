import { readFileSync, readdirSync, type Dirent } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import {
  errorCodes,
  GroundswellError,
  isRetriable,
  toError,
  type ErrorCode,
} from '../src/index.ts';

/**
 * ER5: one table over every error class of the repository. A class that is not in it, a name that is not the class's, two exported
 * classes with one code, and a docs/errors.md that says something else all fail here.
 */
interface Row {
  readonly file: string;
  readonly name: string;
  readonly code: ErrorCode;
  readonly retriable: boolean;
  /** Sample arguments of the constructor; absent = the class is not exported and shares the code of an exported one. */
  readonly args?: readonly unknown[];
  /** Exported within its package, turned into another error before it leaves it: may share that error's code. */
  readonly stays?: true;
}

const cause = new Error('cause');
const rows: readonly Row[] = [
  row('packages/domain/src/errors.ts', 'BadDecimalError', 'GW_BAD_DECIMAL', false, ['1,5']),
  row('packages/domain/src/errors.ts', 'BadTimeError', 'GW_BAD_TIME', false, ['noon']),
  row('packages/domain/src/errors.ts', 'InvariantError', 'GW_INVARIANT', false, ['message', {}]),
  row('packages/runtime/src/config.ts', 'BadConfigError', 'GW_BAD_CONFIG', false, [['PORT: no']]),
  row('packages/stream/src/errors.ts', 'FencedError', 'GW_FENCED', false, [{}]),
  row('packages/stream/src/errors.ts', 'GapError', 'GW_GAP', false, [{}]),
  row('packages/stream/src/errors.ts', 'TruncatedError', 'GW_TRUNCATED', false, [{}]),
  row('packages/stream/src/errors.ts', 'PartitionCountError', 'GW_PARTITION_COUNT', false, [{}]),
  row('packages/stream/src/errors.ts', 'UndecodableError', 'GW_UNDECODABLE', false, ['short']),
  {
    ...row('packages/stream/src/suspects.ts', 'PoisonSuspectError', 'GW_INVARIANT', false, [
      0n,
      cause,
    ]),
    stays: true,
  },
  row('packages/kafka/src/errors.ts', 'KafkaUnavailableError', 'GW_KAFKA_UNAVAILABLE', true, [
    'message',
    cause,
  ]),
  row('packages/kafka/src/errors.ts', 'KafkaRefusedError', 'GW_KAFKA_REFUSED', false, [
    'message',
    cause,
  ]),
  row(
    'packages/kafka/src/errors.ts',
    'KafkaUnauthenticatedError',
    'GW_KAFKA_UNAUTHENTICATED',
    false,
    ['message', cause],
  ),
  row('packages/runtime/src/tls.ts', 'UntrustedPeerError', 'GW_UNTRUSTED_PEER', false, [
    'Kafka',
    'CERT_HAS_EXPIRED',
    cause,
  ]),
  row('packages/kafka/src/errors.ts', 'KafkaCrashedError', 'GW_KAFKA_CRASHED', false, [cause]),
  row('packages/kafka/src/errors.ts', 'RegistryUnavailableError', 'GW_REGISTRY_UNAVAILABLE', true, [
    'message',
  ]),
  row('packages/kafka/src/errors.ts', 'SchemaUnknownError', 'GW_SCHEMA_UNKNOWN', false, ['m']),
  row('packages/kafka/src/errors.ts', 'SchemaMismatchError', 'GW_SCHEMA_MISMATCH', false, ['m']),
  row('packages/kafka/src/errors.ts', 'SchemaIncompatibleError', 'GW_SCHEMA_INCOMPATIBLE', false, [
    'message',
  ]),
  row(
    'packages/postgres/src/errors.ts',
    'PostgresUnavailableError',
    'GW_POSTGRES_UNAVAILABLE',
    true,
    ['57P01', cause],
  ),
  row('packages/postgres/src/errors.ts', 'PostgresRefusedError', 'GW_POSTGRES_REFUSED', false, [
    '23514',
    'conservation',
    cause,
  ]),
  row('packages/redis/src/errors.ts', 'RedisUnavailableError', 'GW_REDIS_UNAVAILABLE', true, [
    cause,
  ]),
  row('packages/redis/src/errors.ts', 'RedisRefusedError', 'GW_REDIS_REFUSED', false, [cause]),
  row('packages/redis/src/keys.ts', 'BadKeyError', 'GW_BAD_KEY', false, ['lane']),
  row('packages/bucket/src/errors.ts', 'BucketUnavailableError', 'GW_BUCKET_UNAVAILABLE', true, [
    'message',
    cause,
  ]),
  row('packages/bucket/src/errors.ts', 'BucketRefusedError', 'GW_BUCKET_REFUSED', false, [
    'message',
    cause,
  ]),
  row('packages/auth/src/errors.ts', 'UnauthenticatedError', 'GW_UNAUTHENTICATED', false, [
    'missing',
  ]),
  row(
    'packages/auth/src/errors.ts',
    'TokenServiceUnavailableError',
    'GW_TOKEN_SERVICE_UNAVAILABLE',
    true,
    [cause],
  ),
  row('packages/connector/src/errors.ts', 'SourceUnavailableError', 'GW_SOURCE_UNAVAILABLE', true, [
    'message',
    { backoff: 'NET' },
  ]),
  row('packages/connector/src/errors.ts', 'ConnectorFencedError', 'GW_CONNECTOR_FENCED', false, [
    'coinbase',
  ]),
  row(
    'services/persist-online/src/errors.ts',
    'CacheRebuildingError',
    'GW_CACHE_REBUILDING',
    true,
    ['lost'],
  ),
  row('services/serve-api/src/core/problem.ts', 'Problem', 'GW_HTTP_PROBLEM', false, [
    'not-found',
    'detail',
  ]),
  row(
    'services/serve-live/src/adapters/refusal.ts',
    'ConnectionRefusedError',
    'GW_CONNECTION_REFUSED',
    true,
    [{ status: 503, title: 'title', type: 'type' }],
  ),
  row('services/serve-live/src/live.ts', 'NotFollowingError', 'GW_KAFKA_UNAVAILABLE', true),
  row('tools/platform/errors.ts', 'PlatformError', 'GW_PLATFORM', false, ['message']),
  row('tools/platform/errors.ts', 'PlatformRunningError', 'GW_PLATFORM_RUNNING', false, [
    1,
    '.groundswell',
  ]),
  row('tools/operate/move-position.ts', 'NoSuchPositionError', 'GW_NO_SUCH_POSITION', false, [
    { group: 'g', topic: 't', partition: 0, from: 1n },
  ]),
  row('tools/backup/errors.ts', 'BackupError', 'GW_BACKUP', false, ['message', cause]),
  row('tools/replay/errors.ts', 'ReplayError', 'GW_REPLAY', false, ['message']),
  row('tools/import/errors.ts', 'ImportError', 'GW_IMPORT', false, ['message']),
  row('tools/load/errors.ts', 'LoadError', 'GW_LOAD', false, ['message']),
  {
    ...row('tools/import/problem.ts', 'FieldProblem', 'GW_IMPORT', false, ['time', 'm']),
    stays: true,
  },
  row('tools/tape/errors.ts', 'TapeError', 'GW_BAD_TAPE', false, ['a.ndjson', 3, 'message']),
  { ...row('tools/tape/fields.ts', 'LineProblem', 'GW_BAD_TAPE', false, ['m']), stays: true },
];

/** Codes that are thrown through the root class, or belong to a limit that is not built yet. */
const withoutClass: readonly ErrorCode[] = [
  'GW_DIVISION_BY_ZERO',
  'GW_SUSPECT',
  'GW_DEAD_LETTER_LIMIT',
  'GW_VERSION_CONFLICT',
];

const root = process.cwd();

describe('the table of errors (ER5)', () => {
  it('names every class that extends GroundswellError', () => {
    const declared = sources().flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(DECLARATION)].map(
        ([, name = '']) => `${file} ${name}`,
      ),
    );
    expect(rows.map(({ file, name }) => `${file} ${name}`)).to.have.members(declared);
  });

  it('gives every instance the name of its class, its code, its verdict and its cause', async () => {
    for (const { file, name, args, code, retriable } of rows) {
      if (args === undefined) continue;
      const module = (await import(pathToFileURL(join(root, built(file))).href)) as Record<
        string,
        new (...args: readonly unknown[]) => GroundswellError
      >;
      const Class = module[name];
      if (Class === undefined) throw new TypeError(`${file} does not export ${name}`);
      const error = new Class(...args);
      expect(error, name).to.be.instanceOf(GroundswellError);
      expect({ name: error.name, code: error.code, retriable: error.retriable }).to.deep.equal({
        name,
        code,
        retriable,
      });
      expect(isRetriable(error), name).to.equal(retriable);
      expect(error.message, name).to.be.a('string').that.is.not.empty;
      if (args.includes(cause)) expect(error.cause, name).to.equal(cause);
    }
  });

  it('says the code of a class that is not exported in the text of its file', () => {
    for (const { file, name, args, code } of rows) {
      if (args !== undefined) continue;
      const text = readFileSync(join(root, file), 'utf8');
      const body = text.slice(text.indexOf(`class ${name} `)).split('\n}\n')[0];
      expect(body, name).to.include(`'${code}'`);
    }
  });

  it('gives no two exported classes one code, and leaves no code unused but the named ones', () => {
    const owned = rows.filter((r) => r.args !== undefined && !r.stays).map(({ code }) => code);
    expect(owned).to.deep.equal([...new Set(owned)]);
    expect([...owned, ...withoutClass]).to.have.members(Object.keys(errorCodes));
  });

  it('equals docs/errors.md', () => {
    const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const table = text.split('\n').filter((line) => line.startsWith('| `GW_'));
    expect(table.map(cells)).to.deep.equal(documented());
  });
});

describe('errors', () => {
  it('keeps what was thrown as the cause of an Error', () => {
    expect(toError(cause)).to.equal(cause);
    expect(toError('text')).to.include({ message: 'text', cause: 'text' });
  });

  it('takes no unknown error for one that passes', () => {
    expect(isRetriable(new TypeError('bug'))).to.equal(false);
    expect(isRetriable({ retriable: true })).to.equal(false);
  });
});

const DECLARATION = /^(?:export )?class (\w+) extends GroundswellError\b/gm;

function row(
  file: string,
  name: string,
  code: ErrorCode,
  retriable: boolean,
  args?: readonly unknown[],
): Row {
  return { file, name, code, retriable, ...(args === undefined ? {} : { args }) };
}

/** What each line of docs/errors.md must say: code, meaning, class, what to do about it. */
function documented(): string[][] {
  return Object.entries(errorCodes).map(([code, meaning]) => {
    const owner = rows.find((r) => r.code === code && r.args !== undefined && !r.stays);
    return [
      `\`${code}\``,
      meaning,
      owner === undefined ? '' : `\`${owner.name}\``,
      owner?.retriable === true ? 'yes' : 'no',
    ];
  });
}

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** Every source file of the repository, relative to it. */
function sources(): string[] {
  const folders = ['schemas/src', 'tools', ...members('packages'), ...members('services')];
  return folders
    .flatMap((folder) => walk(resolve(root, folder)))
    .map((file) => relative(root, file));
}

function members(parent: string): string[] {
  return ['src', 'server'].flatMap((room) =>
    entries(resolve(root, parent)).map(({ name }) => join(parent, name, room)),
  );
}

function walk(folder: string): string[] {
  return entries(folder).flatMap((entry) => {
    if (entry.name === 'dist' || entry.name === 'test') return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : path.endsWith('.ts') ? [path] : [];
  });
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // not every member has both rooms
  }
}

/** Where the module is when the compiled tests run (coverage). */
function built(file: string): string {
  if (!import.meta.url.includes('/dist/')) return file;
  return file.replace(/^(tools|schemas|[^/]+\/[^/]+)\//, '$1/dist/').replace(/\.ts$/, '.js');
}
