import { STATUS_CODES, type ServerResponse } from 'node:http';

/** RFC 9457. `code` is of a closed set; `detail` never repeats input. */
export function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
): void {
  const title = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code });
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  });
  response.end(body);
}
