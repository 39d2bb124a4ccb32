import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubAnswer {
  readonly status: number;
  readonly body?: object | string;
  /** Never answer. */
  readonly hang?: boolean;
  /** Cut the connection instead of answering. */
  readonly reset?: boolean;
}

export interface StubRegistry {
  readonly url: string;
  readonly requests: string[];
  answer: (path: string, method: string) => StubAnswer;
  close(): Promise<void>;
}

/** A fault injector that speaks HTTP: it answers as broken registries and proxies were seen to answer. */
export async function startStubRegistry(): Promise<StubRegistry> {
  const stub = { requests: [] as string[], answer: (): StubAnswer => ({ status: 500 }) };
  const server = http.createServer((request, response) => {
    request.resume();
    stub.requests.push(`${request.method} ${request.url}`);
    const {
      status,
      body = '',
      hang,
      reset,
    } = (stub.answer as StubRegistry['answer'])(request.url ?? '', request.method ?? '');
    if (hang === true) return;
    if (reset === true) {
      request.socket.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(stub, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
