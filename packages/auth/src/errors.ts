import { GroundswellError } from '@groundswell/domain';

/** Why a token was refused: for our logs and tests only, never for the caller (S12). */
export type RefusalReason =
  | 'missing'
  | 'too_long'
  | 'malformed'
  | 'algorithm'
  | 'type'
  | 'critical_header'
  | 'unknown_key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'time'
  | 'claims';

/** The caller did not prove who it is. Its message is constant, so that no answer tells why (S12). */
export class UnauthenticatedError extends GroundswellError {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, cause?: unknown) {
    super('authentication is required', {
      code: 'GW_UNAUTHENTICATED',
      retriable: false,
      cause,
      fields: { reason },
    });
    this.reason = reason;
  }
}

/** The issuer's keys could not be read, so the token can be neither accepted nor refused: answer 503 (S5). */
export class TokenServiceUnavailableError extends GroundswellError {
  constructor(cause?: unknown) {
    super('the token service does not answer', {
      code: 'GW_TOKEN_SERVICE_UNAVAILABLE',
      retriable: true,
      cause,
    });
  }
}
