import net from 'node:net';
import {
  notLeaderResponse,
  readCorrelationId,
  readRequestHead,
  splitFrames,
} from './produce-request.ts';

/**
 * What happens to a Produce request:
 * cut-before: the connection dies before the broker sees it (P1); cut-after: the broker appends, then the connection dies before the
 * answer (P5, P6); drop-answer: the broker appends, the answer vanishes, the connection lives (P4); not-leader: the request vanishes
 * and the client is told that another broker leads (P2, P7).
 */
export type ProduceFault = 'cut-before' | 'cut-after' | 'drop-answer' | 'not-leader';

export interface FaultProxy {
  /** Dial through the proxy, whatever broker is meant. */
  readonly dial: (host: string, port: number) => net.Socket;
  /** Faults for the next Produce requests, one each. */
  inject(...faults: readonly ProduceFault[]): void;
  /** Faults that really happened, in order (ST10: a fault that did not fire proves nothing). */
  readonly fired: readonly ProduceFault[];
  close(): Promise<void>;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

/** A TCP proxy between client and brokers that hurts Produce requests on demand. */
export async function startFaultProxy(): Promise<FaultProxy> {
  const pending: ProduceFault[] = [];
  const fired: ProduceFault[] = [];
  const sockets = new Set<net.Socket>();
  const targets = new Map<number, Target>();

  const server = net.createServer((client) => {
    client.on('error', () => undefined);
    void accept(client);
  });

  const accept = async (client: net.Socket): Promise<void> => {
    const broker = net.connect(await targetOf(client));
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    relay(client, broker);
  };

  /** The accept may be seen before the dialler has noted where it wanted to go. */
  const targetOf = async (client: net.Socket): Promise<Target> => {
    for (;;) {
      const target = targets.get(client.remotePort ?? 0);
      if (target !== undefined) return target;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };

  const relay = (client: net.Socket, broker: net.Socket): void => {
    const afterAppend = new Map<number, ProduceFault>();
    onFrames(client, (frame) => {
      const { isProduce, correlationId } = readRequestHead(frame);
      const fault = isProduce ? pending.shift() : undefined;
      if (fault === undefined) broker.write(frame);
      else if (fault === 'cut-before') {
        fired.push(fault);
        client.destroy();
      } else if (fault === 'not-leader') {
        fired.push(fault);
        client.write(notLeaderResponse(frame));
      } else {
        afterAppend.set(correlationId, fault);
        broker.write(frame);
      }
    });
    onFrames(broker, (frame) => {
      const fault = afterAppend.get(readCorrelationId(frame));
      if (fault === undefined) {
        client.write(frame);
        return;
      }
      fired.push(fault);
      if (fault === 'cut-after') client.destroy();
    });
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: proxyPort } = server.address() as net.AddressInfo;

  return {
    fired,
    inject: (...faults) => {
      pending.push(...faults);
    },
    dial: (host, port) => {
      const socket = net.connect(proxyPort, '127.0.0.1');
      // Known before the proxy accepts: the local port is the name of the connection on both sides.
      socket.prependListener('connect', () => {
        targets.set(socket.localPort ?? 0, { host, port });
      });
      return socket;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function onFrames(socket: net.Socket, handle: (frame: Buffer) => void): void {
  let buffered = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    const { frames, rest } = splitFrames(Buffer.concat([buffered, chunk]));
    buffered = Buffer.from(rest);
    for (const frame of frames) handle(frame);
  });
}
