import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createBucket, type Bucket } from '../src/index.ts';
import { partBytesOf } from '../src/parts.ts';
import { refuse, startStandIn, type Answer, type Asked } from './s3-stand-in.ts';

const MIB = 1024 * 1024;

describe('a bucket', () => {
  let dir: string;
  let stop = (): void => undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gw-bucket-'));
  });
  afterEach(() => {
    stop();
    rmSync(dir, { recursive: true });
  });

  const start = async (answer?: Answer) => {
    const { access, asked, stop: end } = await startStandIn(answer);
    const bucket = createBucket(access);
    stop = () => {
      bucket.close();
      end();
    };
    return { bucket, asked };
  };
  const source = (bytes: number) => {
    const file = join(dir, 'dump');
    writeFileSync(file, '');
    truncateSync(file, bytes);
    return { file, bytes, sha256: 'ab12' };
  };
  const shown = (asked: readonly Asked[]) => asked.map(({ method, url }) => `${method} ${url}`);
  const failureOf = async (doing: Promise<unknown>): Promise<string> => {
    try {
      await doing;
      return 'none';
    } catch (error) {
      const { code, message } = error as Error & { readonly code: string };
      return `${code}: ${message}`;
    }
  };
  const read = async (bucket: Bucket): Promise<number> => {
    let bytes = 0;
    const { body } = await bucket.open('a/b');
    for await (const chunk of body) bytes += chunk.length;
    return bytes;
  };

  it('takes a small file in one request, with its hash and without a trailer', async () => {
    const { bucket, asked } = await start();
    await bucket.put('a/b', source(1000));
    expect(shown(asked)).to.deep.equal(['PUT /backups/a/b']);
    expect(asked[0]).to.include({ bytes: 1000 });
    expect(asked[0]?.headers).to.include({ 'x-amz-meta-sha256': 'ab12' });
    expect(asked[0]?.headers).to.not.have.any.keys('x-amz-trailer', 'x-amz-sdk-checksum-algorithm');
    // The signature covers a hash of the body, so a byte that changes on the way is refused.
    expect(asked[0]?.headers['x-amz-content-sha256']).to.match(/^[0-9a-f]{64}$/);
  });

  it('takes a larger one in parts, and completes it', async () => {
    const { bucket, asked } = await start();
    await bucket.put('a/b', source(33 * MIB));
    expect(shown(asked).map((text) => text.replace('=&', '&').replace(/=$/, ''))).to.deep.equal([
      'POST /backups/a/b?uploads',
      'PUT /backups/a/b?partNumber=1&uploadId=u1',
      'PUT /backups/a/b?partNumber=2&uploadId=u1',
      'PUT /backups/a/b?partNumber=3&uploadId=u1',
      'POST /backups/a/b?uploadId=u1',
    ]);
    expect(asked.slice(1, 4).map(({ bytes }) => bytes)).to.deep.equal([16 * MIB, 16 * MIB, MIB]);
    // What asks first whether a body is welcome goes around our certificates.
    expect(asked.filter(({ headers }) => headers.expect !== undefined)).to.deep.equal([]);
  });

  it('takes parts back that the service refused to go on with', async () => {
    const { bucket, asked } = await start(({ url }, response) =>
      url.includes('partNumber=2') ? refuse(response, 403, 'AccessDenied') : undefined,
    );
    const failure = await failureOf(bucket.put('a/b', source(33 * MIB)));
    expect(failure).to.equal('GW_BUCKET_REFUSED: the key may not do this in bucket backups');
    expect(shown(asked).at(-1)).to.equal('DELETE /backups/a/b?uploadId=u1');
  });

  it('takes parts back when it is interrupted, and completes nothing', async () => {
    const interruption = new AbortController();
    const { bucket, asked } = await start(({ url }) => {
      if (!url.includes('partNumber=2')) return undefined;
      interruption.abort();
      return 'answered'; // never: the request hangs
    });
    const failure = await failureOf(bucket.put('a/b', source(33 * MIB), interruption.signal));
    expect(failure).to.equal('GW_BUCKET_UNAVAILABLE: the transfer was interrupted');
    expect(shown(asked).at(-1)).to.equal('DELETE /backups/a/b?uploadId=u1');
    expect(shown(asked)).to.not.include('POST /backups/a/b?uploadId=u1');
  });

  it('does not take a file that became shorter for zeros', async () => {
    const { bucket } = await start();
    const shorter = { ...source(10), bytes: 20 };
    expect(await failureOf(bucket.put('a/b', shorter))).to.include('the file became shorter');
  });

  it('lists all pages', async () => {
    const page = (key: string, next: string): string =>
      `<ListBucketResult><Contents><Key>${key}</Key><Size>7</Size><LastModified>2026-11-22T02:41:00.000Z</LastModified></Contents>${next}</ListBucketResult>`;
    const { bucket } = await start(({ url }, response) => {
      const isSecond = url.includes('continuation-token=t');
      const next = '<NextContinuationToken>t</NextContinuationToken>';
      response.end(isSecond ? page('a/2', '') : page('a/1', next));
      return 'answered';
    });
    const storedAt = new Date('2026-11-22T02:41:00Z');
    expect(await bucket.list('a/')).to.deep.equal([
      { key: 'a/1', bytes: 7, storedAt },
      { key: 'a/2', bytes: 7, storedAt },
    ]);
  });

  it('reads an object, removes one, and says when its bytes end too early', async () => {
    let promised = 5;
    const { bucket, asked } = await start(({ method }, response) => {
      if (method !== 'GET') return undefined;
      response.writeHead(200, { 'content-length': promised });
      response.write('12345', () => response.destroy());
      return 'answered';
    });
    expect(await read(bucket)).to.equal(5);
    promised = 50;
    expect(await failureOf(read(bucket))).to.match(/^GW_BUCKET_UNAVAILABLE: .*did not answer/);
    await bucket.remove('a/b');
    expect(shown(asked).at(-1)).to.equal('DELETE /backups/a/b');
  });

  it('stops reading when it is interrupted', async () => {
    const interruption = new AbortController();
    const { bucket } = await start((_asked, response) => {
      response.writeHead(200, { 'content-length': 50 });
      response.write('12345');
      return 'answered';
    });
    const { body, sha256 } = await bucket.open('a/b', interruption.signal);
    expect(sha256).to.equal(null);
    const reading = (async () => {
      for await (const chunk of body) if (chunk.length > 0) interruption.abort();
    })();
    expect(await failureOf(reading)).to.include('interrupted');
  });

  const refusals: readonly (readonly [number, string, RegExp])[] = [
    [403, 'InvalidAccessKeyId', /does not know the access key$/],
    [403, 'SignatureDoesNotMatch', /the secret does not belong to the access key/],
    [404, 'NoSuchBucket', /has no bucket backups$/],
    [404, 'NoSuchKey', /has no object a\/b$/],
    [400, 'AuthorizationHeaderMalformed', /in another region$/],
    [301, 'PermanentRedirect', /at another endpoint$/],
    [403, 'RequestTimeTooSkewed', /the clock of this machine/],
    [418, 'Teapot', /answered 418 Teapot$/],
  ];
  for (const [status, code, sentence] of refusals) {
    it(`says in a sentence what ${code} means, and quotes no secret`, async () => {
      const { bucket } = await start((_asked, response) => refuse(response, status, code));
      const failure = await failureOf(bucket.open('a/b'));
      expect(failure).to.match(/^GW_BUCKET_REFUSED: /);
      expect(failure).to.match(sentence);
      expect(failure).to.not.include('secret of a test');
    });
  }
});

describe('the parts of an upload', () => {
  it('are 16 MiB, and larger only where ten thousand of them would not do', () => {
    expect(partBytesOf(1)).to.equal(16 * MIB);
    expect(partBytesOf(160_000 * MIB)).to.equal(16 * MIB);
    expect(partBytesOf(160_000 * MIB + 1)).to.equal(17 * MIB);
    for (const bytes of [1e12, 5e12, 160_000 * MIB + 1]) {
      expect(Math.ceil(bytes / partBytesOf(bytes))).to.be.at.most(10_000);
    }
  });
});
