import { rewrite, type MappedText } from '../mapped-text.ts';

/** Nothing that S20 rewrites begins with anything else. */
const SUSPECT = /[^\x20-\x7e]|[&$#]|:\/\/|www\./i;
const REWRITTEN = new RegExp(
  [
    String.raw`&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos|nbsp|ldquo|rdquo|lsquo|rsquo|ndash|mdash|hellip);`,
    String.raw`https?:\/\/\S*|www\.\S+`,
    // Y1: letters, and perhaps a class of shares. "$20" and "US$" are none.
    String.raw`(?<![\w$&])\$[a-z]{1,6}(?:[._-][a-z]{1,2})?(?![\w$])`,
    String.raw`#(?=[\p{L}\d_])`,
    // Variation selector, joiner, skin tones: an emoji is the same without them.
    String.raw`[’‘\u2212–—…|]|\ufe0f|\u200d|\p{Emoji_Modifier}`,
    String.raw`\p{Extended_Pictographic}|\p{Regional_Indicator}`,
  ].join('|'),
  'giu',
);
/** By their first unit; links and cashtags, which begin with others, become a space. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  '#': '',
  '\ufe0f': '',
  '\u200d': '',
  '’': "'",
  '‘': "'",
  '\u2212': '-',
};
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
  REWRITTEN.lastIndex = 0;
  for (let match = REWRITTEN.exec(source.text); match; match = REWRITTEN.exec(source.text))
    rewriter.replace(match.index, match.index + match[0].length, replacementOf(match[0]));
  return rewriter.finish();
}

function replacementOf(found: string): string {
  if (found.startsWith('&')) return decode(found.slice(1, -1).toLowerCase());
  if (/^[\x20-\x7e–—…]/.test(found)) return REPLACEMENTS[found.charAt(0)] ?? ' ';
  return REPLACEMENTS[found] ?? (/^\p{Emoji_Modifier}/u.test(found) ? '' : ` ${found} `);
}

function decode(name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name] ?? ' ';
  const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return ' ';
  const decoded = String.fromCodePoint(code);
  if (decoded === '’' || decoded === '‘') return "'";
  return /\p{Extended_Pictographic}/u.test(decoded) ? ` ${decoded} ` : decoded;
}
