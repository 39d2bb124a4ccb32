import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface StallingProxy {
  readonly port: number;
  /** Settles when so many bytes have gone up. */
  readonly stalled: Promise<void>;
  close(): void;
}

/**
 * Passes connections on to a port of this machine until `afterBytes` have gone up: the connection that brought the last of them then hangs,
 * new ones pass. So a transfer is interrupted in its middle, and what it does about that can still reach the server.
 */
export async function startStallingProxy(
  target: number,
  afterBytes: number,
): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  let upBytes = 0;
  let stall = (): void => undefined;
  const stalled = new Promise<void>((resolve) => (stall = resolve));
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    }
    upstream.pipe(client);
    client.on('data', (chunk) => {
      const hadStalled = upBytes >= afterBytes;
      upBytes += chunk.length;
      upstream.write(chunk);
      if (hadStalled || upBytes < afterBytes) return;
      client.pause();
      stall();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stalled,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
