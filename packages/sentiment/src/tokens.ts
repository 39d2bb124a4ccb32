/** A word of the text (S11), with what the rules look at. */
export interface Token {
  /** Stripped of ASCII punctuation, or not where hardly anything would remain. */
  readonly text: string;
  readonly lower: string;
  /** Range in the text that was split. */
  readonly start: number;
  readonly end: number;
  readonly upper: boolean;
  /** Valence by the lexicon; undefined if the lexicon does not have it. Rules of finance mode decide anew. */
  value: number | undefined;
}

export type Lookup = (lower: string) => number | undefined;

/** Splits on the white space of Python's `str.split`, which is not that of `\s`, and strips as VADER does. */
export function tokenize(text: string, valueOf: Lookup): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
    const from = at;
    while (at < text.length && !isSpace(text.charCodeAt(at))) at += 1;
    if (at > from) tokens.push(tokenOf(text, from, at, valueOf));
  }
  return tokens;
}

function tokenOf(text: string, from: number, to: number, valueOf: Lookup): Token {
  let start = from;
  let end = to;
  while (start < end && isPunctuation(text.charCodeAt(start))) start += 1;
  while (end > start && isPunctuation(text.charCodeAt(end - 1))) end -= 1;
  if (isAtMostTwoCodePoints(text, start, end)) {
    start = from;
    end = to;
  }
  const word = text.slice(start, end);
  const lower = word.toLowerCase();
  return {
    text: word,
    lower,
    start,
    end,
    upper: lower !== word && isUpperCase(word),
    value: valueOf(lower),
  };
}

function isAtMostTwoCodePoints(text: string, start: number, end: number): boolean {
  const units = end - start;
  return units <= 2 || (units <= 4 && Array.from(text.slice(start, end)).length <= 2);
}

/** Python's `str.isupper`: a cased letter, and none that is lower or title case. */
function isUpperCase(word: string): boolean {
  let cased = false;
  for (let i = 0; i < word.length; i += 1) {
    const code = word.charCodeAt(i);
    if (code > 127) return /\p{Uppercase}/u.test(word) && !/[\p{Lowercase}\p{Lt}]/u.test(word);
    if (code >= 97 && code <= 122) return false;
    cased ||= code >= 65 && code <= 90;
  }
  return cased;
}

/** White space of Python: with the separators 1C to 1F and the next-line character, without the byte order mark. */
export function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

function isPunctuation(code: number): boolean {
  return (
    (code >= 33 && code <= 47) ||
    (code >= 58 && code <= 64) ||
    (code >= 91 && code <= 96) ||
    (code >= 123 && code <= 126)
  );
}
