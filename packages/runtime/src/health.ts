import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { toError } from '@groundswell/domain';
import { listen } from './listen.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export interface Check {
  readonly ok: boolean;
  readonly detail?: string;
}
export type CheckFn = () => Check | Promise<Check>;
export interface Report {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, Check>>;
}

/** Liveness: restart me. Readiness: send me work. A paused outage is not a reason to restart (H7). */
export interface Health {
  addReadiness(name: string, check: CheckFn): void;
  addLiveness(name: string, check: CheckFn): void;
  ready(): Promise<Report>;
  live(): Promise<Report>;
}

export function createHealth(): Health {
  const readiness = new Map<string, CheckFn>();
  const liveness = new Map<string, CheckFn>();
  return {
    addReadiness: (name, check) => void readiness.set(name, check),
    addLiveness: (name, check) => void liveness.set(name, check),
    ready: () => run(readiness),
    live: () => run(liveness),
  };
}

async function run(checks: ReadonlyMap<string, CheckFn>): Promise<Report> {
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => {
      try {
        return [name, await check()] as const;
      } catch (thrown) {
        return [name, { ok: false, detail: toError(thrown).name }] as const;
      }
    }),
  );
  return { ok: results.every(([, check]) => check.ok), checks: Object.fromEntries(results) };
}

/** Answers /health/live, /health/ready and /metrics; returns false for any other path. */
export function healthRoutes(
  health: Health,
  metrics: Metrics,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  return (req, res) => {
    const path = (req.url ?? '').split('?')[0];
    if (req.method !== 'GET') return false;
    if (path === '/health/live') void answer(res, health.live());
    else if (path === '/health/ready') void answer(res, health.ready());
    else if (path === '/metrics') {
      metrics.text().then(
        (text) => res.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        () => res.writeHead(500).end(),
      );
    } else return false;
    return true;
  };
}

async function answer(res: ServerResponse, report: Promise<Report>): Promise<void> {
  const { ok, checks } = await report;
  res
    .writeHead(ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify({ status: ok ? 'ok' : 'unavailable', checks }));
}

export interface HealthServerOptions {
  readonly host: string;
  readonly port: number;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** HTTP server of a service that has no other surface. Resolves when it listens. */
export async function startHealthServer(
  options: HealthServerOptions,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const routes = healthRoutes(options.health, options.metrics);
  const server: Server = createServer((req, res) => {
    if (!routes(req, res)) res.writeHead(404).end();
  });
  const port = await listen(server, options);
  options.log.info('health server listening', { host: options.host, port });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
