import type { AuthorKeys } from '../../core/author-key.ts';
import { DID } from './facets.ts';

/**
 * A frame that could not be used, fit for the dead-letter topic: account ids become author keys, and of a record only its shape stays. No deletion could
 * find a text there (R2). What is not JSON keeps its bytes otherwise: they show what is wrong.
 */
export function redactFrame(text: string, authors: AuthorKeys): string {
  return shapeOf(text).replace(DID, (did) => authors.current(did));
}

function shapeOf(text: string): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text;
  }
  return JSON.stringify(json, (key, value: unknown) => (key === 'record' ? emptied(value) : value));
}

function emptied(value: unknown): unknown {
  if (typeof value === 'string') return '';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(emptied);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, emptied(inner)]));
}
