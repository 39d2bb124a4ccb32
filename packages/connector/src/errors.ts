import { GroundswellError } from '@groundswell/domain';
import type { BackoffClass } from './backoff.ts';

/** A source did not answer, or refused for now or for good: `backoff` says what to do. */
export class SourceUnavailableError extends GroundswellError {
  readonly backoff: BackoffClass;
  /** What the source asked for, ms. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    options: { backoff: BackoffClass; retryAfterMs?: number | null; cause?: unknown },
  ) {
    super(message, {
      code: 'GW_SOURCE_UNAVAILABLE',
      retriable: options.backoff !== 'STOP',
      cause: options.cause,
      fields: { backoff: options.backoff },
    });
    this.backoff = options.backoff;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Another process took over this connector: ours must end without storing anything. */
export class ConnectorFencedError extends GroundswellError {
  constructor(connector: string) {
    super('another owner holds the connector', {
      code: 'GW_CONNECTOR_FENCED',
      retriable: false,
      fields: { connector },
    });
  }
}
