import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { secretText } from '@groundswell/runtime';
import type { BucketAccess } from '../src/index.ts';

export interface Asked {
  readonly method: string;
  /** Path and query, without what only names the operation. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
}

/** Answers one request, or nothing to have the usual answer sent. */
export type Answer = (asked: Asked, response: ServerResponse) => 'answered' | undefined;

/**
 * As much of S3 as an upload needs, without signatures: for what a real server does not do when told to. A real one is asked by
 * `npm run verify:deploy -- --only backups`.
 */
export async function startStandIn(answer: Answer = () => undefined) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url: url.replace(/[?&]x-id=\w+/, ''), headers, bytes };
      asked.push(one);
      if (answer(one, response) === undefined) usual(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const access: BucketAccess = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'fra1',
    bucket: 'backups',
    accessKeyId: secretText('id'),
    secretAccessKey: secretText('secret of a test'),
    tls: {},
  };
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { access, asked, stop };
}

function usual({ method, url }: Asked, response: ServerResponse): void {
  if (method === 'PUT') response.setHeader('ETag', '"e"').end();
  else if (url.endsWith('?uploads=') || url.endsWith('?uploads'))
    response.end(
      '<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>',
    );
  else if (method === 'POST') response.end('<CompleteMultipartUploadResult/>');
  else response.writeHead(204).end();
}

/** A refusal as S3 words it. */
export function refuse(response: ServerResponse, status: number, code: string): 'answered' {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>m</Message></Error>`);
  return 'answered';
}
