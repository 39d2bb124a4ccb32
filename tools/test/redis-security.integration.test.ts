import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import {
  cacheEpoch,
  createOnlineReader,
  createProjectionStore,
  createRedis,
  redisUserRules,
  redisUsers,
  takeTokens,
  type Redis,
  type RedisOptions,
} from '@groundswell/redis';
import { secretText, type Logger } from '@groundswell/runtime';
import { PortPicker } from '../platform/ports.ts';
import { createRedisPart } from '../platform/parts/redis.ts';
import { createAuthority } from './secured/certificates.ts';
import { runPart, type RunningPart } from './secured/run-part.ts';

/** S72 and S76 on a real Redis that speaks TLS only and lets in nobody without a name. */

type User = keyof typeof redisUsers;

describe('Redis with TLS and a user for each service', function () {
  this.timeout(300_000);
  const authority = createAuthority('Groundswell test authority', Date.now());
  const stranger = createAuthority('Groundswell test authority', Date.now());
  const password = randomBytes(18).toString('base64url');
  const opened: Redis[] = [];
  const errors: string[] = [];
  const log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message, fields) => void errors.push(`${message} ${String(fields?.['error'])}`),
    child: () => log,
  };
  let running: RunningPart & { file(name: string, text: string): string };
  let port = 0;

  const open = (username: User, change: Partial<RedisOptions> = {}): Redis => {
    const redis = createRedis({
      url: `rediss://127.0.0.1:${port}`,
      tls: { caFile: running.file('trusted.pem', authority.certificate) },
      username,
      password: secretText(password),
      lane: 'live',
      log,
      ...change,
    });
    opened.push(redis);
    return redis;
  };
  /** The first word of what the server says to a raw command; `OK` when it obeys. */
  const say = (redis: Redis, command: string, ...args: string[]): Promise<string> =>
    redis
      .run((client) => client.call(command, ...args))
      .then(
        () => 'OK',
        (thrown: unknown) =>
          String((thrown as Error).cause)
            .replace(/^\w*Error: /, '')
            .split(' ')[0] ?? '',
      );

  before(async () => {
    port = await new PortPicker('free', []).pick(0);
    running = await runPart((context, file) => {
      const { certificate, key } = authority.issue(['127.0.0.1']);
      const hash = createHash('sha256').update(password).digest('hex');
      const users = (Object.keys(redisUsers) as User[]).map(
        (user) => `user ${user} ${redisUserRules(user, 'live').join(' ')} on #${hash}`,
      );
      return createRedisPart(context, port, [
        ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', file('redis.pem', certificate)],
        ...['--tls-key-file', file('redis.key', key)],
        ...['--tls-ca-cert-file', file('ca.pem', authority.certificate)],
        ...['--aclfile', file('users.acl', `${['user default reset', ...users].join('\n')}\n`)],
      ]);
    });
  });
  after(async () => {
    await Promise.all(opened.map((redis) => redis.close()));
    await running.stop();
  });

  it('answers one who trusts its authority and whom it knows', async () => {
    await open('serve-live').ping();
  });

  it('is not trusted when another authority signed its certificate, and the log says so', async () => {
    const tls = { caFile: running.file('stranger.pem', stranger.certificate) };
    const error = await open('serve-live', { tls })
      .ping()
      .catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'GW_REDIS_UNAVAILABLE', retriable: true });
    expect(errors.join()).to.match(/redis is not trusted UntrustedPeerError: Redis did not prove/);
  });

  it('lets nobody in without TLS, without a name, or with a wrong password', async () => {
    for (const change of [
      { url: `redis://127.0.0.1:${port}` },
      { url: `rediss://127.0.0.1:${port}`, username: null, password: null },
      { password: secretText('wrong') },
    ]) {
      const error = await open('serve-live', change)
        .ping()
        .catch((thrown: unknown) => thrown);
      expect(error, JSON.stringify(change)).to.include({ code: 'GW_REDIS_UNAVAILABLE' });
    }
  });

  it('lets each service do its work', async () => {
    const writer = createProjectionStore(open('persist-online'));
    expect(await writer.beginRebuild('r1', 60_000)).to.equal(true);
    const source = { source: 'coinbase/trades' };
    const write = { target: source, version: { lineage: 1, windowStartUs: 0, ver: 1 }, record: {} };
    expect(await writer.writeRebuilt('r1', 60_000, [write])).to.include({ applied: 1 });
    const position = { topic: 'feature.symbol.market.v1', partition: 0, nextOffset: 7n };
    const epoch = cacheEpoch(1, 'r1');
    expect(await writer.completeRebuild('r1', await writer.serverId(), epoch, [position])).to.equal(
      true,
    );
    for (const user of ['serve-api', 'serve-live'] as const) {
      const { statuses, epoch: read } = await createOnlineReader(open(user)).readSources();
      expect([statuses.length, read?.text]).to.deep.equal([1, epoch.text]);
    }
    const info = await open('watch-parts').run((client) => client.info());
    expect(info).to.include('used_memory');
    const policy = { capacity: 5, refillPerSecond: 1 };
    expect(await takeTokens(open('serve-api'), 'user', policy)).to.include({ allowed: true });
  });

  const forbidden = [
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['CONFIG', 'GET', '*'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['EVAL', 'return 1', '0'],
    ['ACL', 'LIST'],
    ['DEBUG', 'SLEEP', '0'],
    ['SHUTDOWN'],
    ['SCRIPT', 'FLUSH'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['REPLICAOF', 'NO', 'ONE'],
  ];
  for (const user of Object.keys(redisUsers) as User[]) {
    it(`lets ${user} do nothing else`, async () => {
      const redis = open(user);
      const answers = [];
      for (const [command = '', ...args] of forbidden) {
        answers.push(`${command} ${await say(redis, command, ...args)}`);
      }
      expect(answers).to.deep.equal(forbidden.map(([command]) => `${command} NOPERM`));
    });

    it(`keeps ${user} in the keys of its lane`, async () => {
      const redis = open(user);
      const reads = (redisUsers[user] as readonly string[]).includes('get');
      expect(await say(redis, 'GET', 'gw:live:epoch')).to.equal(reads ? 'OK' : 'NOPERM');
      expect(await say(redis, 'GET', 'gw:rehearsal:epoch')).to.equal('NOPERM');
    });
  }

  it('lets readers write nothing, by a script of their own neither', async () => {
    const reader = open('serve-live');
    expect(await say(reader, 'SET', 'gw:live:epoch', 'x')).to.equal('NOPERM');
    expect(await say(reader, 'SCRIPT', 'LOAD', 'return 1')).to.equal('NOPERM');
    const api = open('serve-api');
    const script = "return redis.call('DEL', KEYS[1])";
    const sha = (await api.run((client) => client.script('LOAD', script))) as string;
    expect(await say(api, 'EVALSHA', sha, '1', 'gw:live:epoch')).not.to.equal('OK');
  });
});
