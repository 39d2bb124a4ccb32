import net from 'node:net';
import { expect } from 'chai';
import { parsePasswd } from '../platform/account.ts';
import { MavenTransfers } from '../platform/downloads.ts';
import { endpointOf, externalAddress, redacted } from '../platform/external.ts';
import { brokerProperties } from '../platform/parts/kafka.ts';
import { isRecentRedis } from '../platform/parts/redis.ts';
import { isPortFree, PortPicker } from '../platform/ports.ts';
import { missingToolSentence, requirements } from '../platform/requirements.mjs';
import { formatTable } from '../platform/table.ts';

describe('requirements', () => {
  const jdk = requirements.find(({ tool }) => tool === 'JDK')!;
  const maven = requirements.find(({ tool }) => tool === 'Maven')!;

  it('names the missing tool, the reason and both install commands in one sentence', () => {
    expect(missingToolSentence({ requirement: maven, found: undefined })).to.equal(
      'Maven >= 3.8 was not found: it downloads Kafka and the schema registry; install it with `apt-get install maven` or `brew install maven`.',
    );
  });

  it('says which version is too old', () => {
    expect(missingToolSentence({ requirement: jdk, found: '11.0.2' })).to.match(
      /^JDK >= 17 is too old \(11\.0\.2\): /,
    );
  });

  it('knows old version schemes', () => {
    expect(jdk.isEnough('1.8.0_292')).to.equal(false);
    expect(jdk.isEnough('17.0.15')).to.equal(true);
    expect(maven.isEnough('3.6.3')).to.equal(false);
    expect(maven.isEnough('3.10.0')).to.equal(true);
    expect(maven.isEnough('4.0.0-rc-2')).to.equal(true);
  });

  it('needs no Java and no Maven when both JVM parts come from the environment', () => {
    const env = { KAFKA_BROKERS: 'k:9092', SCHEMA_REGISTRY_URL: 'http://r:8081' };
    expect(requirements.filter(({ needed }) => needed(env)).map(({ tool }) => tool)).to.deep.equal([
      'Node',
      'npm',
    ]);
  });
});

describe('ports', () => {
  it('gives the preferred port when it is free and never twice', async () => {
    const picker = new PortPicker('default', []);
    const first = await picker.pick(28_411);
    expect(await picker.pick(28_411)).to.be.greaterThan(first);
  });

  it('passes over a taken port and over the documented ports of others', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    try {
      expect(await isPortFree(port)).to.equal(false);
      const picked = await new PortPicker('default', [port, port + 1]).pick(port);
      expect(picked).to.be.greaterThan(port + 1);
    } finally {
      server.close();
    }
  });
});

describe('parts from the environment', () => {
  it('takes an empty variable for none', () => {
    expect(externalAddress('redis', { REDIS_URL: ' ' })).to.equal(undefined);
    expect(externalAddress('redis', { REDIS_URL: 'redis://r' })).to.equal('redis://r');
  });

  it('finds host and port in broker lists and URLs with and without a port', () => {
    expect(endpointOf('kafka', 'a:9092,b:9093')).to.deep.equal({ host: 'a', port: 9092 });
    expect(endpointOf('postgres', 'postgres://u:p@db/x')).to.deep.equal({ host: 'db', port: 5432 });
    expect(endpointOf('redis', 'rediss://[::1]:7000')).to.deep.equal({ host: '::1', port: 7000 });
    expect(() => endpointOf('kafka', 'nonsense')).to.throw('KAFKA_BROKERS is not an address');
  });

  it('never shows a password', () => {
    expect(redacted('postgres://me:pa:ss@db/x')).to.equal('postgres://me:***@db/x');
  });
});

describe('parts', () => {
  it('reads the versions of Redis and Valkey and refuses old ones', () => {
    expect(
      isRecentRedis('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'),
    ).to.equal(true);
    expect(isRecentRedis('Valkey server v=8.1.1 sha=00000000:0')).to.equal(true);
    expect(isRecentRedis('Redis server v=6.0.16 sha=00000000:0')).to.equal(false);
    expect(isRecentRedis('command not found')).to.equal(false);
  });

  it('binds the broker to the loopback interface and bounds what it keeps', () => {
    const lines = brokerProperties({ port: 1, controllerPort: 2, dataDir: '/d' }).split('\n');
    expect(lines).to.include('listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2');
    expect(lines).to.include('auto.create.topics.enable=false');
    expect(lines.some((line) => /^log\.retention\.bytes=\d+$/.test(line))).to.equal(true);
  });

  it('reads accounts, negative ids included', () => {
    expect(
      parsePasswd('nobody:*:-2:-2:x:/:/bin/false\npostgres:x:101:104::/:/bin/sh\n'),
    ).to.deep.equal([
      { name: 'nobody', uid: 4_294_967_294, gid: 4_294_967_294 },
      { name: 'postgres', uid: 101, gid: 104 },
    ]);
  });

  it("turns Maven's output into progress", () => {
    const transfers = new MavenTransfers();
    expect(transfers.read('[INFO] Scanning for projects...')).to.equal(undefined);
    expect(transfers.read('Downloaded from central: x (3.9 kB at 8.9 kB/s)')).to.equal('1 files');
    expect(transfers.read('Progress (1): 12/109 MB')).to.equal('1 files, 12/109 MB');
    expect(transfers.read('Progress (1): 4.1/13 kB')).to.equal(undefined);
  });
});

describe('the table of doctor', () => {
  it('lines up its columns', () => {
    expect(formatTable(['a', 'bb'], [['xyz', '1']])).to.equal('a    bb\n---  --\nxyz  1\n');
  });
});
