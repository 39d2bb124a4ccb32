import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Idle connections stay longer than a load balancer keeps them for reuse (60 s in nginx): otherwise a request now and then meets a
 * connection that is just being closed, and its caller sees a 502.
 */
const KEEP_ALIVE_MS = 65_000;

/** Resolves with the port when the server listens; port 0 takes a free one. Rejects when the address cannot be had. */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}
