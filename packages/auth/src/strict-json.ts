import { UnauthenticatedError } from './errors.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}:,[\]]/gs;
const MAX_DEPTH = 4;
const MAX_MEMBERS = 64;

/**
 * Parse a JSON object whose every member name occurs once. `JSON.parse` alone lets the last of two equal names win, so two
 * readers of one token could disagree about who it names.
 * @throws UnauthenticatedError for anything else, also for more than 64 members or 4 levels
 */
export function parseStrictObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UnauthenticatedError('malformed', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnauthenticatedError('malformed');
  }
  refuseRepeatedNames(text);
  return value as Readonly<Record<string, unknown>>;
}

/** Walks the tokens of a text that is known to be JSON, with one set of names per open object. */
function refuseRepeatedNames(text: string): void {
  const open: (Set<string> | null)[] = [];
  let last = '';
  let members = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      if (open.length > MAX_DEPTH) throw new UnauthenticatedError('malformed');
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':') {
      const names = open.at(-1);
      const name = JSON.parse(last) as string; // the same name may be spelled with escapes
      members += 1;
      if (names?.has(name) === true || members > MAX_MEMBERS) {
        throw new UnauthenticatedError('malformed');
      }
      names?.add(name);
    }
    last = token;
  }
}
