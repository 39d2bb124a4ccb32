import { createServer, type Server } from 'node:http';
import { expect } from 'chai';
import { listen } from '../src/index.ts';

const host = '127.0.0.1';

describe('listening', () => {
  const servers: Server[] = [];
  const open = (): Server => {
    const server = createServer((_, response) => response.end('here'));
    servers.push(server);
    return server;
  };
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  it('keeps idle connections for longer than a balancer uses them again', async () => {
    const port = await listen(open(), { host, port: 0 });
    const answer = await fetch(`http://${host}:${port}`);
    expect(answer.headers.get('keep-alive')).to.equal('timeout=65');
  });

  it('fails where the port is taken', async () => {
    const port = await listen(open(), { host, port: 0 });
    const second = await listen(open(), { host, port }).catch((thrown: unknown) => thrown);
    expect(second).to.have.property('code', 'EADDRINUSE');
  });
});
