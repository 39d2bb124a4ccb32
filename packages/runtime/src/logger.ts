import winston from 'winston';

export type LogFields = Readonly<Record<string, unknown>>;

/** Constant messages with fields; personal data, tokens and payloads never go in (ST8). */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly service: string;
  readonly lane?: string;
  readonly level?: 'debug' | 'info' | 'warn' | 'error';
}

/** JSON lines with ECS names on standard output. */
export function createLogger({ service, lane = 'live', level = 'info' }: LoggerOptions): Logger {
  const base = winston.createLogger({
    level,
    format: winston.format.printf((info) => {
      const { level: severity, message, ...rest } = info;
      return JSON.stringify({
        '@timestamp': new Date().toISOString(),
        'log.level': severity,
        message,
        ...rest,
      });
    }),
    defaultMeta: { 'service.name': service, 'groundswell.lane': lane },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's own type of its own transport
    transports: [new winston.transports.Console({ stderrLevels: [] })],
  });
  return wrap(base);
}

function wrap(base: winston.Logger): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void => {
      base.log({ level, message, ...plainErrors(fields) });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(base.child(plainErrors(fields))),
  };
}

/** Errors are not JSON: keep what helps (class, code, message, causes), at most five causes deep. */
function plainErrors(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error
        ? describe(value, 5)
        : typeof value === 'bigint'
          ? String(value)
          : value,
    ]),
  );
}

function describe(error: Error, depth: number): Record<string, unknown> {
  const { code, fields } = error as { code?: unknown; fields?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(fields === undefined ? {} : { fields }),
    ...(error.cause instanceof Error && depth > 0
      ? { cause: describe(error.cause, depth - 1) }
      : {}),
    ...(code === undefined ? { stack: error.stack } : {}),
  };
}
