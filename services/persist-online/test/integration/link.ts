import { connect, createServer, type Socket } from 'node:net';

export interface Link {
  readonly port: number;
  /** Drop all connections and refuse new ones. */
  cut(): void;
  mend(): void;
  /** Connections refused while cut: proof that the fault was felt. */
  refused(): number;
  close(): Promise<void>;
}

/** A TCP proxy before Redis. */
export async function makeLink(target: URL): Promise<Link> {
  let isCut = false;
  let refused = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    if (isCut) {
      refused += 1;
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dropAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      isCut = true;
      dropAll();
    },
    mend: () => {
      isCut = false;
    },
    refused: () => refused,
    close: () => {
      dropAll();
      return new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    },
  };
}
