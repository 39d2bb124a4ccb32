import type { SpanSink } from '@groundswell/domain';
import { loadConfig, BadConfigError, type ConfigOf, type Fields } from './config.ts';
import { fields } from './fields.ts';
import { createHealth, type Health } from './health.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { startTracing } from './tracing.ts';
import { tracing } from './tracing-config.ts';

/** Wall clock as a port: pure code gets times as arguments (D3). */
export interface Clock {
  nowMs(): number;
  nowUs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  nowUs: () => Date.now() * 1000,
};

export interface ServiceContext<F extends Fields> {
  readonly config: ConfigOf<F>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly lifecycle: Lifecycle;
  readonly clock: Clock;
  /** Where spans go; null = tracing is off, and nothing is to be done for it. */
  readonly spans: SpanSink | null;
}

const own = {
  lane: fields.lane,
  logLevel: fields.logLevel,
  shutdownMs: fields.shutdownMs,
  codeVersion: fields.codeVersion,
  tracing,
} as const;

/**
 * Run a service: read the configuration, build logger, metrics, health and lifecycle, handle signals, then call `main`.
 * Exit codes: 0 stopped, 1 failed, 2 bad configuration, 3 drained too slowly, 130 aborted by a second signal.
 */
export async function runService<F extends Fields>(
  name: string,
  declared: F,
  main: (context: ServiceContext<F>) => Promise<void>,
): Promise<void> {
  let config: ConfigOf<F>;
  let common: ConfigOf<typeof own>;
  try {
    common = loadConfig(own, process.env);
    config = loadConfig(declared, process.env);
  } catch (thrown) {
    if (!(thrown instanceof BadConfigError)) throw thrown;
    process.stderr.write(`${name}: ${thrown.message}\n`);
    process.exit(2);
  }
  const log = createLogger({
    service: name,
    lane: common.lane,
    level: common.logLevel,
    version: common.codeVersion,
  });
  const lifecycle = createLifecycle({
    log,
    shutdownMs: common.shutdownMs,
    exit: (code) => process.exit(code),
  });
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(130);
      lifecycle.stop(signal);
    });
  }
  process.on('unhandledRejection', (reason) => {
    lifecycle.fail(reason);
  });
  process.on('uncaughtException', (error) => {
    lifecycle.fail(error);
  });
  const metrics = createMetrics(name);
  const health = createHealth();
  try {
    const { lane, codeVersion: version } = common;
    // First of all, so that it is released last: what the others do while they stop is exported too.
    const spans =
      common.tracing === null
        ? null
        : await startTracing(common.tracing, {
            log,
            metrics,
            lifecycle,
            process: { service: name, version, lane },
          });
    await main({ config, log, metrics, health, lifecycle, clock: systemClock, spans });
  } catch (thrown) {
    lifecycle.fail(thrown);
  }
}
