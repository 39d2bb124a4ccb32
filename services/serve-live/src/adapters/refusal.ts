import { TokenServiceUnavailableError, UnauthenticatedError } from '@groundswell/auth';
import { GroundswellError } from '@groundswell/domain';
import { problems, type Problem } from '../core/problems.ts';

/** A refused handshake. Socket.io hands `message` and `data` to the client, and nothing else. */
export class ConnectionRefusedError extends GroundswellError {
  readonly data: Problem;

  constructor(problem: Problem) {
    super(problem.title, { code: 'GW_CONNECTION_REFUSED', retriable: problem.status === 503 });
    this.data = problem;
  }
}

/** What a failed verification is told to the client. Rethrows what is no refusal. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof UnauthenticatedError) return problems.unauthenticated;
  if (thrown instanceof TokenServiceUnavailableError) return problems.tokensUnavailable;
  throw thrown;
}
