/** RFC 9457 problem; `LiveProblem` of the protocol. */
export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly title: string;
}

function problem(name: string, status: number, title: string): Problem {
  return { type: `urn:groundswell:problem:${name}`, status, title };
}

/** Every refusal that a client can get. Constant texts: none tells whether something exists (S12). */
export const problems = {
  invalidRequest: problem('invalid-request', 400, 'The request is not one of this protocol.'),
  unauthenticated: problem('unauthenticated', 401, 'Authentication is required.'),
  forbidden: problem('forbidden', 403, 'This token does not open this channel.'),
  tooManyEvents: problem('too-many-events', 429, 'Too many events; wait a second.'),
  tooManySubscriptions: problem('too-many-subscriptions', 429, 'Too many subscriptions.'),
  tooManySockets: problem('too-many-sockets', 429, 'Too many connections.'),
  unavailable: problem('unavailable', 503, 'The state of this channel cannot be read now.'),
  tokensUnavailable: problem('tokens-unavailable', 503, 'Tokens cannot be checked now.'),
} as const;
