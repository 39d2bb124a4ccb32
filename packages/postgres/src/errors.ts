import { GroundswellError } from '@groundswell/domain';
import { asUntrustedPeer } from '@groundswell/runtime';

/** Postgres did not answer, or says that it cannot now (SQLSTATE 08, 53, 57, 58, 40001, 40P01, 55P03, 25P03): an outage. */
export class PostgresUnavailableError extends GroundswellError {
  constructor(sqlState: string, cause: unknown) {
    super(`Postgres is not available (${sqlState})`, {
      code: 'GW_POSTGRES_UNAVAILABLE',
      retriable: true,
      cause,
      fields: { sqlState },
    });
  }
}

/** Postgres refused a statement: bad data (class 22), a broken constraint, or our bug. */
export class PostgresRefusedError extends GroundswellError {
  constructor(sqlState: string, constraint: string, cause: unknown) {
    super(
      `Postgres refused a statement (${sqlState}${constraint === '' ? '' : `, ${constraint}`})`,
      {
        code: 'GW_POSTGRES_REFUSED',
        retriable: false,
        cause,
        fields: { sqlState, constraint },
      },
    );
  }
}

const OUTAGE_CLASSES = ['08', '53', '57', '58'];
const OUTAGE_STATES = new Set(['40001', '40P01', '55P03', '25P03', '25P04']);

/** Convert at the door: nothing of `pg` is thrown further (ER3). */
export function convertError(thrown: unknown): GroundswellError {
  if (thrown instanceof GroundswellError) return thrown;
  const untrusted = asUntrustedPeer(thrown, 'Postgres');
  if (untrusted !== null) return untrusted;
  const { code, constraint } = thrown as { code?: unknown; constraint?: unknown };
  const state = typeof code === 'string' ? code : '';
  // Five characters are a SQLSTATE; ECONNREFUSED and the like, and pg's own connection errors without a code, are outages.
  const isSqlState = /^[0-9A-Z]{5}$/.test(state);
  if (!isSqlState || OUTAGE_CLASSES.includes(state.slice(0, 2)) || OUTAGE_STATES.has(state)) {
    return new PostgresUnavailableError(state === '' ? 'connection' : state, thrown);
  }
  return new PostgresRefusedError(state, typeof constraint === 'string' ? constraint : '', thrown);
}
