import { TokenServiceUnavailableError, UnauthenticatedError } from '@groundswell/auth';
import { isRetriable } from '@groundswell/domain';
import { Problem, type ProblemName } from '../core/problem.ts';

const BY_STATUS: Readonly<Record<number, ProblemName>> = {
  400: 'bad-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'unsupported-media-type',
};

/** Rules of the document that bound how much may be sent at once, not its form. */
const BODY_SIZE_RULES = /^max(Length|Items)\b/;

/** What any thrown thing looks like from outside. 401 is always the same, whatever was wrong with the token (S12). */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof UnauthenticatedError) {
    return new Problem(
      'unauthenticated',
      'Send an access token in the Authorization header.',
      { 'www-authenticate': 'Bearer' },
      thrown,
    );
  }
  if (thrown instanceof TokenServiceUnavailableError || isRetriable(thrown)) {
    return new Problem('unavailable', 'Try again soon.', { 'retry-after': '2' }, thrown);
  }
  const { status, message, errors } = thrown as RequestError;
  if (errors?.some(isOversize) === true) {
    return new Problem('too-large', 'More was sent than the document allows.', {}, thrown);
  }
  const name = typeof status === 'number' ? BY_STATUS[status] : undefined;
  if (name === undefined) return new Problem('internal', 'The fault is logged.', {}, thrown);
  return new Problem(name, clean(message), {}, thrown);
}

/** What the validator and the body parser throw. */
interface RequestError {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly errors?: readonly { readonly path?: string; readonly errorCode?: string }[];
}

function isOversize({ path, errorCode }: { readonly path?: string; readonly errorCode?: string }) {
  return path?.startsWith('/body') === true && BODY_SIZE_RULES.test(errorCode ?? '');
}

/** Messages of the validator name rules and declared parameters, never what was sent. */
function clean(message: unknown): string {
  if (typeof message !== 'string') return 'The request is not valid.';
  return message.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 300);
}
