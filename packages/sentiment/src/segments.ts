import type { Span } from './contract.ts';
import { isSpace } from './tokens.ts';

/** Longer texts are scored in segments (S4). UTF-16 code units. */
export const LONG_TEXT_LENGTH = 1_000;
const SEGMENT_LENGTH = 280;
const MAX_SEGMENTS = 40;

/**
 * Whole sentences as long as they fit into a segment, longer ones cut between words; the text behind the last segment is not looked at, so
 * the work for a text of any length is bounded.
 */
export function segmentsOf(text: string): readonly Span[] {
  const segments: Span[] = [];
  let start = 0;
  while (start < text.length && segments.length < MAX_SEGMENTS) {
    const end = text.length - start <= SEGMENT_LENGTH ? text.length : cutAt(text, start);
    segments.push({ start, end });
    start = end;
  }
  return segments;
}

/** The last end of a sentence within reach, else the last space, else as far as it reaches without parting a surrogate pair. */
function cutAt(text: string, start: number): number {
  const reach = start + SEGMENT_LENGTH;
  let space = 0;
  for (let at = reach; at > start + 1; at -= 1) {
    const code = text.charCodeAt(at - 1);
    if (!isSpace(code)) continue;
    if (code === 10 || /[.!?]/.test(text.charAt(at - 2))) return at;
    if (space === 0) space = at;
  }
  if (space > 0) return space;
  const low = text.charCodeAt(reach);
  return low >= 0xdc00 && low <= 0xdfff ? reach - 1 : reach;
}
