import { httpLimits } from './limits.ts';

/** What cannot be read as a list of items is refused as a whole. */
export type BodyRefusal =
  | 'unsupported_media_type'
  | 'not_utf8'
  | 'not_json'
  | 'not_a_list'
  | 'too_many_items'
  | 'too_deep'
  | 'empty';

export type ReadBody =
  | { readonly items: readonly unknown[] }
  | { readonly refusal: BodyRefusal; readonly detail: string };

const refuse = (refusal: BodyRefusal, detail: string): ReadBody => ({ refusal, detail });

/** `application/json` with an array, or `application/x-ndjson` with one object per line; UTF-8 only. */
export function mediaTypeOf(contentType: string | undefined): 'json' | 'ndjson' | null {
  const match = /^\s*application\/(json|x-ndjson)\s*(?:;\s*charset="?utf-8"?\s*)?$/i.exec(
    contentType ?? '',
  );
  if (match === null) return null;
  return match[1]?.toLowerCase() === 'json' ? 'json' : 'ndjson';
}

/** Read the items. Number literals stay the text they were sent as (K13). */
export function readBody(type: 'json' | 'ndjson', bytes: Uint8Array): ReadBody {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return refuse('not_utf8', 'the body is not UTF-8');
  }
  if (depthOf(text) > httpLimits.maxDepth) return refuse('too_deep', 'nested too deeply');
  const items: unknown[] = [];
  if (type === 'json') {
    const parsed = parseLossless(text);
    if (parsed === undefined) return refuse('not_json', 'the body is not JSON');
    if (!Array.isArray(parsed)) return refuse('not_a_list', 'the body must be an array of items');
    items.push(...(parsed as unknown[]));
  } else {
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const parsed = parseLossless(line);
      if (parsed === undefined) return refuse('not_json', `line ${index + 1} is not JSON`);
      items.push(parsed);
      if (items.length > httpLimits.maxItems) break;
    }
  }
  if (items.length > httpLimits.maxItems) {
    return refuse('too_many_items', `at most ${httpLimits.maxItems} items per request`);
  }
  return items.length === 0 ? refuse('empty', 'there is no item') : { items };
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** JSON.parse where every number is its literal text; undefined when it is no JSON. */
function parseLossless(text: string): unknown {
  const keepLiteral: Reviver = (_key, value, context) =>
    typeof value === 'number' ? (context.source ?? String(value)) : value;
  try {
    return JSON.parse(text, keepLiteral as (key: string, value: unknown) => unknown) as unknown;
  } catch {
    return undefined;
  }
}

/** Deepest nesting of brackets outside of strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, (depth += 1));
    else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return deepest;
}
