import net from 'node:net';

/**
 * One question to a part, answered with yes or no within a second. Each speaks just enough of the part's protocol to
 * tell "serves clients" from "the port is open", without a client library.
 */

const probeTimeoutMs = 1000;

/** The broker answers Metadata v1 and names at least one broker, that is: it has joined its own cluster. */
export async function kafkaAnswers(host: string, port: number): Promise<boolean> {
  const clientId = 'groundswell-probe';
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + clientId.length + 4);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(3, 4); // Metadata
  request.writeInt16BE(1, 6); // version
  request.writeInt16BE(clientId.length, 12); // after the correlation id, which stays 0
  request.write(clientId, 14, 'latin1'); // then an empty list of topics: none, not all
  const answer = await exchange(host, port, request, (bytes) => bytes.length >= 12);
  return answer !== undefined && answer.readInt32BE(8) > 0; // size, correlation id, count of brokers
}

/** The server asks for a password. While it recovers it answers with an error instead. */
export async function postgresAnswers(host: string, port: number, user: string): Promise<boolean> {
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0postgres\0\0`, 'latin1');
  const startup = Buffer.alloc(4 + body.length);
  startup.writeInt32BE(startup.length, 0);
  body.copy(startup, 4);
  const answer = await exchange(host, port, startup, (bytes) => bytes.length >= 1);
  return answer?.toString('latin1', 0, 1) === 'R';
}

/** The server answers a ping. While it loads its file it answers `-LOADING`. */
export async function redisAnswers(host: string, port: number): Promise<boolean> {
  const answer = await exchange(host, port, Buffer.from('PING\r\n'), (bytes) => bytes.length >= 5);
  return answer?.toString('latin1', 0, 5) === '+PONG';
}

/** GET gives a status below 400. */
export async function httpAnswers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Something accepts connections there: all that can be asked of an external part that may want TLS or a password. */
export async function tcpAnswers(host: string, port: number): Promise<boolean> {
  return (await exchange(host, port, Buffer.alloc(0), () => true)) !== undefined;
}

/** Sends bytes and resolves with what came back once it is enough; undefined on refusal, end or time-out. */
function exchange(
  host: string,
  port: number,
  request: Buffer,
  isEnough: (answer: Buffer) => boolean,
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0);
    const socket = net.connect({ host, port });
    const finish = (result: Buffer | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(probeTimeoutMs, () => {
      finish(undefined);
    });
    socket.once('error', () => {
      finish(undefined);
    });
    socket.once('close', () => {
      finish(undefined);
    });
    socket.once('connect', () => {
      if (request.length === 0) finish(answer);
      else socket.write(request);
    });
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (isEnough(answer)) finish(answer);
    });
  });
}
