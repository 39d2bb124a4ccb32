import net from 'node:net';
import { PlatformError } from './errors.ts';

/** Documented ports of the parts; `controller` is the broker's second listener. */
export const defaultPorts = {
  kafka: 19_092,
  controller: 19_093,
  registry: 18_081,
  postgres: 15_432,
  redis: 16_379,
} as const;

/** How far above its default a port is looked for. */
const searchRange = 100;

/** True if nothing listens on the port of the loopback interface. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * Picks ports for one platform and never gives one out twice. A port is only free until somebody binds it: between the
 * pick and the bind of the part another process may win, and then the part dies with its reason in the log.
 */
export class PortPicker {
  readonly #given = new Set<number>();
  readonly #mode: 'default' | 'free';
  readonly #reserved: ReadonlySet<number>;

  /** `reserved`: the documented ports of others, which nobody gets as a substitute for his own. */
  constructor(mode: 'default' | 'free', reserved: readonly number[]) {
    this.#mode = mode;
    this.#reserved = new Set(reserved);
  }

  /** The preferred port or the next free one; any free port in mode `free`. @throws PlatformError when none is free */
  async pick(preferred: number): Promise<number> {
    if (this.#mode === 'free') return this.#any();
    for (let port = preferred; port < preferred + searchRange; port += 1) {
      const isOthers = port !== preferred && this.#reserved.has(port);
      if (isOthers || this.#given.has(port) || !(await isPortFree(port))) continue;
      this.#given.add(port);
      return port;
    }
    throw new PlatformError(`Ports ${preferred} to ${preferred + searchRange - 1} are all taken.`);
  }

  async #any(): Promise<number> {
    for (;;) {
      const port = await systemPort();
      if (this.#given.has(port)) continue;
      this.#given.add(port);
      return port;
    }
  }
}

function systemPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
