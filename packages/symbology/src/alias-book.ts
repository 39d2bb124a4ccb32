import type { AliasRow, NameRule } from './alias.ts';
import { nameWords } from './company-name.ts';
import { usListAsOf } from './generated/us-tickers.ts';
import { ownAliases } from './own-aliases.ts';
import { readUsList } from './us-list.ts';

/** A name that begins with a certain word. */
export interface KnownName {
  /** Lower case words (`nameWords`). */
  readonly words: readonly string[];
  readonly rule: NameRule;
  readonly instrumentId: string;
}

/** Symbols and names to instruments, at event time (S53). */
export interface AliasBook {
  /** As-of date of the built-in list, `YYYY-MM-DD`. */
  readonly listAsOf: string;
  /** @returns null for a ticker without a meaning at that time */
  ticker(symbol: string, atUs: number): string | null;
  /** Names that begin with this lower-case word and mean something at that time, the longest first. */
  namesFrom(word: string, atUs: number): readonly KnownName[];
}

/** One spelling per class: BRK.B, BRK-B and BRK_B are one (S50). The `.X` of coins stays what it is. */
export function canonicalTicker(symbol: string): string {
  const upper = symbol.toUpperCase();
  return upper.endsWith('.X') ? upper : upper.replace(/[._/ ]/g, '-');
}

interface Meaning {
  readonly instrumentId: string;
  readonly rule: NameRule;
  readonly validFromUs: number;
  readonly validToUs: number;
}

/** Meanings by priority: the first one that is valid at the time counts. */
function meaningAt(meanings: readonly Meaning[] | undefined, atUs: number): Meaning | null {
  return meanings?.find((one) => one.validFromUs <= atUs && atUs < one.validToUs) ?? null;
}

/**
 * The built-in list, over it the own file, over that `rows` (of the database): the higher wins where it says something about that time. A
 * symbol of the own file hides the list's altogether, so that META before its first day means nothing instead of the wrong company.
 */
export function createAliasBook(
  rows: readonly AliasRow[] = [],
  builtIn: { readonly own: readonly AliasRow[]; readonly list: readonly AliasRow[] } = defaults(),
): AliasBook {
  const tickers = new Map<string, Meaning[]>();
  const names = new Map<string, Meaning[]>();
  const place = (row: AliasRow): { map: Map<string, Meaning[]>; key: string } =>
    row.namespace === 'cashtag'
      ? { map: tickers, key: canonicalTicker(row.symbol) }
      : { map: names, key: nameWords(row.symbol).join(' ') };
  // The database says what a name means, not what it needs around it: there the own file knows better ("bitcoin" needs no capital).
  const ownRules = new Map(
    builtIn.own.map((row) => [`${place(row).key}/${row.instrumentId}`, row.rule]),
  );
  const add = (row: AliasRow): void => {
    const { map, key } = place(row);
    const rule = row.rule ?? ownRules.get(`${key}/${row.instrumentId}`) ?? 'capital';
    const meaning: Meaning = { ...row, rule };
    const before = map.get(key);
    if (before === undefined) map.set(key, [meaning]);
    else before.push(meaning);
  };
  const hidden = new Set(
    builtIn.own.map((row) => {
      const { key } = place(row);
      return `${row.namespace}/${key}`;
    }),
  );
  for (const row of rows) add(row);
  for (const row of builtIn.own) add(row);
  for (const row of builtIn.list) {
    if (!hidden.has(`${row.namespace}/${place(row).key}`)) add(row);
  }

  const byFirstWord = new Map<string, { words: readonly string[]; meanings: Meaning[] }[]>();
  for (const [key, meanings] of names) {
    const words = key.split(' ');
    const first = words[0] ?? '';
    byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), { words, meanings }]);
  }
  for (const list of byFirstWord.values()) list.sort((a, b) => b.words.length - a.words.length);

  return {
    listAsOf: usListAsOf,
    ticker: (symbol, atUs) =>
      meaningAt(tickers.get(canonicalTicker(symbol)), atUs)?.instrumentId ?? null,
    namesFrom(word, atUs) {
      const found: KnownName[] = [];
      for (const { words, meanings } of byFirstWord.get(word) ?? []) {
        const meaning = meaningAt(meanings, atUs);
        if (meaning !== null) found.push({ words, ...meaning });
      }
      return found;
    },
  };
}

let built: { own: readonly AliasRow[]; list: readonly AliasRow[] } | undefined;
function defaults(): { own: readonly AliasRow[]; list: readonly AliasRow[] } {
  // The list is parsed once per process: 10,069 lines.
  built ??= { own: ownAliases, list: readUsList() };
  return built;
}
