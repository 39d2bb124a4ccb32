import type { AliasRow } from './alias.ts';
import { companyNameWords } from './company-name.ts';
import { usTickerLines } from './generated/us-tickers.ts';
import { stopNames } from './words.ts';

/**
 * Tickers and names of the US register as aliases. A company's name means its main ticker, the first of its CIK. One word is too little to
 * be sure ("target", "gap", "snap"), and so is a name that several companies share once legal forms are gone: those need a capital and a cue.
 * A second holder of a ticker gets `~2` (Y6): its ticker means the first, its name means itself.
 */
export function readUsList(lines: string = usTickerLines): AliasRow[] {
  const always = { validFromUs: -Infinity, validToUs: Infinity } as const;
  const cashtags: AliasRow[] = [];
  const byName = new Map<string, { readonly instrumentId: string; shared: boolean }>();
  const holders = new Map<string, number>();
  for (const line of lines.split('\n')) {
    const bar = line.indexOf('|');
    if (bar < 1) continue;
    const symbol = line.slice(0, bar);
    const holder = (holders.get(symbol) ?? 0) + 1;
    holders.set(symbol, holder);
    const instrumentId = `equity:US:${symbol}${holder === 1 ? '' : `~${holder}`}`;
    if (holder === 1) cashtags.push({ namespace: 'cashtag', symbol, instrumentId, ...always });
    const name = companyNameWords(line.slice(bar + 1)).join(' ');
    const known = byName.get(name);
    if (known !== undefined) known.shared = true;
    else if (name.length >= 3 && !/^\d+$/.test(name) && !stopNames.has(name)) {
      byName.set(name, { instrumentId, shared: false });
    }
  }
  const names = [...byName].map(([symbol, { instrumentId, shared }]): AliasRow => {
    const rule = shared || !symbol.includes(' ') ? 'capital-and-cue' : 'capital';
    return { namespace: 'name', symbol, instrumentId, ...always, rule };
  });
  return [...cashtags, ...names];
}
