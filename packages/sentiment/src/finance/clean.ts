import { rewrite, type MappedText } from '../mapped-text.ts';

/** Nothing that S20 rewrites begins with anything else. */
const SUSPECT = /[^\x20-\x7e]|[&$#]|:\/\/|www\./i;
const REWRITTEN = new RegExp(
  [
    String.raw`(?<entity>&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos|nbsp|ldquo|rdquo|lsquo|rsquo|ndash|mdash|hellip);)`,
    String.raw`(?<link>https?:\/\/\S*|www\.\S+)`,
    // Y1: letters, and perhaps a class of shares. "$20" and "US$" are none.
    String.raw`(?<cashtag>(?<![\w$&])\$[a-z]{1,6}(?:[._-][a-z]{1,2})?(?![\w$]))`,
    String.raw`(?<hash>#(?=[\p{L}\d_]))`,
    String.raw`(?<quote>[’‘])`,
    String.raw`(?<minus>\u2212)`,
    // Variation selector, joiner, skin tones: an emoji is the same without them.
    String.raw`(?<modifier>\ufe0f|\u200d|\p{Emoji_Modifier})`,
    String.raw`(?<dash>[–—…|])`,
    String.raw`(?<emoji>\p{Extended_Pictographic}|\p{Regional_Indicator})`,
  ].join('|'),
  'giu',
);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ldquo: '"',
  rdquo: '"',
  lsquo: "'",
  rsquo: "'",
  ndash: ' ',
  mdash: ' ',
  hellip: ' ',
};

/**
 * S20: entities decoded, straight apostrophes, no links and cashtags, "#word" as "word", emoji as words of their own. Dashes and ellipses
 * part words, which white space alone would not.
 */
export function clean(source: MappedText): MappedText {
  if (!SUSPECT.test(source.text)) return source;
  const rewriter = rewrite(source);
  for (const match of source.text.matchAll(REWRITTEN)) {
    const from = match.index;
    rewriter.replace(from, from + match[0].length, replacementOf(match[0], match.groups ?? {}));
  }
  return rewriter.finish();
}

function replacementOf(found: string, kind: Readonly<Record<string, string | undefined>>): string {
  if (kind['emoji'] !== undefined) return ` ${found} `;
  if (kind['entity'] !== undefined) return decode(found.slice(1, -1).toLowerCase());
  if (kind['quote'] !== undefined) return "'";
  if (kind['minus'] !== undefined) return '-';
  if (kind['hash'] !== undefined || kind['modifier'] !== undefined) return '';
  return ' ';
}

function decode(name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name] ?? ' ';
  const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return ' ';
  const decoded = String.fromCodePoint(code);
  if (decoded === '’' || decoded === '‘') return "'";
  return /\p{Extended_Pictographic}/u.test(decoded) ? ` ${decoded} ` : decoded;
}
