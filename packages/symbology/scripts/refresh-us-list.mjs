// Writes src/generated/us-tickers.ts from a CSV with the columns ticker, cik, name (SEC company_tickers_exchange.json as CSV).
// Usage: npm run refresh -w @groundswell/symbology -- <file.csv> <as-of date, YYYY-MM-DD>
import { readFileSync, writeFileSync } from 'node:fs';

const [file, asOf] = process.argv.slice(2);
if (file === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(asOf ?? '')) {
  process.stderr.write('usage: refresh-us-list.mjs <file.csv> <YYYY-MM-DD>\n');
  process.exit(2);
}

/** Fields of one CSV line without line breaks in fields (RFC 4180). */
function fieldsOf(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

const seen = new Set();
const lines = readFileSync(file, 'utf8')
  .split(/\r?\n/)
  .slice(1)
  .filter((line) => line !== '')
  .map((line) => {
    const [ticker, cik, name] = fieldsOf(line);
    const isMain = !seen.has(cik);
    seen.add(cik);
    return `${ticker}|${isMain ? name.replaceAll(/[|`$]/g, ' ') : ''}`;
  });
const text = `// Written by scripts/refresh-us-list.mjs: do not edit.
// Source: SEC company_tickers_exchange.json (US government data, free to use). The main ticker of a company carries its name.

/** State of the list. */
export const usListAsOf = '${asOf}';

/** Lines of \`TICKER|NAME\`; the name is empty for further tickers of a company. */
export const usTickerLines = \`${lines.join('\n').replaceAll('\\', '\\\\')}\`;
`;
writeFileSync(new URL('../src/generated/us-tickers.ts', import.meta.url), text);
process.stdout.write(`${lines.length} tickers\n`);
