import type { ErrorCode } from './error-codes.ts';

/** What a caller may do about an error: `true` = pause and try again, `false` = it will fail again. */
export interface GroundswellErrorOptions {
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly cause?: unknown;
  /** Named facts for logs; never payloads or personal data. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** Root of every error that Groundswell throws. Bad input is a returned outcome, never one of these (ER1). */
export class GroundswellError extends Error {
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly fields: Readonly<Record<string, string | number | boolean>>;

  constructor(message: string, options: GroundswellErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.retriable = options.retriable;
    this.fields = options.fields ?? {};
  }
}

/** An input text that has no exact decimal value. */
export class BadDecimalError extends GroundswellError {
  constructor(text: string) {
    super(`not a decimal: ${JSON.stringify(text.slice(0, 60))}`, {
      code: 'GW_BAD_DECIMAL',
      retriable: false,
    });
  }
}

/** An input text that names no instant. */
export class BadTimeError extends GroundswellError {
  constructor(text: string) {
    super(`not an ISO 8601 time with a zone: ${JSON.stringify(text.slice(0, 60))}`, {
      code: 'GW_BAD_TIME',
      retriable: false,
    });
  }
}

/** A rule of our own code was broken; never caused by input. */
export class InvariantError extends GroundswellError {
  constructor(message: string, fields?: Readonly<Record<string, string | number | boolean>>) {
    super(message, {
      code: 'GW_INVARIANT',
      retriable: false,
      ...(fields === undefined ? {} : { fields }),
    });
  }
}

/** Narrow an unknown thrown value to an Error, keeping what was thrown as its cause. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/** Is this our own fault or an outage that passes by itself? Unknown errors are not retriable (ER3). */
export function isRetriable(thrown: unknown): boolean {
  return thrown instanceof GroundswellError && thrown.retriable;
}
