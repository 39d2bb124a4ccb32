import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { contentSecurityPolicy, createWebServer, type WebServer } from '../../server/index.ts';

describe('server of the page', () => {
  let root: string;
  let server: WebServer;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'dashboard-'));
    await mkdir(join(root, 'web', 'assets'), { recursive: true });
    await writeFile(join(root, 'secret.js'), 'secret');
    await writeFile(join(root, 'web', 'index.html'), '<p>page</p>');
    await writeFile(join(root, 'web', 'assets', 'main-abc.js'), 'code()');
    server = await createWebServer({
      ...{ host: '127.0.0.1', port: 0, webRoot: join(root, 'web') },
      apiUrl: 'http://api.test:8080/base',
      liveUrl: 'https://live.test',
      issuerUrl: 'http://127.0.0.1:8082',
    });
  });
  after(async () => {
    await server.stop();
    await rm(root, { recursive: true });
  });

  const get = (path: string) => fetch(server.url + path);

  it('gives the page for its own routes, also where an id holds a dot', async () => {
    for (const path of ['/', '/board', '/s/stock:BRK.B', '/i/me?x=1']) {
      const response = await get(path);
      expect(await response.text(), path).to.equal('<p>page</p>');
      expect(response.headers.get('cache-control')).to.equal('no-cache');
    }
  });

  it('caches hashed assets for ever and answers 404 for missing ones', async () => {
    const asset = await get('/assets/main-abc.js');
    expect(await asset.text()).to.equal('code()');
    expect(asset.headers.get('content-type')).to.equal('text/javascript; charset=utf-8');
    expect(asset.headers.get('cache-control')).to.contain('immutable');
    expect((await get('/assets/gone.js')).status).to.equal(404);
    expect((await get('/gone.css')).status).to.equal(404);
  });

  it('never leaves its folder', async () => {
    for (const path of ['/../secret.js', '/%2e%2e/secret.js', '/..%2fsecret.js', '/a%00.js']) {
      expect(await rawStatus(server.url, path), path).to.equal(404);
    }
  });

  it('tells the page whom to call and lets it call nobody else', async () => {
    const response = await get('/config.json');
    expect(await response.json()).to.eql({
      apiUrl: 'http://api.test:8080/base',
      liveUrl: 'https://live.test',
      issuerUrl: 'http://127.0.0.1:8082',
    });
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).to.contain(
      "connect-src 'self' http://api.test:8080 https://live.test wss://live.test http://127.0.0.1:8082;",
    );
    expect(policy).to.contain("default-src 'self'; script-src 'self'; style-src 'self'");
    expect(policy).not.to.contain('unsafe');
    expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
  });

  it('refuses other methods', async () => {
    expect((await fetch(server.url, { method: 'POST' })).status).to.equal(405);
  });

  it('names each origin once', () => {
    const url = 'http://127.0.0.1:9';
    expect(contentSecurityPolicy({ apiUrl: url, liveUrl: url, issuerUrl: url })).to.contain(
      "connect-src 'self' http://127.0.0.1:9 ws://127.0.0.1:9;",
    );
  });
});

/** fetch cleans paths up before it sends them; an attacker does not. */
function rawStatus(url: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
