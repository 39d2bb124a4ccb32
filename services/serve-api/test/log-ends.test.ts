import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { createKafkaClient } from '@groundswell/kafka';
import { createLogEnds } from '../src/adapters/log-ends.ts';

describe('ends of the log for the operations page', () => {
  it('are not known without a broker', async () => {
    expect(await createLogEnds(null).of('market.trade.v1')).to.equal(null);
  });

  it('are not known within seconds, not minutes, when the broker does not answer', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const kafka = createKafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'log-ends' });
    try {
      const startedMs = performance.now();
      expect(await createLogEnds(kafka).of('market.trade.v1')).to.equal(null);
      expect(performance.now() - startedMs).to.be.below(10_000);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
      void kafka.close().catch(() => undefined); // waits for the answer as long as the client does
    }
  }).timeout(20_000);
});
