import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { listen } from '@groundswell/runtime';
import { cacheControl, securityHeaders, type Peers } from './headers.ts';

export interface WebServerOptions extends Peers {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Folder with `index.html`. */
  readonly webRoot: string;
  /** Answers health checks and metrics; true if it did. */
  readonly healthRoutes?: (req: IncomingMessage, res: ServerResponse) => boolean;
}

export interface WebServer {
  readonly url: string;
  stop(): Promise<void>;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Serves the built page. Paths of the page's own routes get `index.html`; a missing asset is 404, or a browser with an old page
 * would take markup for a script. `/config.json` tells the page whom to call.
 */
export async function createWebServer(options: WebServerOptions): Promise<WebServer> {
  const headers = securityHeaders(options);
  const pageConfig = JSON.stringify({
    apiUrl: options.apiUrl,
    liveUrl: options.liveUrl,
    issuerUrl: options.issuerUrl,
  });
  const server = createServer((req, res) => {
    if (options.healthRoutes?.(req, res) === true) return;
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    answer(req, res).catch(() => {
      if (res.headersSent) res.destroy();
      else res.writeHead(500).end();
    });
  });

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const path = pathOf(req.url ?? '/');
    if (path === '/config.json') {
      res
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(pageConfig);
      return;
    }
    const file = path === null ? null : await fileOf(options.webRoot, path);
    if (file === null) res.writeHead(404, { 'cache-control': 'no-store' }).end();
    else sendFile(req, res, file);
  }

  const port = await listen(server, options);
  return {
    url: `http://${options.host}:${String(port)}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Decoded path of a request target, or null where it is no proper one. */
function pathOf(target: string): string | null {
  try {
    const path = decodeURIComponent(new URL(target, 'http://page').pathname);
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}

interface ServedFile {
  readonly fullPath: string;
  readonly path: string;
}

async function fileOf(webRoot: string, path: string): Promise<ServedFile | null> {
  const fullPath = normalize(join(webRoot, path));
  if (!fullPath.startsWith(webRoot + sep) && fullPath !== webRoot + sep) return null;
  if (await isFile(fullPath)) return { fullPath, path };
  // Instrument ids may hold a dot, so only names that look like our own files are missing files.
  if (Object.hasOwn(contentTypes, extname(path)) || path.startsWith('/assets/')) return null;
  const index = join(webRoot, 'index.html');
  return (await isFile(index)) ? { fullPath: index, path: '/index.html' } : null;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // missing and unreadable are the same to a browser
  }
}

function sendFile(req: IncomingMessage, res: ServerResponse, { fullPath, path }: ServedFile): void {
  const zip = /\bgzip\b/.test(req.headers['accept-encoding'] ?? '');
  res.writeHead(200, {
    'content-type': contentTypes[extname(fullPath)] ?? 'application/octet-stream',
    'cache-control': cacheControl(path),
    vary: 'accept-encoding',
    ...(zip ? { 'content-encoding': 'gzip' } : {}),
  });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  const abort = (error: Error | null | undefined) => {
    if (error != null) res.destroy(); // the reader went away, or the file did
  };
  const file = createReadStream(fullPath);
  if (zip) pipeline(file, createGzip(), res, abort);
  else pipeline(file, res, abort);
}
