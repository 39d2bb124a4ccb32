import winston from 'winston';

const { Console, Stream } = winston.transports;

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
  /** Version of the running code. */
  readonly version?: string;
  /** Where lines go, for tests. @default standard output */
  readonly stream?: NodeJS.WritableStream;
}

/** Version of the Elastic Common Schema whose field names are used. */
const ECS_VERSION = '8.11.0';

/**
 * JSON lines with ECS names, one per call whatever the text holds (S49). Fields of ours go below `groundswell`, so that no name of theirs
 * (`host` is an object there) is given another type; `error` becomes `error.*`, and names with a dot (`trace.id`) are ECS already.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { service, lane = 'live', level = 'info', version, stream } = options;
  const always = {
    'ecs.version': ECS_VERSION,
    'event.dataset': `${service}.log`,
    'service.name': service,
    ...(version === undefined ? {} : { 'service.version': version }),
  };
  const base = winston.createLogger({
    level,
    format: winston.format.printf((info) => {
      const { level: severity, message, ...fields } = info;
      return JSON.stringify({
        '@timestamp': new Date().toISOString(),
        'log.level': severity,
        message,
        ...always,
        ...ecsFields({ lane, ...fields }),
      });
    }),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's own type of its own transports
    transports: [stream === undefined ? new Console({ stderrLevels: [] }) : new Stream({ stream })],
  });
  return wrap(base);
}

function wrap(base: winston.Logger): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void => {
      base.log({ ...plain(fields), level, message });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(base.child(plain(fields))),
  };
}

function ecsFields(fields: LogFields): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  const theirs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'error' || name.includes('.')) theirs[name] = value;
    else own[name] = value;
  }
  return { ...theirs, groundswell: own };
}

/** Errors and bigints are not JSON: of an error is kept what helps (class, code, message, causes), at most five causes deep. */
function plain(fields: LogFields): Record<string, unknown> {
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
    ...(code === undefined ? { stack_trace: error.stack } : { code }),
    ...(fields === undefined ? {} : { fields }),
    ...(error.cause instanceof Error && depth > 0
      ? { cause: describe(error.cause, depth - 1) }
      : {}),
  };
}
