import { expect } from 'chai';
import { isRetriable } from '@groundswell/domain';
import { createServer } from 'node:net';
import { createRedis, RedisRefusedError, RedisUnavailableError, takeTokens } from '../src/index.ts';
import { connect, log, redisUrl } from './rig.ts';

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

describe('connection to Redis', () => {
  it('says retriably that nobody listens', async () => {
    const redis = createRedis({ url: 'redis://127.0.0.1:1', lane: 'test', log });
    const error = await failure(redis.ping());
    expect(error).to.be.instanceOf(RedisUnavailableError);
    expect(isRetriable(error)).to.equal(true);
    await redis.close();
  });

  it('does not wait for a server that accepts and stays silent', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const redis = createRedis({
      url: `redis://127.0.0.1:${port}`,
      lane: 'test',
      log,
      commandTimeoutMs: 100,
    });
    expect(await failure(redis.ping())).to.be.instanceOf(RedisUnavailableError);
    await redis.close();
    silent.close();
  });

  it('tells a refused command from an outage', async () => {
    const { redis, close } = connect(redisUrl());
    await redis.run((it) => it.set(redis.keys.sourceIndex, 'text'));
    const error = await failure(redis.run((it) => it.smembers(redis.keys.sourceIndex)));
    expect(error).to.be.instanceOf(RedisRefusedError);
    expect(isRetriable(error)).to.equal(false);
    await close();
  });

  it('gives a principal its burst and no more', async () => {
    const { redis, close } = connect(redisUrl());
    const policy = { capacity: 5, refillPerSecond: 0.01 };
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push(await takeTokens(redis, 'somebody', policy));
    expect(answers.map(({ allowed }) => allowed)).to.deep.equal([
      ...Array<boolean>(5).fill(true),
      false,
      false,
    ]);
    expect(answers[0]?.tokensLeft).to.equal(4);
    expect(answers[6]?.retryAfterMs).to.be.within(90_000, 100_000);
    expect((await takeTokens(redis, 'another', policy)).allowed).to.equal(true);
    await close();
  });
});
