import type { SourceFacet } from '@groundswell/symbology';

/** Facets that are looked at; posts have a handful. */
const MAX_FACETS = 100;
const MAX_URLS = 20;
const MAX_URL_LENGTH = 2_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Rich text of a record: its facets with offsets in UTF-16 code units (the source counts UTF-8 bytes, E5) and the links. A facet whose offsets do not fall on
 * letters is the author's client's mistake and left out.
 */
export function readFacets(
  text: string,
  facets: unknown,
): { readonly facets: readonly SourceFacet[]; readonly urls: readonly string[] } {
  const found: SourceFacet[] = [];
  const urls = new Set<string>();
  if (!Array.isArray(facets)) return { facets: found, urls: [] };
  const unitAt = utf16Offsets(text);
  for (const facet of (facets as unknown[]).slice(0, MAX_FACETS)) {
    const { index, features } = fieldsOf(facet);
    const { byteStart, byteEnd } = fieldsOf(index);
    const start = unitAt.get(byteStart as number);
    const end = unitAt.get(byteEnd as number);
    for (const feature of Array.isArray(features) ? (features as unknown[]) : []) {
      const { $type, uri } = fieldsOf(feature);
      const kind = kinds[String($type)];
      if (kind === 'LINK') addUrl(urls, uri);
      if (kind === undefined || start === undefined || end === undefined || start >= end) continue;
      found.push({ kind, start, end });
    }
  }
  return { facets: found, urls: [...urls] };
}

const kinds: Readonly<Record<string, SourceFacet['kind']>> = {
  'app.bsky.richtext.facet#link': 'LINK',
  'app.bsky.richtext.facet#mention': 'MENTION',
  'app.bsky.richtext.facet#tag': 'TAG',
};

/** Web addresses only, without accounts in them: an address of a profile would name a person. */
export function addUrl(urls: Set<string>, uri: unknown): void {
  if (typeof uri !== 'string' || uri.length > MAX_URL_LENGTH || urls.size >= MAX_URLS) return;
  if (/^https?:\/\//i.test(uri)) urls.add(uri.replace(DID, 'did'));
}

/** Account ids of the network, wherever they stand. */
export const DID = /did(?::|%3a)[a-z0-9]+(?::|%3a)[A-Za-z0-9._%-]+(?:(?::|%3a)[A-Za-z0-9._%-]+)*/gi;

/** UTF-16 offset of each code point by its UTF-8 offset. */
function utf16Offsets(text: string): ReadonlyMap<number, number> {
  const offsets = new Map<number, number>();
  let bytes = 0;
  let units = 0;
  for (const letter of text) {
    offsets.set(bytes, units);
    const code = letter.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    units += letter.length;
  }
  offsets.set(bytes, units);
  return offsets;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
