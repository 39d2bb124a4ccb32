import { GroundswellError } from '@groundswell/domain';

/** Every kind of problem that the API answers with; the name becomes `urn:groundswell:problem:<name>`. */
export const problems = {
  'bad-request': [400, 'The request is not valid'],
  unauthenticated: [401, 'Authentication is required'],
  forbidden: [403, 'The token does not allow this'],
  'not-found': [404, 'There is no such resource'],
  'unknown-value': [404, 'No value is known'],
  'method-not-allowed': [405, 'The method is not allowed'],
  'too-large': [413, 'The request is too large'],
  unprocessable: [422, 'The request cannot be carried out'],
  'unsupported-media-type': [415, 'The content type is not accepted'],
  'too-many-requests': [429, 'Too many requests'],
  internal: [500, 'Something went wrong on our side'],
  unavailable: [503, 'A part that is needed does not answer'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ProblemName = keyof typeof problems;

/** An answer that is not the wanted one (RFC 9457). Its detail is written for the caller and holds nothing internal (S54). */
export class Problem extends GroundswellError {
  readonly problem: ProblemName;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    problem: ProblemName,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    cause?: unknown,
  ) {
    super(detail, { code: 'GW_HTTP_PROBLEM', retriable: false, cause });
    this.problem = problem;
    this.status = problems[problem][0];
    this.headers = headers;
  }
}

export function problemBody(problem: Problem, traceId: string): Readonly<Record<string, unknown>> {
  return {
    type: `urn:groundswell:problem:${problem.problem}`,
    title: problems[problem.problem][1],
    status: problem.status,
    detail: problem.message,
    trace_id: traceId,
  };
}
